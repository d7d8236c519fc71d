using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A table of vectors, read by number: y = W[i] for every number i of the input. Backward: δW[i] = Σ δy over the places where i stands, added up in their
/// order, whatever the number of threads; numbers have no derivative (δx = 0). A number outside the table gives NaN, so that it is noticed, and no gradient.
/// Shapes: x <c>[…]</c>, W <c>[count, width]</c>, y <c>[…, width]</c>. PyTorch's <c>Embedding</c>, Keras' <c>Embedding</c>.
/// </summary>
/// <param name="Count">How many rows the table has; up to 2²⁴ in <c>float</c>, which holds larger numbers inexactly.</param>
/// <param name="Width">The length of a row.</param>
public sealed record EmbeddingLayer(int Count, int Width) : Layer
{
    /// <summary>How W starts. By default at N(0, 1), as in PyTorch.</summary>
    public Initializer WeightInitializer { get; init; } = Initializer.Normal(0, 1);

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Expect.Positive(("count", Count), ("width", Width));

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(shape => Seq1(shape.Then([Width])));

    /// <inheritdoc/>
    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Seq1(new Parameter("weight", [Count, Width], WeightInitializer));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, w) = (call.X, call.Parameters[0]);
        var y = Tensor.Fresh<T>(x.Shape.Then([Width]));
        for (int place = 0; place < x.Size; place++)
        {
            var to = y.Span.Slice(place * Width, Width);
            int row = Indices.Of(x.Span[place], Count);
            if (row < 0) to.Fill(T.NaN);
            else w.Span.Slice(row * Width, Width).CopyTo(to);
        }
        return new(y.Done(), x);
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, dy) = (call.Saved[0], call.Dy);
        var dw = call.ParameterGradient(0);
        dw.Span.Clear();
        for (int place = 0; place < x.Size; place++)
            if (Indices.Of(x.Span[place], Count) is >= 0 and var row)
                Elementwise.Accumulate(dy.Span.Slice(place * Width, Width), dw.Span.Slice(row * Width, Width));
        return new(call.Wants(0) ? Tensor.Zeros<T>(x.Shape) : default, dw.Done());
    }
}

public static partial class Layers
{
    /// <summary>Rows of a table of <paramref name="count"/> vectors, read by number. See <see cref="EmbeddingLayer"/>.</summary>
    public static Layer Embedding(int count, int width, Initializer? weight = null) =>
        new EmbeddingLayer(count, width) { WeightInitializer = weight ?? Initializer.Normal(0, 1) };

    /// <inheritdoc cref="Embedding(int, int, Initializer)"/>
    public static Pipeline<Wire> Embedding(Wire x, int count, int width, Initializer? weight = null) => Embedding(count, width, weight).On(x);
}
