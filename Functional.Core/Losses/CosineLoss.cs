using System.Numerics;

namespace Functional.Core;

/// <summary>
/// How far two vectors are from pointing the same way: E = 1 − c with c = ⟨x, t⟩ / max(‖x‖ ‖t‖, ε), over all elements of an example.
/// Derivatives: δx = −(t / (‖x‖ ‖t‖) − c x / ‖x‖²), δt alike, times the gradient from above; where ‖x‖ ‖t‖ ≤ ε, δx = −t / ε.
/// Prediction and target have one shape. PyTorch's <c>CosineEmbeddingLoss</c> for pairs that belong together; Keras' <c>CosineSimilarity</c> plus 1.
/// </summary>
/// <param name="Epsilon">ε, which keeps vectors of length 0 from dividing by 0.</param>
public readonly record struct CosineLossFunction(double Epsilon) : IRowLoss
{
    /// <inheritdoc/>
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T>
    {
        var (dot, xx, tt) = Products(x, t);
        return T.One - dot / T.Max(T.Sqrt(xx) * T.Sqrt(tt), T.CreateChecked(Epsilon));
    }

    /// <inheritdoc/>
    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        var (dot, xx, tt) = Products(x, t);
        T length = T.Sqrt(xx), other = T.Sqrt(tt), least = T.CreateChecked(Epsilon);
        bool far = length * other > least;
        // From vectors of length 1, whose difference is exact where the two are parallel.
        T cosine = dot / (length * other), scale = dy / (far ? length : least);
        for (int i = 0; i < x.Length; i++) dx[i] = far ? scale * (cosine * (x[i] / length) - t[i] / other) : -scale * t[i];
    }

    /// <inheritdoc/>
    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T> => Gradient(t, x, dy, dt);

    private static (T Dot, T XX, T TT) Products<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T>
    {
        T dot = T.Zero, xx = T.Zero, tt = T.Zero;
        for (int i = 0; i < x.Length; i++)
        {
            dot += x[i] * t[i];
            xx += x[i] * x[i];
            tt += t[i] * t[i];
        }
        return (dot, xx, tt);
    }
}

public static partial class Losses
{
    /// <summary>E = 1 − cos of the angle between prediction and target. See <see cref="CosineLossFunction"/>.</summary>
    public static Loss CosineLoss(Reduction reduction = Reduction.Mean, double epsilon = 1e-8) => new RowLossLayer<CosineLossFunction>(new(epsilon)).Reduced(reduction);

    /// <summary>E of each example. See <see cref="CosineLossFunction"/>.</summary>
    public static Pipeline<Wire> CosineLoss(Wire prediction, Wire target, double epsilon = 1e-8) => new RowLossLayer<CosineLossFunction>(new(epsilon)).On(prediction, target);
}
