using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// A layer whose parameters are not trained: forward is the inner layer's, δx too, and δw is exactly 0, so that a gradient step leaves the parameters
/// where they are (an optimizer that moves without gradients, by momentum from before or by decay, is another matter).
/// Shapes, parameters and statistics are the inner layer's. PyTorch's <c>requires_grad=False</c>, Keras' <c>trainable=False</c>.
/// </summary>
/// <param name="Inner">The layer, usually a <c>&gt;&gt;</c> line.</param>
public sealed record FrozenLayer(Layer Inner) : WrappedLayer(Inner)
{
    /// <inheritdoc/>
    public override Differentiable<T> At<T>()
    {
        var inner = Inner.At<T>();
        return new(inner.Forward, (in BackwardCall<T> call) =>
        {
            // Into memory of its own: what is computed there is not wanted.
            var back = inner.Backward(call with { Destinations = default });
            var zeros = new Tensor<T>[call.Parameters.Count];
            for (int i = 0; i < zeros.Length; i++)
            {
                var zero = call.ParameterGradient(i);
                zero.Span.Clear();
                zeros[i] = zero.Done();
            }
            return new(back.Inputs, Tensors.Owning(zeros));
        });
    }
}

public static partial class Layers
{
    /// <summary>The layer with parameters that are not trained. See <see cref="FrozenLayer"/>.</summary>
    public static Layer Frozen(Layer inner) => new FrozenLayer(inner);

    /// <inheritdoc cref="Frozen(Layer)"/>
    public static Pipeline<Wire> Frozen(Wire x, Layer inner) => Frozen(inner).On(x);
}
