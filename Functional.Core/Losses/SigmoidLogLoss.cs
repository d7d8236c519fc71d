using System.Numerics;

namespace Functional.Core;

/// <summary>
/// Sigmoid and log loss in one: E = −Σᵢ tᵢ log σ(xᵢ) = Σᵢ tᵢ log(1 + e^−xᵢ), from logits x, finite for finite x.
/// Derivatives: δx = −t σ(−x) = t (σ(x) − 1), δt = log(1 + e⁻ˣ), times the gradient from above.
/// Equals <c>Sigmoid >> LogLoss</c> wherever that is finite. It only rewards what is there;
/// for yes-or-no labels take <see cref="Losses.SigmoidBinaryLogLoss(Reduction)"/>.
/// </summary>
public readonly record struct SigmoidLogLossFunction : IRowLoss
{
    /// <inheritdoc/>
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < x.Length; i++) sum += t[i] * SpecialFunctions.Softplus(-x[i]);
        return sum;
    }

    /// <inheritdoc/>
    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dx[i] = -dy * t[i] * SpecialFunctions.Sigmoid(-x[i]);
    }

    /// <inheritdoc/>
    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dt[i] = dy * SpecialFunctions.Softplus(-x[i]);
    }
}

public static partial class Losses
{
    /// <summary>E = −Σ t log σ(x) of logits x. See <see cref="SigmoidLogLossFunction"/>.</summary>
    public static Loss SigmoidLogLoss(Reduction reduction = Reduction.Mean) => new RowLossLayer<SigmoidLogLossFunction>().Reduced(reduction);

    /// <summary>E = −Σ t log σ(x) of each example. See <see cref="SigmoidLogLossFunction"/>.</summary>
    public static Pipeline<Wire> SigmoidLogLoss(Wire logits, Wire target) => new RowLossLayer<SigmoidLogLossFunction>().On(logits, target);
}
