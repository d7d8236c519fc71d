using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// A layer that keeps nothing but its inputs: what the inner layer saves is dropped after forward and computed again in backward. Less memory for a second
/// forward pass; outputs and gradients are those of the inner layer, bit for bit, since the same inputs, parameters, state, mode and key give the same bits.
/// Shapes, parameters and statistics are the inner layer's. PyTorch's <c>checkpoint</c>, JAX's <c>remat</c>.
/// </summary>
/// <param name="Inner">The layer, usually a <c>&gt;&gt;</c> line.</param>
/// <remarks>T. Chen, B. Xu, C. Zhang, C. Guestrin, Training Deep Nets with Sublinear Memory Cost, 2016.</remarks>
public sealed record RematLayer(Layer Inner) : WrappedLayer(Inner)
{
    /// <inheritdoc/>
    public override Differentiable<T> At<T>()
    {
        var inner = Inner.At<T>();
        return new(
            (in ForwardCall<T> call) =>
            {
                // In a region of its own, so that what the inner layer saves is reclaimed at once.
                using var scope = Region.Enter();
                var result = inner.Forward(call);
                scope.Leave();
                return new(Copy(result.Outputs), [Tensor.Scalar(T.CreateChecked(call.Inputs.Count)), .. call.Inputs, .. call.State], Copy(result.State));
            },
            (in BackwardCall<T> call) =>
            {
                int inputs = int.CreateChecked(call.Saved[0].Span[0]);
                var (x, state) = (call.Saved.Slice(1, inputs), call.Saved.Slice(1 + inputs, call.Saved.Count - 1 - inputs));
                using var scope = Region.Enter();
                var forward = inner.Forward(new ForwardCall<T>(x, call.Parameters, state, call.Mode, call.Key));
                var back = inner.Backward(call with { Saved = forward.Saved });
                scope.Leave();
                var parameters = new Tensor<T>[back.Parameters.Count];
                for (int i = 0; i < parameters.Length; i++)
                {
                    // What has landed where the optimizer reads it stays; anything else leaves the region.
                    var landed = call.ParameterGradient(i);
                    if (!landed.Done().SharesStart(back.Parameters[i])) back.Parameters[i].Span.CopyTo(landed.Span);
                    parameters[i] = landed.Done();
                }
                return new(Copy(back.Inputs), Tensors.Owning(parameters));
            });
    }

    private static Tensors<T> Copy<T>(Tensors<T> tensors) where T : struct, IFloatingPointIeee754<T>
    {
        var copies = new Tensor<T>[tensors.Count];
        for (int i = 0; i < copies.Length; i++)
        {
            if (tensors[i].IsDefault) continue;
            var copy = Tensor.Fresh<T>(tensors[i].Shape);
            tensors[i].Span.CopyTo(copy.Span);
            copies[i] = copy.Done();
        }
        return Tensors.Owning(copies);
    }
}

public static partial class Layers
{
    /// <summary>The layer with its memory of the forward pass dropped and computed again. See <see cref="RematLayer"/>.</summary>
    public static Layer Remat(Layer inner) => new RematLayer(inner);

    /// <inheritdoc cref="Remat(Layer)"/>
    public static Pipeline<Wire> Remat(Wire x, Layer inner) => Remat(inner).On(x);
}
