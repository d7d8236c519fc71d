using System.Numerics;
using System.Runtime.CompilerServices;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// Lion: u = sign(β₁ m + (1 − β₁) g); w′ = w − η (u + λ w); m′ = β₂ m + (1 − β₂) g. Every parameter moves by η, so η is
/// three to ten times smaller than Adam's, and λ as much larger.
/// </summary>
/// <param name="Rate">η, by step.</param>
/// <param name="Beta1">β₁: the share of the memory in the direction.</param>
/// <param name="Beta2">β₂: how long the memory lasts.</param>
/// <param name="WeightDecay">λ, decoupled.</param>
/// <remarks>X. Chen et al., Symbolic Discovery of Optimization Algorithms, 2023, program 1. Sign is 0 at 0.</remarks>
public sealed record LionOptimizer(Schedule Rate, double Beta1 = 0.9, double Beta2 = 0.99, double WeightDecay = 0) : Optimizer
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Rate.Faults + Expect.Settings(
        ("beta1", Beta1, Beta1 is >= 0 and < 1, "a beta1 from 0 to below 1"), ("beta2", Beta2, Beta2 is >= 0 and < 1, "a beta2 from 0 to below 1"), ("weight decay", WeightDecay, WeightDecay >= 0, "a weight decay of at least 0"));

    /// <inheritdoc/>
    protected override int Slots => 1;

    /// <inheritdoc/>
    public override double RateAt(long step) => Rate.At(step);

    /// <inheritdoc/>
    protected override void Advance<T>(in OptimizerStep<T> step) => StepFormula.Run(
        new Formula<T>(
            T.CreateChecked(Rate.At(step.Number)), T.CreateChecked(Beta1), T.CreateChecked(1 - Beta1), T.CreateChecked(Beta2), T.CreateChecked(1 - Beta2),
            T.CreateChecked(WeightDecay)), step);

    private readonly record struct Formula<T>(T Rate, T B1, T C1, T B2, T C2, T Decay) : IStepFormula<T> where T : struct, IFloatingPointIeee754<T>
    {
        public int Remembered => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Next<V>(V w, V g, V square, ref V m, ref V b, ref V c) where V : struct, IStepNumber<V, T>
        {
            var u = B1 * m + C1 * g;
            m = B2 * m + C2 * g;
            return w - Rate * (V.Sign(u) + Decay * w);
        }
    }
}

public static partial class Optimizers
{
    /// <summary>Lion: steps of one size along the sign of the momentum. See <see cref="LionOptimizer"/>.</summary>
    public static Optimizer Lion(Schedule rate, double beta1 = 0.9, double beta2 = 0.99, double weightDecay = 0) =>
        new LionOptimizer(rate, beta1, beta2, weightDecay);
}
