using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Softmax over the last axis: yᵢ = exp(xᵢ) / Σₖ exp(xₖ), computed as exp(xᵢ − max x) / Σₖ exp(xₖ − max x), which cannot overflow.
/// Backward: δxᵢ = Σⱼ δyⱼ yᵢ (1{i=j} − yⱼ) = yᵢ (δyᵢ − Σⱼ δyⱼ yⱼ), without building the Jacobian.
/// Shapes: x and y <c>[…, n]</c>.
/// </summary>
public sealed record SoftmaxLayer : Layer
{
    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Rows(inputs);

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private static ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var y = Tensor.Fresh<T>(call.X.Shape);
        SoftmaxRows.Forward(call.X.Span, y.Span, call.X.Shape[-1]);
        return new(y.Done(), y.Done());
    }

    private static BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var dx = Tensor.Fresh<T>(call.Dy.Shape);
        SoftmaxRows.Backward(call.Saved[0].Span, call.Dy.Span, dx.Span, call.Dy.Shape[-1]);
        return new(dx.Done());
    }
}

public static partial class Layers
{
    /// <summary>yᵢ = exp(xᵢ) / Σₖ exp(xₖ) over the last axis; δxᵢ = yᵢ (δyᵢ − Σⱼ δyⱼ yⱼ). See <see cref="SoftmaxLayer"/>.</summary>
    public static Layer Softmax() => new SoftmaxLayer();

    /// <inheritdoc cref="Softmax()"/>
    public static Pipeline<Wire> Softmax(Wire x) => Softmax().On(x);
}
