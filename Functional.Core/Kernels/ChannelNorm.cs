using System.Numerics;

namespace Functional.Core.Kernels;

/// <summary>
/// Normalisation of channels over a batch: tensors <c>[batch, channels, length]</c>, the sums of a channel running over batch and length. Workers share the
/// channels, and each channel is summed by one of them from the first example to the last, so the bits do not depend on the number of threads.
/// With a length of 1 vectors hold neighbouring channels, else neighbouring positions.
/// </summary>
internal static class ChannelNorm
{
    /// <summary>The mean and the biased variance of every channel.</summary>
    public static void Statistics<T>(Tensor<T> x, Tensor<T> mean, Tensor<T> variance) where T : struct, IFloatingPointIeee754<T> =>
        Share(x, mean.Size, new StatisticsOf<T>(x, mean, variance));

    /// <summary>y = g (x − m) r + b.</summary>
    public static void Forward<T>(Tensor<T> x, Tensor<T> mean, Tensor<T> scale, Tensor<T> gain, Tensor<T> bias, Tensor<T> y) where T : struct, IFloatingPointIeee754<T> =>
        Share(x, mean.Size, new ForwardOf<T>(x, mean, scale, gain, bias, y));

    /// <summary>
    /// δb = Σ δy, δg = Σ δy x̂ with x̂ = (x − m) r, and δx = g r (δy − δb/n − x̂ δg/n) over the n numbers of a channel; where the statistics were
    /// not those of the batch, δx = g r δy.
    /// </summary>
    public static void Backward<T>(
        Tensor<T> x, Tensor<T> mean, Tensor<T> scale, Tensor<T> gain, Tensor<T> dy, Tensor<T> dx, Tensor<T> dgain, Tensor<T> dbias, bool ofBatch)
        where T : struct, IFloatingPointIeee754<T> =>
        Share(x, mean.Size, new BackwardOf<T>(x, mean, scale, gain, dy, dx, dgain, dbias, ofBatch));

    // A worker takes as many channels at a time as make a grain of numbers, and whole vectors of channels.
    private static void Share<T, TWork>(Tensor<T> x, int channels, TWork work) where T : struct, IFloatingPointIeee754<T> where TWork : struct, IStretchWork
    {
        int share = Math.Max(1, (int)((long)Chunks.Grain * channels / x.Size));
        if (x.Size / x.Batch == channels) share = (share + 15) / 16 * 16;
        if (Chunks.Split(x.Size)) Chunks.For(channels, share, work);
        else work.Run(0, channels);
    }

    private readonly record struct StatisticsOf<T>(Tensor<T> X, Tensor<T> Mean, Tensor<T> Variance) : IStretchWork where T : struct, IFloatingPointIeee754<T>
    {
        public void Run(int first, int count) => Statistics(X, Mean, Variance, first, count);
    }

    private readonly record struct ForwardOf<T>(Tensor<T> X, Tensor<T> Mean, Tensor<T> Scale, Tensor<T> Gain, Tensor<T> Bias, Tensor<T> Y) : IStretchWork
        where T : struct, IFloatingPointIeee754<T>
    {
        public void Run(int first, int count) => Forward(X, Mean, Scale, Gain, Bias, Y, first, count);
    }

    private readonly record struct BackwardOf<T>(
        Tensor<T> X, Tensor<T> Mean, Tensor<T> Scale, Tensor<T> Gain, Tensor<T> Dy, Tensor<T> Dx, Tensor<T> Dgain, Tensor<T> Dbias, bool OfBatch) : IStretchWork
        where T : struct, IFloatingPointIeee754<T>
    {
        public void Run(int first, int count) => Backward(X, Mean, Scale, Gain, Dy, Dx, Dgain, Dbias, OfBatch, first, count);
    }

