using System.Numerics;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// Stochastic gradient descent. With rate η, momentum μ and weight decay λ: d = g + λ w; b′ = μ b + d;
/// w′ = w − η b′, or with Nesterov's momentum w′ = w − η (d + μ b′).
/// </summary>
/// <param name="Rate">η, by step.</param>
/// <param name="Momentum">μ, from 0 to below 1.</param>
/// <param name="Nesterov">Whether to look ahead along the momentum.</param>
/// <param name="WeightDecay">λ, added to the gradient as that of ½ λ |w|².</param>
/// <remarks>The form of I. Sutskever et al., 2013, as PyTorch writes it (the rate outside the momentum).</remarks>
public sealed record SgdOptimizer(Schedule Rate, double Momentum = 0, bool Nesterov = false, double WeightDecay = 0) : Optimizer
{
    /// <inheritdoc/>
    protected override int Slots => Momentum == 0 ? 0 : 1;

    /// <inheritdoc/>
    public override double RateAt(long step) => Rate.At(step);

    /// <inheritdoc/>
    protected override void Advance<T>(in OptimizerStep<T> step)
    {
        T rate = T.CreateChecked(Rate.At(step.Number)), mu = T.CreateChecked(Momentum), decay = T.CreateChecked(WeightDecay);
        var w = step.Weights;
        var g = step.Gradients;
        var newW = step.NewWeights;
        int i = 0;
        bool vectors = Vector.IsHardwareAccelerated && Vector<T>.IsSupported;
        Vector<T> rates = vectors ? new(rate) : default, mus = vectors ? new(mu) : default, decays = vectors ? new(decay) : default;
        // In both cases the scalar loop is the definition; the one before it makes the same roundings, many numbers at a time.
        if (Momentum == 0)
        {
            for (; vectors && i <= w.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                var weights = SpanLanes.Load(w, i);
                SpanLanes.Store(weights - rates * (SpanLanes.Load(g, i) + decays * weights), newW, i);
            }
            for (; i < w.Length; i++) newW[i] = w[i] - rate * (g[i] + decay * w[i]);
            return;
        }
        var b = step.Slot(0);
        var newB = step.NewSlot(0);
        for (; vectors && i <= w.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var weights = SpanLanes.Load(w, i);
            var d = SpanLanes.Load(g, i) + decays * weights;
            var velocity = mus * SpanLanes.Load(b, i) + d;
            SpanLanes.Store(weights - rates * (Nesterov ? d + mus * velocity : velocity), newW, i);
            SpanLanes.Store(velocity, newB, i);
        }
        for (; i < w.Length; i++)
        {
            T d = g[i] + decay * w[i], velocity = mu * b[i] + d;
            newW[i] = w[i] - rate * (Nesterov ? d + mu * velocity : velocity);
            newB[i] = velocity;
        }
    }
}

public static partial class Optimizers
{
    /// <summary>Stochastic gradient descent: w′ = w − η g, with momentum where asked. See <see cref="SgdOptimizer"/>.</summary>
    public static Optimizer Sgd(Schedule rate, double momentum = 0, bool nesterov = false, double weightDecay = 0) =>
        new SgdOptimizer(rate, momentum, nesterov, weightDecay);
}
