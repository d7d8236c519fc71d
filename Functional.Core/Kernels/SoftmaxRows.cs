using System.Numerics;
using System.Numerics.Tensors;

namespace Functional.Core.Kernels;

/// <summary>Softmax and log-softmax of each row of a matrix with <c>width</c> columns.</summary>
internal static class SoftmaxRows
{
    /// <summary>yᵢ = exp(xᵢ − max) / Σₖ exp(xₖ − max).</summary>
    public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y, int width) where T : struct, IFloatingPointIeee754<T>
    {
        for (int start = 0; start < x.Length; start += width)
        {
            var from = x.Slice(start, width);
            var to = y.Slice(start, width);
            T max = Max(from), sum = T.Zero;
            if (Vector<T>.IsSupported)
            {
                TensorPrimitives.Subtract(from, max, to);
                TensorPrimitives.Exp(to, to);
                TensorPrimitives.Divide(to, TensorPrimitives.Sum<T>(to), to);
                continue;
            }
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
            for (int i = 0; i < width; i++)
                if (p[i] != T.Zero) dot += p[i] * up[i];
            for (int i = 0; i < width; i++) to[i] = T.IsInfinity(up[i]) && p[i] == T.Zero ? T.Zero : p[i] * (up[i] - dot);
        }
    }

    /// <summary>yᵢ = xᵢ − max − log Σₖ exp(xₖ − max).</summary>
    public static void LogForward<T>(ReadOnlySpan<T> x, Span<T> y, int width) where T : struct, IFloatingPointIeee754<T>
    {
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
            for (int i = 0; i < width; i++) to[i] = up[i] - T.Exp(logs[i]) * sum;
        }
    }

    private static T Max<T>(ReadOnlySpan<T> row) where T : struct, IFloatingPointIeee754<T>
    {
        if (Vector<T>.IsSupported) return TensorPrimitives.Max(row);
        T max = row[0];
        for (int i = 1; i < row.Length; i++)
            if (row[i] > max) max = row[i];
        return max;
    }
}
