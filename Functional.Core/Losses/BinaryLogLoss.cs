using System.Numerics;

namespace Functional.Core;

/// <summary>
/// The log loss of independent yes-or-no probabilities: E = −Σᵢ (tᵢ log xᵢ + (1 − tᵢ) log(1 − xᵢ)).
/// Derivatives: δx = (1 − t) ⊘ (1 − x) − t ⊘ x, δt = log(1 − x) − log x, times the gradient from above.
/// A term whose weight is 0 is 0. Also called binary cross-entropy.
/// </summary>
public readonly record struct BinaryLogLossFunction : IRowLoss
{
    /// <inheritdoc/>
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < x.Length; i++)
        {
            if (t[i] != T.Zero || x[i] != T.Zero) sum -= t[i] * T.Log(x[i]);
            if (t[i] != T.One || x[i] != T.One) sum -= (T.One - t[i]) * SpecialFunctions.LogOnePlus(-x[i]);
        }
        return sum;
    }

    /// <inheritdoc/>
    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            T no = t[i] == T.One && x[i] == T.One ? T.Zero : (T.One - t[i]) / (T.One - x[i]);
            T yes = t[i] == T.Zero && x[i] == T.Zero ? T.Zero : t[i] / x[i];
            dx[i] = dy * (no - yes);
        }
    }

    /// <inheritdoc/>
    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dt[i] = dy * (SpecialFunctions.LogOnePlus(-x[i]) - T.Log(x[i]));
    }
}

/// <summary>
/// Sigmoid and binary log loss in one: E = Σᵢ (log(1 + e^xᵢ) − tᵢ xᵢ), from logits x, finite for finite x.
/// Derivatives: δx = σ(x) − t, δt = −x, times the gradient from above. Equals <c>Sigmoid >> BinaryLogLoss</c> wherever that is finite.
/// </summary>
public readonly record struct SigmoidBinaryLogLossFunction : IRowLoss
{
    // Each term by the side on which it is small, as log(1 + eˣ) − x would lose all digits at large x and t = 1.
    /// <inheritdoc/>
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < x.Length; i++)
            sum += t[i] * SpecialFunctions.Softplus(-x[i]) + (T.One - t[i]) * SpecialFunctions.Softplus(x[i]);
        return sum;
    }

    /// <inheritdoc/>
    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dx[i] = dy * (SpecialFunctions.Sigmoid(x[i]) - t[i]);
    }

    /// <inheritdoc/>
    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dt[i] = -dy * x[i];
    }
}

public static partial class Losses
{
    /// <summary>E = −Σ (t log x + (1 − t) log(1 − x)) of probabilities. See <see cref="BinaryLogLossFunction"/>.</summary>
    public static Loss BinaryLogLoss(Reduction reduction = Reduction.Mean) => new RowLossLayer<BinaryLogLossFunction>().Reduced(reduction);

    /// <summary>E of each example. See <see cref="BinaryLogLossFunction"/>.</summary>
    public static Pipeline<Wire> BinaryLogLoss(Wire prediction, Wire target) => new RowLossLayer<BinaryLogLossFunction>().On(prediction, target);

    /// <summary>E = Σ (log(1 + eˣ) − t x) of logits x, for yes-or-no labels. See <see cref="SigmoidBinaryLogLossFunction"/>.</summary>
    public static Loss SigmoidBinaryLogLoss(Reduction reduction = Reduction.Mean) => new RowLossLayer<SigmoidBinaryLogLossFunction>().Reduced(reduction);

    /// <summary>E of each example. See <see cref="SigmoidBinaryLogLossFunction"/>.</summary>
    public static Pipeline<Wire> SigmoidBinaryLogLoss(Wire logits, Wire target) => new RowLossLayer<SigmoidBinaryLogLossFunction>().On(logits, target);
}
