using System.Numerics;

namespace Functional.Core.Kernels;

/// <summary>
/// Normalisation of the rows of a matrix, each by itself: what layer, group and RMS norm share. A row's work depends on nothing but the row, so rows may be
/// shared by the workers and the bits stay the same. Vector loops for <c>float</c> and <c>double</c>; any other number type takes the scalar definition.
/// </summary>
internal static class NormRows
{
    /// <summary>
    /// x̂ = (x − m) r with r = 1 / √(mean((x − m)²) + ε), m the row's mean, or 0 where it is not centred. Writes x̂ and the r of each row.
    /// </summary>
    public static void Forward<T>(Tensor<T> x, Tensor<T> normal, Tensor<T> scales, int width, bool centred, double epsilon) where T : struct, IFloatingPointIeee754<T>
    {
        if (Chunks.Split(x.Size)) ForwardChunks(x, normal, scales, width, centred, epsilon);
        else Forward(x.Span, normal.Writable, scales.Writable, width, centred, epsilon);
    }

    /// <summary>δx = r (δx̂ − mean(δx̂) − x̂ mean(δx̂ ⊙ x̂)), the mean of δx̂ left out where it is not centred. <paramref name="dx"/> may be the memory of δx̂.</summary>
    public static void Backward<T>(Tensor<T> normal, Tensor<T> scales, Tensor<T> dnormal, Tensor<T> dx, int width, bool centred) where T : struct, IFloatingPointIeee754<T>
    {
        if (Chunks.Split(dx.Size)) BackwardChunks(normal, scales, dnormal, dx, width, centred);
        else Backward(normal.Span, scales.Span, dnormal.Span, dx.Writable, width, centred);
    }

    // Methods of their own, since a method that holds a closure allocates it even where it is not used. A chunk is some whole rows.
    private static void ForwardChunks<T>(Tensor<T> x, Tensor<T> normal, Tensor<T> scales, int width, bool centred, double epsilon) where T : struct, IFloatingPointIeee754<T> =>
        Chunks.For(scales.Size, Math.Max(1, Chunks.Grain / width), (start, rows) => Forward(
            x.Span.Slice(start * width, rows * width), normal.Writable.Slice(start * width, rows * width), scales.Writable.Slice(start, rows), width, centred, epsilon));

    private static void BackwardChunks<T>(Tensor<T> normal, Tensor<T> scales, Tensor<T> dnormal, Tensor<T> dx, int width, bool centred) where T : struct, IFloatingPointIeee754<T> =>
        Chunks.For(scales.Size, Math.Max(1, Chunks.Grain / width), (start, rows) => Backward(
            normal.Span.Slice(start * width, rows * width), scales.Span.Slice(start, rows), dnormal.Span.Slice(start * width, rows * width),
            dx.Writable.Slice(start * width, rows * width), width, centred));

    private static void Forward<T>(ReadOnlySpan<T> x, Span<T> normal, Span<T> scales, int width, bool centred, double epsilon) where T : struct, IFloatingPointIeee754<T>
    {
        T count = T.CreateChecked(width);
        for (int row = 0; row < scales.Length; row++)
        {
            var from = x.Slice(row * width, width);
            var to = normal.Slice(row * width, width);
            T mean = centred ? Sums.Sum(from) / count : T.Zero;
            T variance = Sums.SquaredDistance(from, mean) / count;
            T scale = T.One / T.Sqrt(variance + T.CreateChecked(epsilon));
            scales[row] = scale;
            Sums.Standardise(from, mean, scale, to);
        }
    }

    private static void Backward<T>(ReadOnlySpan<T> normal, ReadOnlySpan<T> scales, ReadOnlySpan<T> dnormal, Span<T> dx, int width, bool centred) where T : struct, IFloatingPointIeee754<T>
    {
        T count = T.CreateChecked(width);
        for (int row = 0; row < scales.Length; row++)
        {
            var hat = normal.Slice(row * width, width);
            var up = dnormal.Slice(row * width, width);
            T mean = centred ? Sums.Sum(up) / count : T.Zero, slope = Sums.Dot(up, hat) / count;
            Sums.Unstandardise(up, hat, mean, slope, scales[row], dx.Slice(row * width, width));
        }
    }

