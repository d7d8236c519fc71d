using System.Numerics;
using System.Runtime.CompilerServices;
using LanguageExt;

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
    public override Seq<Fault> Faults => Rate.Faults + Expect.Settings(("momentum", Momentum, Momentum is >= 0 and < 1, "a momentum from 0 to below 1"), ("weight decay", WeightDecay, WeightDecay >= 0, "a weight decay of at least 0"));

    /// <inheritdoc/>
    protected override int Slots => Momentum == 0 ? 0 : 1;

    /// <inheritdoc/>
    public override double RateAt(long step) => Rate.At(step);

    /// <inheritdoc/>
    protected override void Advance<T>(in OptimizerStep<T> step)
    {
        T rate = T.CreateChecked(Rate.At(step.Number)), momentum = T.CreateChecked(Momentum), decay = T.CreateChecked(WeightDecay);
        if (Momentum == 0) StepFormula.Run(new Plain<T>(rate, decay), step);
        else StepFormula.Run(new WithMomentum<T>(rate, momentum, decay, Nesterov), step);
    }

    private readonly record struct Plain<T>(T Rate, T Decay) : IStepFormula<T> where T : struct, IFloatingPointIeee754<T>
    {
        public int Remembered => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Next<V>(V w, V g, V square, ref V a, ref V b, ref V c) where V : struct, IStepNumber<V, T> => w - Rate * (g + Decay * w);
    }

    private readonly record struct WithMomentum<T>(T Rate, T Mu, T Decay, bool Nesterov) : IStepFormula<T> where T : struct, IFloatingPointIeee754<T>
    {
        public int Remembered => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Next<V>(V w, V g, V square, ref V velocity, ref V b, ref V c) where V : struct, IStepNumber<V, T>
        {
            var d = g + Decay * w;
            velocity = Mu * velocity + d;
            return w - Rate * (Nesterov ? d + Mu * velocity : velocity);
        }
    }
}

public static partial class Optimizers
{
    /// <summary>Stochastic gradient descent: w′ = w − η g, with momentum where asked. See <see cref="SgdOptimizer"/>.</summary>
    public static Optimizer Sgd(Schedule rate, double momentum = 0, bool nesterov = false, double weightDecay = 0) =>
        new SgdOptimizer(rate, momentum, nesterov, weightDecay);
}
