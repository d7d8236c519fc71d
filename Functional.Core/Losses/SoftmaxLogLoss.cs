using System.Numerics;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// Softmax and log loss in one: E = −Σᵢ tᵢ log softmax(x)ᵢ = Σᵢ tᵢ (log Σₖ exp xₖ − xᵢ), from logits x, with the maximum taken
/// out, so it is finite for finite x. Derivatives: δx = softmax(x) Στ − t, where Στ is the sum of t (1 for probabilities),
/// and δt = −log softmax(x), times the gradient from above. Equals <c>Softmax >> LogLoss</c> wherever that is finite.
/// </summary>
public readonly record struct SoftmaxLogLossFunction : IBatchLoss
{
    // What is less is taken for 0 at float: the layers behind would make subnormal numbers of it, which many processors are slow with.
    private const float Least = 1e-30f;

    /// <inheritdoc/>
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T>
    {
        T log = SpecialFunctions.LogSumExp(x), sum = T.Zero;
        for (int i = 0; i < x.Length; i++) sum += t[i] * (log - x[i]);
        return sum;
    }

    /// <inheritdoc/>
    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        T max = x[0], sum = T.Zero, weight = T.Zero;
        for (int i = 1; i < x.Length; i++)
            if (x[i] > max) max = x[i];
        for (int i = 0; i < x.Length; i++)
        {
            sum += dx[i] = T.Exp(x[i] - max);
            weight += t[i];
        }
        for (int i = 0; i < x.Length; i++) dx[i] = dy * (dx[i] / sum * weight - t[i]);
    }

    /// <inheritdoc/>
    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T>
    {
        T log = SpecialFunctions.LogSumExp(x);
        for (int i = 0; i < x.Length; i++) dt[i] = dy * (log - x[i]);
    }

    // Keeps softmax(x), so that the way back takes no exponentials.
    void IBatchLoss.Values(ReadOnlySpan<float> x, ReadOnlySpan<float> t, Span<float> losses, Span<float> kept)
    {
        int width = x.Length / losses.Length;
        SoftmaxVectors.Run(x, kept, losses, width, SoftmaxResult.Probabilities);
        for (int row = 0; row < losses.Length; row++)
        {
            ReadOnlySpan<float> logit = x.Slice(row * width, width), target = t.Slice(row * width, width);
            float log = losses[row], sum = 0;
            var sums = Vector<float>.Zero;
            int i = 0;
            for (; i <= width - Vector<float>.Count; i += Vector<float>.Count) sums += new Vector<float>(target[i..]) * (new Vector<float>(log) - new Vector<float>(logit[i..]));
            for (; i < width; i++) sum += target[i] * (log - logit[i]);
            losses[row] = width < Vector<float>.Count ? sum : sum + Vector.Sum(sums);
        }
    }

    void IBatchLoss.Gradients(ReadOnlySpan<float> kept, ReadOnlySpan<float> t, ReadOnlySpan<float> dy, Span<float> dx)
    {
        int width = dx.Length / dy.Length;
        for (int row = 0; row < dy.Length; row++)
        {
            ReadOnlySpan<float> p = kept.Slice(row * width, width), target = t.Slice(row * width, width);
            var to = dx.Slice(row * width, width);
            float weight = Sums.Sum(target), scale = dy[row];
            int i = 0;
            for (; i <= width - Vector<float>.Count; i += Vector<float>.Count)
            {
                var difference = new Vector<float>(p[i..]) * weight - new Vector<float>(target[i..]);
                Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(difference), new(Least)), Vector<float>.Zero, scale * difference).CopyTo(to[i..]);
            }
            for (; i < width; i++)
            {
                float difference = p[i] * weight - target[i];
                to[i] = MathF.Abs(difference) < Least ? 0 : scale * difference;
            }
        }
    }
}

public static partial class Losses
{
    /// <summary>E = −Σ t log softmax(x) of logits x, for one class of several. See <see cref="SoftmaxLogLossFunction"/>.</summary>
    public static Loss SoftmaxLogLoss(Reduction reduction = Reduction.Mean) => new RowLossLayer<SoftmaxLogLossFunction>().Reduced(reduction);

    /// <summary>E = −Σ t log softmax(x) of each example. See <see cref="SoftmaxLogLossFunction"/>.</summary>
    public static Pipeline<Wire> SoftmaxLogLoss(Wire logits, Wire target) => new RowLossLayer<SoftmaxLogLossFunction>().On(logits, target);
}
