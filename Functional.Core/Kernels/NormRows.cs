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
        if (Chunks.Split(x.Size)) Chunks.For(scales.Size, Rows(width), new ForwardRows<T>(x, normal, scales, width, centred, epsilon));
        else Forward(x.Span, normal.Writable, scales.Writable, width, centred, epsilon);
    }

    /// <summary>δx = r (δx̂ − mean(δx̂) − x̂ mean(δx̂ ⊙ x̂)), the mean of δx̂ left out where it is not centred. <paramref name="dx"/> may be the memory of δx̂.</summary>
    public static void Backward<T>(Tensor<T> normal, Tensor<T> scales, Tensor<T> dnormal, Tensor<T> dx, int width, bool centred) where T : struct, IFloatingPointIeee754<T>
    {
        if (Chunks.Split(dx.Size)) Chunks.For(scales.Size, Rows(width), new BackwardRows<T>(normal, scales, dnormal, dx, width, centred));
        else Backward(normal.Span, scales.Span, dnormal.Span, dx.Writable, width, centred);
    }

    /// <summary>How many whole rows make a chunk.</summary>
    private static int Rows(int width) => Math.Max(1, Chunks.Grain / width);

    private readonly record struct ForwardRows<T>(Tensor<T> X, Tensor<T> Normal, Tensor<T> Scales, int Width, bool Centred, double Epsilon) : IStretchWork
        where T : struct, IFloatingPointIeee754<T>
    {
        public void Run(int start, int rows)
        {
            int first = start * Width, count = rows * Width;
            Forward(X.Span.Slice(first, count), Normal.Writable.Slice(first, count), Scales.Writable.Slice(start, rows), Width, Centred, Epsilon);
        }
    }

    private readonly record struct BackwardRows<T>(Tensor<T> Normal, Tensor<T> Scales, Tensor<T> Dnormal, Tensor<T> Dx, int Width, bool Centred) : IStretchWork
        where T : struct, IFloatingPointIeee754<T>
    {
        public void Run(int start, int rows)
        {
            int first = start * Width, count = rows * Width;
            Backward(
                Normal.Span.Slice(first, count), Scales.Span.Slice(start, rows), Dnormal.Span.Slice(first, count), Dx.Writable.Slice(first, count), Width, Centred);
        }
    }

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
        if (Chunks.Split(y.Size)) Chunks.For(y.Size, Rows(gain.Size) * gain.Size, new AffineStretch<T>(normal, gain, bias, y));
        else Affine(normal.Span, gain.Span, bias.IsDefault ? default : bias.Span, y.Writable);
    }

    private readonly record struct AffineStretch<T>(Tensor<T> Normal, Tensor<T> Gain, Tensor<T> Bias, Tensor<T> Y) : IStretchWork
        where T : struct, IFloatingPointIeee754<T>
    {
        public void Run(int start, int count) =>
            Affine(Normal.Span.Slice(start, count), Gain.Span, Bias.IsDefault ? default : Bias.Span, Y.Writable.Slice(start, count));
    }

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
        int width = gain.Size, chunk = Rows(width), chunks = (scales.Size + chunk - 1) / chunk;
        var parts = Tensor.Fresh<T>([chunks, 2 * width]).Done();
        var work = new AffineBackwardRows<T>(normal, scales, gain, dy, dx, parts, chunk, centred);
        if (Chunks.Split(dx.Size)) Chunks.For(scales.Size, chunk, work);
        else
            for (int start = 0; start < scales.Size; start += chunk) work.Run(start, Math.Min(chunk, scales.Size - start));
        dgain.Clear();
        dbias.Clear();
        for (int part = 0; part < chunks; part++)
        {
            Elementwise.Accumulate(parts.Span.Slice(part * 2 * width, width), dgain);
            if (!dbias.IsEmpty) Elementwise.Accumulate(parts.Span.Slice((part * 2 + 1) * width, width), dbias);
        }
    }

    private readonly record struct AffineBackwardRows<T>(
        Tensor<T> Normal, Tensor<T> Scales, Tensor<T> Gain, Tensor<T> Dy, Tensor<T> Dx, Tensor<T> Parts, int Chunk, bool Centred) : IStretchWork
        where T : struct, IFloatingPointIeee754<T>
    {
        public void Run(int start, int rows)
        {
            int width = Gain.Size;
            Span<T> sums = Parts.Writable.Slice(start / Chunk * 2 * width, 2 * width), dgain = sums[..width], dbias = sums[width..];
            sums.Clear();
            ReadOnlySpan<T> hats = Normal.Span, ups = Dy.Span, gain = Gain.Span;
            var to = Dx.Writable.Slice(start * width, rows * width);
            for (int row = start; row < start + rows; row++)
            {
                var up = ups.Slice(row * width, width);
                Sums.AddProduct(up, hats.Slice(row * width, width), dgain);
                Elementwise.Accumulate(up, dbias);
                Elementwise.Multiply(up, gain, to.Slice((row - start) * width, width));
            }
            Backward(hats.Slice(start * width, rows * width), Scales.Span.Slice(start, rows), to, to, width, Centred);
        }
    }
}
