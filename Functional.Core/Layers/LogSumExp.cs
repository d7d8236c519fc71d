using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A smooth maximum over the last axis: y = log Σₖ exp(xₖ), computed with the maximum taken out, so it is finite for finite x.
/// Backward: δxᵢ = δy exp(xᵢ − y), the softmax of x. Shapes: x <c>[…, n]</c>, y <c>[…]</c>.
/// </summary>
public sealed record LogSumExpLayer : Layer
{
    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) =>
        Expect.Rows(inputs).Map(shapes => Seq1(Outer(shapes[0])));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private static ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var x = call.X;
        var y = Tensor.Fresh<T>(Outer(x.Shape));
        SoftmaxRows.LogSums(x.Span, y.Span, x.Shape[-1]);
        return new(y.Done(), x);
    }

    private static BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var x = call.Saved[0];
        var dx = Tensor.Fresh<T>(x.Shape);
        int width = x.Shape[-1];
        SoftmaxRows.Forward(x.Span, dx.Span, width);
        for (int row = 0; row < call.Dy.Size; row++)
        {
            var part = dx.Span.Slice(row * width, width);
            Kernels.Elementwise.Scale(part, call.Dy.Span[row], part);
        }
        return new(dx.Done());
    }

    private static Shape Outer(Shape shape) => Shape.Of(shape.Sizes.AsSpan()[..^1]);
}

public static partial class Layers
{
    /// <summary>y = log Σₖ exp(xₖ) over the last axis, which goes; δx = δy softmax(x). See <see cref="LogSumExpLayer"/>.</summary>
    public static Layer LogSumExp() => new LogSumExpLayer();

    /// <inheritdoc cref="LogSumExp()"/>
    public static Pipeline<Wire> LogSumExp(Wire x) => LogSumExp().On(x);
}
