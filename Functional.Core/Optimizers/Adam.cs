using System.Numerics;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// Adam: m′ = β₁ m + (1 − β₁) g; v′ = β₂ v + (1 − β₂) g²; with t the number of this step from 1,
/// w′ = (1 − η λ) w − η (m′ / (1 − β₁ᵗ)) / (√(v′ / (1 − β₂ᵗ)) + ε), where λ is 0 unless asked for (AdamW).
/// </summary>
/// <param name="Rate">η, by step.</param>
/// <param name="Beta1">β₁: how long the mean of gradients remembers.</param>
/// <param name="Beta2">β₂: how long the mean of their squares remembers.</param>
/// <param name="Epsilon">ε: keeps the division finite.</param>
/// <param name="WeightDecay">λ: decoupled decay, by which weights shrink whatever their gradients are.</param>
/// <remarks>
/// D. Kingma and J. Ba, Adam: A Method for Stochastic Optimization, 2015, algorithm 1; I. Loshchilov and F. Hutter, Decoupled Weight Decay
/// Regularization, 2019, algorithm 2, as PyTorch writes it (η λ in place of λ).
/// </remarks>
public sealed record AdamOptimizer(Schedule Rate, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0) : Optimizer
{
    /// <inheritdoc/>
    protected override int Slots => 2;

    /// <inheritdoc/>
    public override double RateAt(long step) => Rate.At(step);

    /// <inheritdoc/>
    protected override void Advance<T>(in OptimizerStep<T> step)
    {
        double t = step.Number + 1;
        T b1 = T.CreateChecked(Beta1), b2 = T.CreateChecked(Beta2), c1 = T.CreateChecked(1 - Beta1), c2 = T.CreateChecked(1 - Beta2);
        // Both sides of the fraction times √(1 − β₂ᵗ), which saves a division for every parameter.
        double root = Math.Sqrt(1 - Math.Pow(Beta2, t));
        T rate = T.CreateChecked(Rate.At(step.Number) * root / (1 - Math.Pow(Beta1, t))), epsilon = T.CreateChecked(Epsilon * root);
        T kept = T.CreateChecked(1 - Rate.At(step.Number) * WeightDecay);
        var w = step.Weights;
        var g = step.Gradients;
        var m = step.Slot(0);
        var v = step.Slot(1);
        var newW = step.NewWeights;
        var newM = step.NewSlot(0);
        var newV = step.NewSlot(1);
        int i = 0;
        if (Vector.IsHardwareAccelerated && Vector<T>.IsSupported)
        {
            Vector<T> allB1 = new(b1), allB2 = new(b2), allC1 = new(c1), allC2 = new(c2), allRate = new(rate), allEpsilon = new(epsilon), allKept = new(kept);
            // All spans are as long as w, which the step sees to; so no place needs a check.
            for (; i <= w.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                var gradient = SpanLanes.Load(g, i);
                var mean = allB1 * SpanLanes.Load(m, i) + allC1 * gradient;
                var square = allB2 * SpanLanes.Load(v, i) + allC2 * gradient * gradient;
                SpanLanes.Store(allKept * SpanLanes.Load(w, i) - allRate * mean / (Vector.SquareRoot(square) + allEpsilon), newW, i);
                SpanLanes.Store(mean, newM, i);
                SpanLanes.Store(square, newV, i);
            }
        }
        // The definition; the loop above makes the same roundings, many numbers at a time.
        for (; i < w.Length; i++)
        {
            T mean = b1 * m[i] + c1 * g[i], square = b2 * v[i] + c2 * g[i] * g[i];
            newW[i] = kept * w[i] - rate * mean / (T.Sqrt(square) + epsilon);
            newM[i] = mean;
            newV[i] = square;
        }
    }
}

public static partial class Optimizers
{
    /// <summary>Adam: steps scaled by running means of the gradient and of its square. See <see cref="AdamOptimizer"/>.</summary>
    public static Optimizer Adam(Schedule rate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8) =>
        new AdamOptimizer(rate, beta1, beta2, epsilon);

    /// <summary>Adam with decoupled weight decay λ: all weights shrink by the factor 1 − η λ a step. See <see cref="AdamOptimizer"/>.</summary>
    public static Optimizer AdamW(Schedule rate, double weightDecay = 0.01, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8) =>
        new AdamOptimizer(rate, beta1, beta2, epsilon, weightDecay);
}
