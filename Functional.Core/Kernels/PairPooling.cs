using System.Numerics;
using System.Runtime.InteropServices;

namespace Functional.Core.Kernels;

/// <summary>
/// Maxima over windows of 2 × 2 next to each other, a row of outputs at a time, for <c>float</c>: neighbours in a row are the halves of
/// a 64-bit lane, so that shifts bring them together.
/// </summary>
internal static class PairPooling
{
    /// <summary>Whether it applies.</summary>
    public static bool Fits<T>(Slide rows, Slide columns) =>
        typeof(T) == typeof(float) && rows is { Kernel: 2, Stride: 2, Before: 0 } && columns is { Kernel: 2, Stride: 2, Before: 0 }
        && 2 * rows.Out <= rows.In && 2 * columns.Out <= columns.In;

    /// <summary>The outputs of two rows of input; gives how many: all, or none where they are fewer than a vector.</summary>
    public static int Max<T>(ReadOnlySpan<T> image, int width, Span<T> y) where T : struct
    {
        ReadOnlySpan<float> upper = MemoryMarshal.Cast<T, float>(image), lower = upper[width..];
        var to = MemoryMarshal.Cast<T, float>(y);
        int lanes = Vector<float>.Count, done = 0;
        if (to.Length < lanes) return 0;
        for (; done < to.Length; done += lanes)
        {
            // The last vector overlaps the one before it and writes the same again.
            int at = Math.Min(done, to.Length - lanes);
            var left = Largest(upper, lower, 2 * at, out _, out _);
            var right = Largest(upper, lower, 2 * at + lanes, out _, out _);
            Vector.AsVectorSingle(Vector.Narrow(Vector.AsVectorUInt64(left), Vector.AsVectorUInt64(right))).CopyTo(to[at..]);
        }
        return to.Length;
    }

    /// <summary>The gradients of two rows of input; gives how many outputs' were handed on: all or none.</summary>
    public static int MaxBackward<T>(ReadOnlySpan<T> image, int width, ReadOnlySpan<T> dy, Span<T> dx) where T : struct
    {
        ReadOnlySpan<float> upper = MemoryMarshal.Cast<T, float>(image), lower = upper[width..], from = MemoryMarshal.Cast<T, float>(dy);
        Span<float> upperGradient = MemoryMarshal.Cast<T, float>(dx), lowerGradient = upperGradient[width..];
        int lanes = Vector<float>.Count, done = 0;
        if (from.Length < lanes) return 0;
        for (; done < from.Length; done += lanes)
        {
            int at = Math.Min(done, from.Length - lanes);
            Vector.Widen(Vector.AsVectorUInt32(new Vector<float>(from[at..])), out var left, out var right);
            HandOn(upper, lower, 2 * at, left, upperGradient, lowerGradient);
            HandOn(upper, lower, 2 * at + lanes, right, upperGradient, lowerGradient);
        }
        return from.Length;
    }

    private static void HandOn(
        ReadOnlySpan<float> upper, ReadOnlySpan<float> lower, int place, Vector<ulong> gradient, Span<float> upperGradient, Span<float> lowerGradient)
    {
        var largest = Largest(upper, lower, place, out var x0, out var x1);
        var both = Vector.AsVectorSingle(gradient | Vector.ShiftLeft(gradient, 32));

        // The first of the four wins: above before below, left before right.
        var above = Vector.AsVectorUInt64(Vector.Equals(x0, largest));
        var below = Vector.AndNot(Vector.AsVectorUInt64(Vector.Equals(x1, largest)), above | Swap(above));
        above = Vector.AndNot(above, Vector.ShiftLeft(above, 32));
        below = Vector.AndNot(below, Vector.ShiftLeft(below, 32));
        (both & Vector.AsVectorSingle(above)).CopyTo(upperGradient[place..]);
        (both & Vector.AsVectorSingle(below)).CopyTo(lowerGradient[place..]);
    }

    /// <summary>The largest of each window, in both halves of its lane.</summary>
    private static Vector<float> Largest(ReadOnlySpan<float> upper, ReadOnlySpan<float> lower, int place, out Vector<float> x0, out Vector<float> x1)
    {
        (x0, x1) = (new(upper[place..]), new(lower[place..]));
        var largest = Vector.Max(x0, x1);
        return Vector.Max(largest, Vector.AsVectorSingle(Swap(Vector.AsVectorUInt64(largest))));
    }

    private static Vector<ulong> Swap(Vector<ulong> pairs) => Vector.ShiftLeft(pairs, 32) | Vector.ShiftRightLogical(pairs, 32);
}
