using System.Numerics;
using System.Runtime.CompilerServices;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// RMSprop: v′ = α v + (1 − α) g²; d = g / (√v′ + ε); w′ = w − η d. Centered, the root is of v′ − m′² with m′ = α m + (1 − α) g;
/// with momentum μ, b′ = μ b + d takes the place of d.
/// </summary>
/// <param name="Rate">η, by step.</param>
/// <param name="Alpha">α: how long the mean of squares remembers.</param>
/// <param name="Epsilon">ε: keeps the division finite.</param>
/// <param name="Momentum">μ, from 0 to below 1.</param>
/// <param name="Centered">Whether the square of the mean gradient is taken off.</param>
/// <remarks>T. Tieleman and G. Hinton, lecture 6.5, 2012; centered: A. Graves, 2013, equations 38 to 45; as PyTorch writes it (ε outside the root).</remarks>
public sealed record RmsPropOptimizer(Schedule Rate, double Alpha = 0.99, double Epsilon = 1e-8, double Momentum = 0, bool Centered = false) : Optimizer
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Rate.Faults + Expect.Settings(
        ("alpha", Alpha, Alpha is >= 0 and < 1, "an alpha from 0 to below 1"), ("epsilon", Epsilon, Epsilon > 0, "an epsilon above 0"), ("momentum", Momentum, Momentum is >= 0 and < 1, "a momentum from 0 to below 1"));

    /// <inheritdoc/>
    protected override int Slots => 1 + (Momentum != 0 || Centered ? 1 : 0) + (Momentum != 0 && Centered ? 1 : 0);

    /// <inheritdoc/>
    public override double RateAt(long step) => Rate.At(step);

    /// <inheritdoc/>
    protected override void Advance<T>(in OptimizerStep<T> step) => StepFormula.Run(
        new Formula<T>(T.CreateChecked(Rate.At(step.Number)), T.CreateChecked(Alpha), T.CreateChecked(1 - Alpha), T.CreateChecked(Epsilon), T.CreateChecked(Momentum), Momentum != 0, Centered, Slots), step);

    // What is remembered: v; then b with momentum, else m; then m where there is b.
    private readonly record struct Formula<T>(T Rate, T Alpha, T Rest, T Epsilon, T Mu, bool HasMomentum, bool Centered, int Remembered) : IStepFormula<T>
        where T : struct, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Next<V>(V w, V g, V square, ref V v, ref V b, ref V m) where V : struct, IStepNumber<V, T>
        {
            v = Alpha * v + Rest * square;
            var spread = v;
            if (Centered)
            {
                var mean = Alpha * (HasMomentum ? m : b) + Rest * g;
                spread = V.AtLeastZero(v - mean * mean);
                if (HasMomentum) m = mean;
                else b = mean;
            }
            var d = g / (V.Sqrt(spread) + Epsilon);
            if (HasMomentum) d = b = Mu * b + d;
            return w - Rate * d;
        }
    }
}

public static partial class Optimizers
{
    /// <summary>RMSprop: steps scaled by a running mean of the squared gradient. See <see cref="RmsPropOptimizer"/>.</summary>
    public static Optimizer RmsProp(Schedule rate, double alpha = 0.99, double epsilon = 1e-8, double momentum = 0, bool centered = false) =>
        new RmsPropOptimizer(rate, alpha, epsilon, momentum, centered);
}
