using System.Numerics;

namespace Functional.Core;

/// <summary>
/// The log loss of probabilities: E = −Σᵢ tᵢ log xᵢ. Derivatives: δx = −t ⊘ x, δt = −log x, times the gradient from above.
/// Where t is 0 the term and its δx are 0, whatever x is, also at x = 0; where t &gt; 0 and x = 0 the loss is +∞, as the formula says.
/// To train a classifier take <see cref="Losses.SoftmaxLogLoss(Reduction)"/>, which stays finite.
/// </summary>
public readonly record struct LogLossFunction : IRowLoss
{
    /// <inheritdoc/>
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < x.Length; i++)
            if (!IsAbsent(t[i], x[i])) sum -= t[i] * T.Log(x[i]);
        return sum;
    }

    /// <inheritdoc/>
    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dx[i] = IsAbsent(t[i], x[i]) ? T.Zero : -dy * t[i] / x[i];
    }

    /// <inheritdoc/>
    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dt[i] = -dy * T.Log(x[i]);
    }

    // Only at x = 0: elsewhere the product is 0 by itself, and its derivative by t is not to be cut off.
    private static bool IsAbsent<T>(T t, T x) where T : struct, IFloatingPointIeee754<T> => t == T.Zero && x == T.Zero;
}

public static partial class Losses
{
    /// <summary>E = −Σ t log x of probabilities. See <see cref="LogLossFunction"/>.</summary>
    public static Loss LogLoss(Reduction reduction = Reduction.Mean) => new RowLossLayer<LogLossFunction>().Reduced(reduction);

    /// <summary>E = −Σ t log x of each example. See <see cref="LogLossFunction"/>.</summary>
    public static Pipeline<Wire> LogLoss(Wire prediction, Wire target) => new RowLossLayer<LogLossFunction>().On(prediction, target);
}
