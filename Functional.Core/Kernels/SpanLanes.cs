using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Functional.Core.Kernels;

/// <summary>Vectors from and to spans without a check of the place: for loops whose bound is the shortest span's.</summary>
internal static class SpanLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Load<T>(ReadOnlySpan<T> span, int place) => Vector.LoadUnsafe(ref MemoryMarshal.GetReference(span), (nuint)place);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(Vector<T> value, Span<T> span, int place) => value.StoreUnsafe(ref MemoryMarshal.GetReference(span), (nuint)place);
}
