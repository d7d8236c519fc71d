using System.Numerics;
using System.Runtime.CompilerServices;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// NAdam, Adam that looks ahead along its momentum. With μₜ = β₁ (1 − ½ · 0.96^(t ψ)) and Πₜ = μ₁ μ₂ … μₜ, t from 1:
/// m′ = β₁ m + (1 − β₁) g; v′ = β₂ v + (1 − β₂) g²;
/// w′ = w − η ((1 − μₜ) / (1 − Πₜ) g + μₜ₊₁ / (1 − Πₜ₊₁) m′) / (√(v′ / (1 − β₂ᵗ)) + ε).
/// </summary>
/// <param name="Rate">η, by step.</param>
/// <param name="Beta1">β₁: how long the mean of gradients remembers.</param>
/// <param name="Beta2">β₂: how long the mean of their squares remembers.</param>
/// <param name="Epsilon">ε: keeps the division finite.</param>
/// <param name="MomentumDecay">ψ: how fast the momentum grows.</param>
/// <remarks>T. Dozat, Incorporating Nesterov Momentum into Adam, 2016, as PyTorch writes it.</remarks>
public sealed record NAdamOptimizer(Schedule Rate, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double MomentumDecay = 4e-3) : Optimizer
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Rate.Faults + Expect.Settings(
        ("beta1", Beta1, Beta1 is >= 0 and < 1, "a beta1 from 0 to below 1"), ("beta2", Beta2, Beta2 is >= 0 and < 1, "a beta2 from 0 to below 1"),
        ("epsilon", Epsilon, Epsilon > 0, "an epsilon above 0"), ("momentum decay", MomentumDecay, MomentumDecay >= 0, "a momentum decay of at least 0"));

    /// <inheritdoc/>
    protected override int Slots => 2;

    /// <inheritdoc/>
    public override double RateAt(long step) => Rate.At(step);

    /// <inheritdoc/>
    protected override void Advance<T>(in OptimizerStep<T> step)
    {
        long t = step.Number + 1;
        double rate = Rate.At(step.Number), mu = Mu(t), next = Mu(t + 1), product = Product(t);
        StepFormula.Run(new Formula<T>(
            T.CreateChecked(rate * (1 - mu) / (1 - product)), T.CreateChecked(rate * next / (1 - product * next)),
            T.CreateChecked(Beta1), T.CreateChecked(1 - Beta1), T.CreateChecked(Beta2), T.CreateChecked(1 - Beta2),
            T.CreateChecked(1 - Math.Pow(Beta2, t)), T.CreateChecked(Epsilon)), step);
    }

    private double Mu(long t) => Beta1 * (1 - 0.5 * Math.Pow(0.96, t * MomentumDecay));

    // Once the product no longer shows beside 1, the rest of it does not matter: about 60 factors.
    private double Product(long t)
    {
        double product = 1;
        for (long i = 1; i <= t && product > 1e-18; i++) product *= Mu(i);
        return product;
    }

    private readonly record struct Formula<T>(T OfGradient, T OfMean, T B1, T C1, T B2, T C2, T Correction, T Epsilon) : IStepFormula<T>
        where T : struct, IFloatingPointIeee754<T>
    {
        public int Remembered => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Next<V>(V w, V g, V square, ref V m, ref V v, ref V c) where V : struct, IStepNumber<V, T>
        {
            m = B1 * m + C1 * g;
            v = B2 * v + C2 * square;
            return w - (OfGradient * g + OfMean * m) / (V.Sqrt(v / Correction) + Epsilon);
        }
    }
}

public static partial class Optimizers
{
    /// <summary>NAdam: Adam with Nesterov's momentum. See <see cref="NAdamOptimizer"/>.</summary>
    public static Optimizer NAdam(Schedule rate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double momentumDecay = 4e-3) =>
        new NAdamOptimizer(rate, beta1, beta2, epsilon, momentumDecay);
}
