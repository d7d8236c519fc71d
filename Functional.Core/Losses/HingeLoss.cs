using System.Numerics;

namespace Functional.Core;

/// <summary>
/// The hinge loss of scores x against signs t = ±1: E = Σᵢ max(0, 1 − tᵢ xᵢ). Derivatives: where tᵢ xᵢ &lt; 1, δx = −t and δt = −x, else 0,
/// times the gradient from above. Prediction and target have one shape. Keras' <c>Hinge</c>.
/// </summary>
/// <remarks>C. Cortes and V. Vapnik, Support-Vector Networks, 1995.</remarks>
public readonly record struct HingeLossFunction : IRowLoss
{
    /// <inheritdoc/>
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < x.Length; i++)
            if (!(t[i] * x[i] >= T.One)) sum += T.One - t[i] * x[i];
        return sum;
    }

    /// <inheritdoc/>
    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dx[i] = t[i] * x[i] >= T.One ? T.Zero : -dy * t[i];
    }

    /// <inheritdoc/>
    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T> => Gradient(t, x, dy, dt);
}

public static partial class Losses
{
    /// <summary>E = Σ max(0, 1 − t x) of scores and signs. See <see cref="HingeLossFunction"/>.</summary>
    public static Loss HingeLoss(Reduction reduction = Reduction.Mean) => new RowLossLayer<HingeLossFunction>().Reduced(reduction);

    /// <summary>E of each example. See <see cref="HingeLossFunction"/>.</summary>
    public static Pipeline<Wire> HingeLoss(Wire prediction, Wire target) => new RowLossLayer<HingeLossFunction>().On(prediction, target);
}
