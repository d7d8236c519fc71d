using System.Numerics;
using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Documentation;

/// <summary>
/// A gain for every element: y = g ⊙ x. Backward: δx = δy ⊙ g, δg = Σ δy ⊙ x over the batch.
/// Shapes: x and y of any shape, g of that shape.
/// </summary>
public sealed record ScaleLayer : Layer
{
    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(shape => Seq1(shape));

    /// <inheritdoc/>
    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Seq1(new Parameter("gain", inputs[0], Initializer.Ones));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private static ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, g) = (call.X, call.Parameters[0]);
        var y = Tensor.Fresh<T>(x.Shape);
        for (int i = 0; i < x.Size; i++) y.Span[i] = g.Span[i % g.Size] * x.Span[i];
        return new(y.Done(), x);
    }

    private static BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, g, dy) = (call.Saved[0], call.Parameters[0], call.Dy);
        var dx = Tensor.Fresh<T>(x.Shape);
        var dg = call.ParameterGradient(0);
        dg.Span.Clear();
        for (int i = 0; i < x.Size; i++)
        {
            dx.Span[i] = dy.Span[i] * g.Span[i % g.Size];
            dg.Span[i % g.Size] += dy.Span[i] * x.Span[i];
        }
        return new(dx.Done(), dg.Done());
    }
}
