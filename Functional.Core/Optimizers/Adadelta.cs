using System.Numerics;
using System.Runtime.CompilerServices;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// Adadelta: v′ = ρ v + (1 − ρ) g²; d = g √(u + ε) / √(v′ + ε); u′ = ρ u + (1 − ρ) d²; w′ = w − η d.
/// The step has the unit of the parameter, so η = 1 is the rule.
/// </summary>
/// <param name="Rate">η, by step.</param>
/// <param name="Rho">ρ: how long both means remember.</param>
/// <param name="Epsilon">ε: begins the motion, and keeps the division finite.</param>
/// <remarks>M. Zeiler, ADADELTA: An Adaptive Learning Rate Method, 2012, algorithm 1; η as PyTorch adds it.</remarks>
public sealed record AdadeltaOptimizer(Schedule Rate, double Rho = 0.9, double Epsilon = 1e-6) : Optimizer
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Rate.Faults + Expect.Settings(("rho", Rho, Rho is >= 0 and < 1, "a rho from 0 to below 1"), ("epsilon", Epsilon, Epsilon > 0, "an epsilon above 0"));

    /// <inheritdoc/>
    protected override int Slots => 2;

    /// <inheritdoc/>
    public override double RateAt(long step) => Rate.At(step);

    /// <inheritdoc/>
    protected override void Advance<T>(in OptimizerStep<T> step) => StepFormula.Run(
        new Formula<T>(T.CreateChecked(Rate.At(step.Number)), T.CreateChecked(Rho), T.CreateChecked(1 - Rho), T.CreateChecked(Epsilon)), step);

    private readonly record struct Formula<T>(T Rate, T Rho, T Rest, T Epsilon) : IStepFormula<T> where T : struct, IFloatingPointIeee754<T>
    {
        public int Remembered => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Next<V>(V w, V g, V square, ref V v, ref V u, ref V c) where V : struct, IStepNumber<V, T>
        {
            v = Rho * v + Rest * square;
            var d = V.Sqrt(u + Epsilon) / V.Sqrt(v + Epsilon) * g;
            u = Rho * u + Rest * d * d;
            return w - Rate * d;
        }
    }
}

public static partial class Optimizers
{
    /// <summary>Adadelta: steps scaled by running means of squared steps over squared gradients. See <see cref="AdadeltaOptimizer"/>.</summary>
    public static Optimizer Adadelta(Schedule? rate = null, double rho = 0.9, double epsilon = 1e-6) => new AdadeltaOptimizer(rate ?? 1.0, rho, epsilon);
}
