using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Functional.Core.Kernels;

/// <summary>
/// Arithmetic on whole spans. For <c>float</c> and <c>double</c> the base library's vectorised primitives run; any other
/// number type takes the scalar loop, which is also the definition.
/// </summary>
internal static class Elementwise
{
    /// <summary>to = left + right.</summary>
    public static void Add<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> to) where T : struct, IFloatingPointIeee754<T> =>
        TensorPrimitives.Add(left, right, to);

    /// <summary>to = left − right.</summary>
    public static void Subtract<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> to) where T : struct, IFloatingPointIeee754<T> =>
        TensorPrimitives.Subtract(left, right, to);

    /// <summary>to = left · right, element by element.</summary>
    public static void Multiply<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> to) where T : struct, IFloatingPointIeee754<T> =>
        TensorPrimitives.Multiply(left, right, to);

    /// <summary>to = factor · from.</summary>
    public static void Scale<T>(ReadOnlySpan<T> from, T factor, Span<T> to) where T : struct, IFloatingPointIeee754<T> =>
        TensorPrimitives.Multiply(from, factor, to);

    /// <summary>to = e^from; exactly 1 at 0.</summary>
    public static void Exp<T>(ReadOnlySpan<T> from, Span<T> to) where T : struct, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float)) VectorMath.Exp(MemoryMarshal.Cast<T, float>(from), MemoryMarshal.Cast<T, float>(to));
        else
            for (int i = 0; i < from.Length; i++) to[i] = T.Exp(from[i]);
    }

    /// <summary>to += from.</summary>
    public static void Accumulate<T>(ReadOnlySpan<T> from, Span<T> to) where T : struct, IFloatingPointIeee754<T> =>
        TensorPrimitives.Add(to, from, to);
}