    /// <summary>y = x̂ ⊙ g + b, row by row; without b where it is <c>default</c>.</summary>
    public static void Affine<T>(Tensor<T> normal, Tensor<T> gain, Tensor<T> bias, Tensor<T> y) where T : struct, IFloatingPointIeee754<T>
    {
        if (Chunks.Split(y.Size)) AffineChunks(normal, gain, bias, y);
        else Affine(normal.Span, gain.Span, bias.IsDefault ? default : bias.Span, y.Writable);
    }

    private static void AffineChunks<T>(Tensor<T> normal, Tensor<T> gain, Tensor<T> bias, Tensor<T> y) where T : struct, IFloatingPointIeee754<T> =>
        Chunks.For(y.Size, Math.Max(1, Chunks.Grain / gain.Size) * gain.Size, (start, count) => Affine(
            normal.Span.Slice(start, count), gain.Span, bias.IsDefault ? default : bias.Span, y.Writable.Slice(start, count)));

    private static void Affine<T>(ReadOnlySpan<T> normal, ReadOnlySpan<T> gain, ReadOnlySpan<T> bias, Span<T> y) where T : struct, IFloatingPointIeee754<T>
    {
        int width = gain.Length;
        for (int start = 0; start < y.Length; start += width)
        {
            var row = y.Slice(start, width);
            Elementwise.Multiply(normal.Slice(start, width), gain, row);
            if (!bias.IsEmpty) Elementwise.Accumulate(bias, row);
        }
    }

    /// <summary>
    /// The way back through y = x̂ ⊙ g + b and the normalisation: δx, and δg = Σ δy ⊙ x̂ and δb = Σ δy over all rows, which are summed in chunks of rows
    /// that depend on the shape alone.
    /// </summary>
    public static void AffineBackward<T>(
        Tensor<T> normal, Tensor<T> scales, Tensor<T> gain, Tensor<T> dy, Tensor<T> dx, Span<T> dgain, Span<T> dbias, bool centred) where T : struct, IFloatingPointIeee754<T>
    {
        int width = gain.Size, chunk = Math.Max(1, Chunks.Grain / width), chunks = (scales.Size + chunk - 1) / chunk;
        var parts = Tensor.Fresh<T>([chunks, 2 * width]).Done();
        if (Chunks.Split(dx.Size)) AffineBackwardChunks(normal, scales, gain, dy, dx, parts, chunk, centred);
        else
            for (int start = 0; start < scales.Size; start += chunk)
                AffineBackward(normal, scales, gain, dy, dx, parts, chunk, start, Math.Min(chunk, scales.Size - start), centred);
        dgain.Clear();
        dbias.Clear();
        for (int part = 0; part < chunks; part++)
        {
            Elementwise.Accumulate(parts.Span.Slice(part * 2 * width, width), dgain);
            if (!dbias.IsEmpty) Elementwise.Accumulate(parts.Span.Slice((part * 2 + 1) * width, width), dbias);
        }
    }

    private static void AffineBackwardChunks<T>(
        Tensor<T> normal, Tensor<T> scales, Tensor<T> gain, Tensor<T> dy, Tensor<T> dx, Tensor<T> parts, int chunk, bool centred) where T : struct, IFloatingPointIeee754<T> =>
        Chunks.For(scales.Size, chunk, (start, rows) => AffineBackward(normal, scales, gain, dy, dx, parts, chunk, start, rows, centred));

    private static void AffineBackward<T>(
        Tensor<T> normal, Tensor<T> scales, Tensor<T> gain, Tensor<T> dy, Tensor<T> dx, Tensor<T> parts, int chunk, int start, int rows, bool centred)
        where T : struct, IFloatingPointIeee754<T>
    {
        int width = gain.Size;
        Span<T> sums = parts.Writable.Slice(start / chunk * 2 * width, 2 * width), dgain = sums[..width], dbias = sums[width..];
        sums.Clear();
        ReadOnlySpan<T> hats = normal.Span, ups = dy.Span;
        var to = dx.Writable.Slice(start * width, rows * width);
        for (int row = start; row < start + rows; row++)
        {
            var up = ups.Slice(row * width, width);
            Sums.AddProduct(up, hats.Slice(row * width, width), dgain);
            Elementwise.Accumulate(up, dbias);
            Elementwise.Multiply(up, gain.Span, to.Slice((row - start) * width, width));
        }
        Backward(hats.Slice(start * width, rows * width), scales.Span.Slice(start, rows), to, to, width, centred);
    }
}
