using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A loss with a weight for every example: E = w · E₀(x, t). Backward: δx and δt are those of E₀ for w δE, δw = E₀ δE.
/// Shapes: x and t as the inner loss has them, w <c>[]</c> as the last target. The mean divides by what the inner loss says, not by the sum of
/// the weights, as Keras' <c>sample_weight</c> does.
/// </summary>
/// <param name="Inner">E₀.</param>
public sealed record WeightedLossLayer(LossLayer Inner) : LossLayer
{
    /// <inheritdoc/>
    public override bool MixesExamples => Inner.MixesExamples;

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Inner.Faults;

    /// <inheritdoc/>
    public override Seq<Shape> Targets(Shape prediction) => Inner.Targets(prediction).Add(Shape.Scalar);

    /// <inheritdoc/>
    public override T Weight<T>(int batch, Tensors<T> targets) => Inner.Weight(batch, targets.Slice(0, targets.Count - 1));

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => inputs.Count < 2 || inputs.Last != Shape.Scalar
        ? new Fault($"inputs {string.Join(", ", inputs)}", "a prediction, its targets, and last a weight of shape []")
        : Inner.Outputs(inputs.Take(inputs.Count - 1).Strict());

    /// <inheritdoc/>
    public override Differentiable<T> At<T>()
    {
        var inner = Inner.At<T>();
        return new(
            (in ForwardCall<T> call) =>
            {
                var weights = call.Inputs[call.Inputs.Count - 1];
                var result = inner.Forward(call with { Inputs = call.Inputs.Slice(0, call.Inputs.Count - 1) });
                return new(Product(weights, result.Outputs[0]), result.Saved.Append([weights, result.Outputs[0]]));
            },
            (in BackwardCall<T> call) =>
            {
                int count = call.Saved.Count - 2;
                var (weights, errors) = (call.Saved[count], call.Saved[count + 1]);
                var back = inner.Backward(call with { OutputGradients = Product(weights, call.Dy), Saved = call.Saved.Slice(0, count) });
                return new(back.Inputs.Append(Product(errors, call.Dy)), back.Parameters);
            });
    }

    private static Tensor<T> Product<T>(Tensor<T> a, Tensor<T> b) where T : struct, IFloatingPointIeee754<T>
    {
        var product = Tensor.Fresh<T>(a.Shape);
        Kernels.Elementwise.Multiply(a.Span, b.Span, product.Span);
        return product.Done();
    }
}
