using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Zeros around each channel: y[c, i, j] = x[c, i − top, j − left] where there is such a place, else 0; δx is the part of δy that came
/// from x. Shapes: x <c>[channels, height, width]</c>, y <c>[channels, top + height + bottom, left + width + right]</c>; a sequence
/// <c>[channels, length]</c> where nothing is added above and below.
/// </summary>
/// <param name="Padding">How many zeros on each side; not <see cref="Padding.Same"/>.</param>
public sealed record ZeroPadLayer(Padding Padding) : Layer
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Windows.Bounds(Extent.One, Extent.One, Padding)
        + (Padding.IsSame ? Seq1(new Fault("padding same", "numbers, as there is no kernel to follow")) : Empty);

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) =>
        Windows.ImageOrSequence(inputs, new(1 + Padding.Top + Padding.Bottom, 1)).Bind<Seq<Shape>>(shape =>
        {
            long height = (shape.Rank == 2 ? 1L : shape[1]) + Padding.Top + Padding.Bottom, width = (long)shape[-1] + Padding.Left + Padding.Right;
            return Math.Max(height, width) <= int.MaxValue
                ? Seq1(Windows.Output(shape, (int)height, (int)width))
                : new Fault($"padding {Padding} for {shape}", $"sizes up to {int.MaxValue:N0}");
        });

    /// <inheritdoc/>
    public override Differentiable<T> At<T>()
    {
        var output = new LastShape<Shape>(shape => Outputs(Seq1(shape)).ThrowIfFail()[0]);
        return new(
            (in ForwardCall<T> call) =>
            {
                var y = Tensor.Fresh<T>(output.For(call.X.Shape.Example).Batched(call.Batch));
                y.Span.Clear();
                int width = call.X.Shape[-1];
                for (int row = 0; row * width < call.X.Size; row++) call.X.Span.Slice(row * width, width).CopyTo(y.Span[Place(call.X.Shape, row)..]);
                return new(y.Done(), call.X);
            },
            (in BackwardCall<T> call) =>
            {
                // Only the input's shape is needed; a handle to it costs nothing.
                var dx = Tensor.Fresh<T>(call.Saved[0].Shape);
                int width = dx.Shape[-1];
                for (int row = 0; row * width < dx.Span.Length; row++) call.Dy.Span.Slice(Place(dx.Shape, row), width).CopyTo(dx.Span[(row * width)..]);
                return new(dx.Done());
            });
    }

    /// <summary>Where a row of all channels' rows begins in the output.</summary>
    private int Place(Shape x, int row)
    {
        int height = x.Rank == 3 ? 1 : x[-2], channel = row / height;
        return (channel * (height + Padding.Top + Padding.Bottom) + Padding.Top + row % height) * (x[-1] + Padding.Left + Padding.Right) + Padding.Left;
    }
}

public static partial class Layers
{
    /// <summary>Zeros around images <c>[channels, height, width]</c>. See <see cref="ZeroPadLayer"/>.</summary>
    public static Layer ZeroPad2d(Padding padding) => new ZeroPadLayer(padding);

    /// <inheritdoc cref="ZeroPad2d(Padding)"/>
    public static Pipeline<Wire> ZeroPad2d(Wire x, Padding padding) => ZeroPad2d(padding).On(x);

    /// <summary>Zeros before and after sequences <c>[channels, length]</c>. See <see cref="ZeroPadLayer"/>.</summary>
    public static Layer ZeroPad1d(int before, int after) => new ZeroPadLayer(new(0, 0, before, after));

    /// <inheritdoc cref="ZeroPad1d(int, int)"/>
    public static Pipeline<Wire> ZeroPad1d(Wire x, int before, int after) => ZeroPad1d(before, after).On(x);
}
