namespace Functional.Core.Kernels;

/// <summary>
/// Working memory of the calling thread, kept between calls so that a kernel allocates nothing once it has run. Only one holder
/// at a time: whoever uses it must not call another kernel before it is done.
/// </summary>
internal static unsafe class Scratch
{
    private const int Alignment = 64;

    [ThreadStatic]
    private static byte[]? _memory;

    /// <summary>At least that many bytes at a cache line's start; their content is undefined.</summary>
    public static void* Bytes(nint count)
    {
        if (_memory is null || _memory.Length < count + Alignment)
        {
            long size = Math.Max(1L << 16, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)(count + Alignment)));
            _memory = GC.AllocateUninitializedArray<byte>(checked((int)size), pinned: true);
        }

        byte* start = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(
            ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_memory));
        return start + (-(nint)start & (Alignment - 1));
    }
}
