using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Every element repeated, nearest neighbour: y[c, i, j] = x[c, ⌊i / f⌋, ⌊j / f⌋] for a factor f; δx is the sum of δy over the copies.
/// Shapes: x <c>[channels, height, width]</c>, y <c>[channels, f · height, f · width]</c>; a sequence <c>[channels, length]</c> where the
/// factor of the height is 1.
/// </summary>
/// <param name="Factor">How often an element is repeated downwards and to the right.</param>
public sealed record UpsampleLayer(Extent Factor) : Layer
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Expect.Positive(("factor", Math.Min(Factor.Height, Factor.Width)));

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Windows.ImageOrSequence(inputs, Factor).Bind<Seq<Shape>>(shape =>
    {
        long height = shape.Rank == 2 ? 1 : (long)shape[1] * Factor.Height, width = (long)shape[-1] * Factor.Width;
        return Math.Max(height, width) <= int.MaxValue
            ? Seq1(Windows.Output(shape, (int)height, (int)width))
            : new Fault($"a factor of {Factor} for {shape}", $"sizes up to {int.MaxValue:N0}");
    });

    /// <inheritdoc/>
    public override Differentiable<T> At<T>()
    {
        var output = new LastShape<Shape>(shape => Outputs(Seq1(shape)).ThrowIfFail()[0]);
        return new(
            (in ForwardCall<T> call) =>
            {
                var y = Tensor.Fresh<T>(output.For(call.X.Shape.Example).Batched(call.Batch));
                int width = call.X.Shape[-1], rows = call.X.Size / width;
                for (int row = 0; row < rows; row++)
                {
                    var block = y.Span.Slice(row * width * Factor.Width * Factor.Height, width * Factor.Width * Factor.Height);
                    for (int i = 0; i < width; i++) block.Slice(i * Factor.Width, Factor.Width).Fill(call.X.Span[row * width + i]);
                    for (int copy = 1; copy < Factor.Height; copy++) block[..(width * Factor.Width)].CopyTo(block[(copy * width * Factor.Width)..]);
                }
                return new(y.Done(), call.X);
            },
            (in BackwardCall<T> call) =>
            {
                // Only the input's shape is needed; a handle to it costs nothing.
                var dx = Tensor.Fresh<T>(call.Saved[0].Shape);
                dx.Span.Clear();
                int width = dx.Shape[-1], wide = width * Factor.Width;
                for (int place = 0; place < call.Dy.Size; place++)
                    dx.Span[place / (wide * Factor.Height) * width + place % wide / Factor.Width] += call.Dy.Span[place];
                return new(dx.Done());
            });
    }
}

public static partial class Layers
{
    /// <summary>Every element of images <c>[channels, height, width]</c> repeated. See <see cref="UpsampleLayer"/>.</summary>
    public static Layer Upsample2d(Extent factor) => new UpsampleLayer(factor);

    /// <inheritdoc cref="Upsample2d(Extent)"/>
    public static Pipeline<Wire> Upsample2d(Wire x, Extent factor) => Upsample2d(factor).On(x);

    /// <summary>Every element of sequences <c>[channels, length]</c> repeated. See <see cref="UpsampleLayer"/>.</summary>
    public static Layer Upsample1d(int factor) => new UpsampleLayer((1, factor));

    /// <inheritdoc cref="Upsample1d(int)"/>
    public static Pipeline<Wire> Upsample1d(Wire x, int factor) => Upsample1d(factor).On(x);
}
