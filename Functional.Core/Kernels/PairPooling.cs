using System.Numerics;
using System.Runtime.InteropServices;

namespace Functional.Core.Kernels;

/// <summary>
/// Maxima over windows of 2 × 2 next to each other, a row of outputs at a time, for <c>float</c>: neighbours in a row are the halves of
/// a 64-bit lane, so that a shift brings them together. Bit for bit what <see cref="Pooling"/> defines, NaN and zeros of either sign too.
/// Shapes: image, a piece of a channel from an output's upper row on, <c>[2 or more, width]</c>; y <c>[columns.Out]</c>; gradients as what they are of.
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
            var left = Largest(upper, lower, 2 * at);
            var right = Largest(upper, lower, 2 * at + lanes);
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
            // Added to 0, as the definition does.
            Vector.Widen(Vector.AsVectorUInt32(new Vector<float>(from[at..]) + Vector<float>.Zero), out var left, out var right);
            HandOn(upper, lower, 2 * at, left, upperGradient, lowerGradient);
            HandOn(upper, lower, 2 * at + lanes, right, upperGradient, lowerGradient);
        }
        return from.Length;
    }

    // The gradients stand in the lower halves, above them zeros.
    private static void HandOn(
        ReadOnlySpan<float> upper, ReadOnlySpan<float> lower, int place, Vector<ulong> gradient, Span<float> upperGradient, Span<float> lowerGradient)
    {
        Vector<float> above = Row(upper, place, out var aboveRight), below = Row(lower, place, out var belowRight);
        var isBelow = Vector.AsVectorUInt64(Wins(below, above));
        Share(Vector.AndNot(gradient, isBelow), aboveRight).CopyTo(upperGradient[place..]);
        Share(gradient & isBelow, belowRight).CopyTo(lowerGradient[place..]);
    }

    private static Vector<float> Share(Vector<ulong> gradient, Vector<ulong> isRight) =>
        Vector.AsVectorSingle(Vector.AndNot(gradient, isRight) | Vector.ShiftLeft(gradient & isRight, 32));

    /// <summary>The largest of each window, in the lower half of its lane.</summary>
    private static Vector<float> Largest(ReadOnlySpan<float> upper, ReadOnlySpan<float> lower, int place)
    {
        Vector<float> above = Row(upper, place, out _), below = Row(lower, place, out _);
        return Vector.ConditionalSelect(Wins(below, above), below, above);
    }

    /// <summary>The larger of each pair of neighbours, in the lower half of its lane, and whether it is the right one.</summary>
    private static Vector<float> Row(ReadOnlySpan<float> row, int place, out Vector<ulong> isRight)
    {
        Vector<float> left = new(row[place..]), right = Vector.AsVectorSingle(Vector.ShiftRightLogical(Vector.AsVectorUInt64(left), 32));
        var wins = Wins(right, left);
        isRight = Vector.AsVectorUInt64(wins);
        return Vector.ConditionalSelect(wins, right, left);
    }

    /// <summary>Whether the next one is greater than the one before, or the first that is NaN: of equals the one before wins.</summary>
    private static Vector<float> Wins(Vector<float> next, Vector<float> before) =>
        Vector.AsVectorSingle(Vector.AndNot(Vector.Equals(before, before), Vector.LessThanOrEqual(next, before)));
}
