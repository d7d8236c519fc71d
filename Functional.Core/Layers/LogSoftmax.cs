using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// Log-softmax over the last axis: yᵢ = xᵢ − log Σₖ exp(xₖ), computed with the maximum taken out, so it is finite for finite x.
/// Backward: δxᵢ = δyᵢ − exp(yᵢ) Σⱼ δyⱼ. Shapes: x and y <c>[…, n]</c>.
/// </summary>
public sealed record LogSoftmaxLayer : Layer
{
    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Rows(inputs);

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private static ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var y = Tensor.Fresh<T>(call.X.Shape);
        SoftmaxRows.LogForward(call.X.Span, y.Span, call.X.Shape[-1]);
        return new(y.Done(), y.Done());
    }

    private static BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var dx = Tensor.Fresh<T>(call.Dy.Shape);
        SoftmaxRows.LogBackward(call.Saved[0].Span, call.Dy.Span, dx.Span, call.Dy.Shape[-1]);
        return new(dx.Done());
    }
}

public static partial class Layers
{
    /// <summary>yᵢ = xᵢ − log Σₖ exp(xₖ) over the last axis; δxᵢ = δyᵢ − exp(yᵢ) Σⱼ δyⱼ. See <see cref="LogSoftmaxLayer"/>.</summary>
    public static Layer LogSoftmax() => new LogSoftmaxLayer();

    /// <inheritdoc cref="LogSoftmax()"/>
    public static Pipeline<Wire> LogSoftmax(Wire x) => LogSoftmax().On(x);
}
