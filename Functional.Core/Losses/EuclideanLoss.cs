using System.Numerics;

namespace Functional.Core;

/// <summary>
/// The Euclidean loss: E = ½ Σᵢ (xᵢ − tᵢ)². Derivatives: δx = x − t, δt = t − x, times the gradient from above.
/// Prediction and target have one shape.
/// </summary>
public readonly record struct EuclideanLossFunction : IRowLoss
{
    /// <inheritdoc/>
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < x.Length; i++) sum += (x[i] - t[i]) * (x[i] - t[i]);
        return sum / (T.One + T.One);
    }

    /// <inheritdoc/>
    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dx[i] = dy * (x[i] - t[i]);
    }

    /// <inheritdoc/>
    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dt[i] = dy * (t[i] - x[i]);
    }
}

public static partial class Losses
{
    /// <summary>E = ½ Σ (x − t)². See <see cref="EuclideanLossFunction"/>.</summary>
    public static Loss EuclideanLoss(Reduction reduction = Reduction.Mean) => new RowLossLayer<EuclideanLossFunction>().Reduced(reduction);

    /// <summary>E = ½ Σ (x − t)² of each example. See <see cref="EuclideanLossFunction"/>.</summary>
    public static Pipeline<Wire> EuclideanLoss(Wire prediction, Wire target) => new RowLossLayer<EuclideanLossFunction>().On(prediction, target);
}
