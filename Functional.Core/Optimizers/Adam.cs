using System.Numerics;
using System.Runtime.CompilerServices;
using LanguageExt;

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
    public override Seq<Fault> Faults => Rate.Faults + Expect.Settings(
        ("beta1", Beta1, Beta1 is >= 0 and < 1, "a beta1 from 0 to below 1"), ("beta2", Beta2, Beta2 is >= 0 and < 1, "a beta2 from 0 to below 1"),
        ("epsilon", Epsilon, Epsilon > 0, "an epsilon above 0"), ("weight decay", WeightDecay, WeightDecay >= 0, "a weight decay of at least 0"));

    /// <inheritdoc/>
    protected override int Slots => 2;

    /// <inheritdoc/>
    public override double RateAt(long step) => Rate.At(step);

    /// <inheritdoc/>
    protected override void Advance<T>(in OptimizerStep<T> step)
    {
        double t = step.Number + 1;
        // Both sides of the fraction times √(1 − β₂ᵗ), which saves a division for every parameter.
        double root = Math.Sqrt(1 - Math.Pow(Beta2, t)), rate = Rate.At(step.Number);
        StepFormula.Run(
            new Formula<T>(
                T.CreateChecked(Beta1), T.CreateChecked(1 - Beta1), T.CreateChecked(Beta2), T.CreateChecked(1 - Beta2),
                T.CreateChecked(rate * root / (1 - Math.Pow(Beta1, t))), T.CreateChecked(Epsilon * root), T.CreateChecked(1 - rate * WeightDecay)),
            step);
    }

    private readonly record struct Formula<T>(T B1, T C1, T B2, T C2, T Rate, T Epsilon, T Kept) : IStepFormula<T>
        where T : struct, IFloatingPointIeee754<T>
    {
        public int Remembered => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Next<V>(V w, V g, V square, ref V m, ref V v, ref V c) where V : struct, IStepNumber<V, T>
        {
            m = B1 * m + C1 * g;
            v = B2 * v + C2 * square;
            return Kept * w - Rate * m / (V.Sqrt(v) + Epsilon);
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
