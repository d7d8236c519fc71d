using System.Numerics;

namespace Functional.Core;

/// <summary>
/// The Kullback–Leibler divergence of log-probabilities x from probabilities t: E = Σᵢ tᵢ (log tᵢ − xᵢ), a term being 0 where t is 0.
/// Derivatives: δx = −t, δt = log t + 1 − x, times the gradient from above. Prediction (of a <c>LogSoftmax</c>) and target have one shape.
/// PyTorch's <c>KLDivLoss</c>, whose <c>batchmean</c> is the mean here.
/// </summary>
/// <remarks>S. Kullback and R. Leibler, On Information and Sufficiency, 1951.</remarks>
public readonly record struct DivergenceLossFunction : IRowLoss
{
    /// <inheritdoc/>
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < x.Length; i++)
            if (t[i] != T.Zero) sum += t[i] * (T.Log(t[i]) - x[i]);
        return sum;
    }

    /// <inheritdoc/>
    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dx[i] = -dy * t[i];
    }

    /// <inheritdoc/>
    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dt[i] = dy * (T.Log(t[i]) + T.One - x[i]);
    }
}

public static partial class Losses
{
    /// <summary>E = Σ t (log t − x) of log-probabilities x. See <see cref="DivergenceLossFunction"/>.</summary>
    public static Loss DivergenceLoss(Reduction reduction = Reduction.Mean) => new RowLossLayer<DivergenceLossFunction>().Reduced(reduction);

    /// <summary>E of each example. See <see cref="DivergenceLossFunction"/>.</summary>
    public static Pipeline<Wire> DivergenceLoss(Wire logs, Wire target) => new RowLossLayer<DivergenceLossFunction>().On(logs, target);
}
