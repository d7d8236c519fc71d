using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Functional.Core.Kernels;

/// <summary>
/// Softmax, log-softmax and log-sum-exp of each row of a matrix with <c>width</c> columns. The loops are the definition; floats take
/// <see cref="SoftmaxVectors"/>.
/// </summary>
internal static class SoftmaxRows
{
    /// <summary>yᵢ = exp(xᵢ − max) / Σₖ exp(xₖ − max).</summary>
    public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y, int width) where T : struct, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            SoftmaxVectors.Run(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y), [], width, SoftmaxResult.Probabilities);
            return;
        }
        for (int start = 0; start < x.Length; start += width)
        {
            var from = x.Slice(start, width);
            var to = y.Slice(start, width);
            T max = Max(from), sum = T.Zero;
            for (int i = 0; i < width; i++) sum += to[i] = T.Exp(from[i] - max);
            for (int i = 0; i < width; i++) to[i] /= sum;
        }
    }

    // 0 · ∞ counts as 0: a probability that has underflowed to 0 takes no part, whatever the loss above says of it.
    /// <summary>δxᵢ = yᵢ (δyᵢ − Σⱼ δyⱼ yⱼ).</summary>
    public static void Backward<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx, int width) where T : struct, IFloatingPointIeee754<T>
    {
        for (int start = 0; start < y.Length; start += width)
        {
            var p = y.Slice(start, width);
            var up = dy.Slice(start, width);
            var to = dx.Slice(start, width);
            T dot = T.Zero;
            int i = 0;
            if (Vector<T>.IsSupported && width >= Vector<T>.Count)
            {
                var dots = Vector<T>.Zero;
                for (; i <= width - Vector<T>.Count; i += Vector<T>.Count) dots += Unless(Zero(p, i), new Vector<T>(p[i..]) * new Vector<T>(up[i..]));
                dot = Vector.Sum(dots);
            }
            for (; i < width; i++)
                if (p[i] != T.Zero) dot += p[i] * up[i];

            i = 0;
            if (Vector<T>.IsSupported)
            {
                Vector<T> all = new(dot), infinity = new(T.PositiveInfinity);
                for (; i <= width - Vector<T>.Count; i += Vector<T>.Count)
                {
                    var upper = new Vector<T>(up[i..]);
                    Unless(Zero(p, i) & Vector.Equals(Vector.Abs(upper), infinity), new Vector<T>(p[i..]) * (upper - all)).CopyTo(to[i..]);
                }
            }
            for (; i < width; i++) to[i] = T.IsInfinity(up[i]) && p[i] == T.Zero ? T.Zero : p[i] * (up[i] - dot);
        }
    }

    /// <summary>yᵢ = xᵢ − max − log Σₖ exp(xₖ − max).</summary>
    public static void LogForward<T>(ReadOnlySpan<T> x, Span<T> y, int width) where T : struct, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            SoftmaxVectors.Run(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y), [], width, SoftmaxResult.Logarithms);
            return;
        }
        for (int start = 0; start < x.Length; start += width)
        {
            var from = x.Slice(start, width);
            var to = y.Slice(start, width);
            T max = Max(from), sum = T.Zero;
            for (int i = 0; i < width; i++) sum += T.Exp(from[i] - max);
            T log = T.Log(sum);
            for (int i = 0; i < width; i++) to[i] = from[i] - max - log;
        }
    }

    /// <summary>δxᵢ = δyᵢ − exp(yᵢ) Σⱼ δyⱼ.</summary>
    public static void LogBackward<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx, int width) where T : struct, IFloatingPointIeee754<T>
    {
        for (int start = 0; start < y.Length; start += width)
        {
            var logs = y.Slice(start, width);
            var up = dy.Slice(start, width);
            var to = dx.Slice(start, width);
            T sum = T.Zero;
            for (int i = 0; i < width; i++) sum += up[i];
            if (typeof(T) == typeof(float))
            {
                VectorMath.Exp(MemoryMarshal.Cast<T, float>(logs), MemoryMarshal.Cast<T, float>(to));
                TensorPrimitives.Multiply(to, -sum, to);
                TensorPrimitives.Add(up, to, to);
                continue;
            }
            for (int i = 0; i < width; i++) to[i] = up[i] - T.Exp(logs[i]) * sum;
        }
    }

    /// <summary>log Σₖ exp(xₖ) of each row.</summary>
    public static void LogSums<T>(ReadOnlySpan<T> x, Span<T> y, int width) where T : struct, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
            SoftmaxVectors.Run(MemoryMarshal.Cast<T, float>(x), [], MemoryMarshal.Cast<T, float>(y), width, SoftmaxResult.Nothing);
        else
            for (int row = 0; row < y.Length; row++) y[row] = SpecialFunctions.LogSumExp(x.Slice(row * width, width));
    }

    private static Vector<T> Zero<T>(ReadOnlySpan<T> p, int i) where T : struct, IFloatingPointIeee754<T> => Vector.Equals(new Vector<T>(p[i..]), Vector<T>.Zero);

    private static Vector<T> Unless<T>(Vector<T> mask, Vector<T> value) where T : struct, IFloatingPointIeee754<T> => Vector.ConditionalSelect(mask, Vector<T>.Zero, value);

    private static T Max<T>(ReadOnlySpan<T> row) where T : struct, IFloatingPointIeee754<T>
    {
        if (Vector<T>.IsSupported) return TensorPrimitives.Max(row);
        T max = row[0];
        for (int i = 1; i < row.Length; i++)
            if (row[i] > max) max = row[i];
        return max;
    }
}