    private static void Statistics<T>(Tensor<T> x, Tensor<T> mean, Tensor<T> variance, int first, int count) where T : struct, IFloatingPointIeee754<T>
    {
        int batch = x.Batch, channels = mean.Size, length = x.Size / batch / channels;
        T number = T.CreateChecked(batch * (long)length);
        Span<T> m = mean.Writable.Slice(first, count), v = variance.Writable.Slice(first, count);
        m.Clear();
        v.Clear();
        if (length == 1)
        {
            for (int n = 0; n < batch; n++) Elementwise.Accumulate(x.Span.Slice(n * channels + first, count), m);
            for (int c = 0; c < count; c++) m[c] /= number;
            for (int n = 0; n < batch; n++) Sums.AddSquaredDistance(x.Span.Slice(n * channels + first, count), m, v);
        }
        else
            for (int c = 0; c < count; c++)
            {
                for (int n = 0; n < batch; n++) m[c] += Sums.Sum(Slice(x.Span, n, channels, first + c, length));
                m[c] /= number;
                for (int n = 0; n < batch; n++) v[c] += Sums.SquaredDistance(Slice(x.Span, n, channels, first + c, length), m[c]);
            }
        for (int c = 0; c < count; c++) v[c] /= number;
    }

    private static void Forward<T>(Tensor<T> x, Tensor<T> mean, Tensor<T> scale, Tensor<T> gain, Tensor<T> bias, Tensor<T> y, int first, int count)
        where T : struct, IFloatingPointIeee754<T>
    {
        int batch = x.Batch, channels = mean.Size, length = x.Size / batch / channels;
        for (int n = 0; n < batch; n++)
            if (length == 1)
            {
                var to = y.Writable.Slice(n * channels + first, count);
                Elementwise.Subtract(x.Span.Slice(n * channels + first, count), mean.Span.Slice(first, count), to);
                Elementwise.Multiply(to, scale.Span.Slice(first, count), to);
                Elementwise.Multiply(to, gain.Span.Slice(first, count), to);
                Elementwise.Accumulate(bias.Span.Slice(first, count), to);
            }
            else
                for (int c = first; c < first + count; c++)
                    Sums.StandardiseAffine(
                        Slice(x.Span, n, channels, c, length), mean.Span[c], scale.Span[c], gain.Span[c], bias.Span[c], y.Writable.Slice((n * channels + c) * length, length));
    }

    private static void Backward<T>(
        Tensor<T> x, Tensor<T> mean, Tensor<T> scale, Tensor<T> gain, Tensor<T> dy, Tensor<T> dx, Tensor<T> dgain, Tensor<T> dbias, bool ofBatch, int first, int count)
        where T : struct, IFloatingPointIeee754<T>
    {
        int batch = x.Batch, channels = mean.Size, length = x.Size / batch / channels;
        T number = T.CreateChecked(batch * (long)length);
        Span<T> dg = dgain.Writable.Slice(first, count), db = dbias.Writable.Slice(first, count);
        ReadOnlySpan<T> m = mean.Span.Slice(first, count), r = scale.Span.Slice(first, count), g = gain.Span.Slice(first, count);
        dg.Clear();
        db.Clear();
        for (int n = 0; n < batch; n++)
            if (length == 1)
            {
                var up = dy.Span.Slice(n * channels + first, count);
                Elementwise.Accumulate(up, db);
                Sums.AddCentredProduct(up, x.Span.Slice(n * channels + first, count), m, dg);
            }
            else
                for (int c = 0; c < count; c++)
                {
                    var up = Slice(dy.Span, n, channels, first + c, length);
                    db[c] += Sums.Sum(up);
                    dg[c] += Sums.CentredDot(up, Slice(x.Span, n, channels, first + c, length), m[c]);
                }
        Elementwise.Multiply(dg, r, dg);

        T share = T.One / number;
        for (int n = 0; n < batch; n++)
            if (length == 1)
            {
                int start = n * channels + first;
                for (int c = 0; c < count; c++)
                {
                    T up = dy.Span[start + c];
                    dx.Writable[start + c] = g[c] * r[c] * (ofBatch ? up - db[c] * share - (x.Span[start + c] - m[c]) * (r[c] * dg[c] * share) : up);
                }
            }
            else
                for (int c = 0; c < count; c++)
                {
                    var to = dx.Writable.Slice((n * channels + first + c) * length, length);
                    var up = Slice(dy.Span, n, channels, first + c, length);
                    if (!ofBatch) Elementwise.Scale(up, g[c] * r[c], to);
                    else Sums.Decorrelate(up, Slice(x.Span, n, channels, first + c, length), db[c] * share, m[c], r[c] * dg[c] * share, g[c] * r[c], to);
                }
    }

    private static ReadOnlySpan<T> Slice<T>(ReadOnlySpan<T> tensor, int example, int channels, int channel, int length) => tensor.Slice((example * channels + channel) * length, length);
}
