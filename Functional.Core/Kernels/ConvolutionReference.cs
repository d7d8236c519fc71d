using System.Numerics;

namespace Functional.Core.Kernels;

/// <summary>
/// The definition of the convolution, for any number type: every product of an input, a weight and the output that it is part of, in
/// one order. <see cref="Convolution"/> computes the same sums faster.
/// </summary>
internal static class ConvolutionReference
{
    /// <summary>y[o] = b[o] + Σ w[o, c] ⋆ x[c] for every example.</summary>
    public static void Forward<T>(in ConvolutionShape shape, ReadOnlySpan<T> x, ReadOnlySpan<T> w, ReadOnlySpan<T> bias, Span<T> y)
        where T : struct, IFloatingPointIeee754<T>
    {
        Start(bias, shape.OutPlane, y);
        var products = new Products(shape, y.Length / shape.OutSize);
        while (products.Next()) y[products.Output] += w[products.Weight] * x[products.Input];
    }

    /// <summary>δx[c] = Σ w[o, c] ∗ δy[o] for every example, and b[c] where there is one.</summary>
    public static void BackwardInput<T>(in ConvolutionShape shape, ReadOnlySpan<T> dy, ReadOnlySpan<T> w, ReadOnlySpan<T> bias, Span<T> dx)
        where T : struct, IFloatingPointIeee754<T>
    {
        Start(bias, shape.InPlane, dx);
        var products = new Products(shape, dy.Length / shape.OutSize);
        while (products.Next()) dx[products.Input] += w[products.Weight] * dy[products.Output];
    }

    /// <summary>δw[o, c] = Σ δy[o] ⋆ x[c] over the batch.</summary>
    public static void BackwardWeight<T>(in ConvolutionShape shape, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw)
        where T : struct, IFloatingPointIeee754<T>
    {
        dw.Clear();
        var products = new Products(shape, dy.Length / shape.OutSize);
        while (products.Next()) dw[products.Weight] += dy[products.Output] * x[products.Input];
    }

    private static void Start<T>(ReadOnlySpan<T> bias, int plane, Span<T> y) where T : struct, IFloatingPointIeee754<T>
    {
        y.Clear();
        for (int i = 0; i < y.Length && !bias.IsEmpty; i++) y[i] = bias[i / plane % bias.Length];
    }

    /// <summary>All the products of a convolution, one after another, by the places of their factors and of their sum.</summary>
    private struct Products(ConvolutionShape shape, int batch)
    {
        private int _example, _filter, _row, _column, _channel, _down, _across = -1;

        public int Input { get; private set; }

        public int Weight { get; private set; }

        public int Output { get; private set; }

        public bool Next()
        {
            while (Step())
            {
                int row = shape.Y.Source(_row, _down), column = shape.X.Source(_column, _across);
                if (row < 0 || row >= shape.Y.In || column < 0 || column >= shape.X.In) continue;
                int group = _filter / shape.FiltersPerGroup, channel = group * shape.ChannelsPerGroup + _channel;
                Input = ((_example * shape.Channels + channel) * shape.Y.In + row) * shape.X.In + column;
                Weight = ((_filter * shape.ChannelsPerGroup + _channel) * shape.Y.Kernel + _down) * shape.X.Kernel + _across;
                Output = ((_example * shape.Filters + _filter) * shape.Y.Out + _row) * shape.X.Out + _column;
                return true;
            }
            return false;
        }

        private bool Step() =>
            Turn(ref _across, shape.X.Kernel) || Turn(ref _down, shape.Y.Kernel) || Turn(ref _channel, shape.ChannelsPerGroup)
            || Turn(ref _column, shape.X.Out) || Turn(ref _row, shape.Y.Out) || Turn(ref _filter, shape.Filters) || ++_example < batch;

        private static bool Turn(ref int wheel, int size)
        {
            if (++wheel < size) return true;
            wheel = 0;
            return false;
        }
    }
}
