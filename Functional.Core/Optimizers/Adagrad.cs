using System.Numerics;
using System.Runtime.CompilerServices;
using LanguageExt;

namespace Functional.Core;

/// <summary>Adagrad: v′ = v + g²; w′ = w − η g / (√v′ + ε). The steps get smaller the more a parameter has moved.</summary>
/// <param name="Rate">η, by step.</param>
/// <param name="Epsilon">ε: keeps the division finite.</param>
/// <param name="Accumulated">What v begins with.</param>
/// <remarks>J. Duchi, E. Hazan and Y. Singer, Adaptive Subgradient Methods, 2011, in its diagonal form.</remarks>
public sealed record AdagradOptimizer(Schedule Rate, double Epsilon = 1e-10, double Accumulated = 0) : Optimizer
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Rate.Faults + Expect.Settings(("epsilon", Epsilon, Epsilon > 0, "an epsilon above 0"), ("accumulated", Accumulated, Accumulated >= 0, "at least 0"));

    /// <inheritdoc/>
    protected override int Slots => 1;

    /// <inheritdoc/>
    public override double RateAt(long step) => Rate.At(step);

    internal override Tensor<T> First<T>(int slot, Parameters<T> parameters) => Tensor.Filled(parameters.Values.Shape, T.CreateChecked(Accumulated));

    /// <inheritdoc/>
    protected override void Advance<T>(in OptimizerStep<T> step) =>
        StepFormula.Run(new Formula<T>(T.CreateChecked(Rate.At(step.Number)), T.CreateChecked(Epsilon)), step);

    private readonly record struct Formula<T>(T Rate, T Epsilon) : IStepFormula<T> where T : struct, IFloatingPointIeee754<T>
    {
        public int Remembered => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Next<V>(V w, V g, V square, ref V v, ref V b, ref V c) where V : struct, IStepNumber<V, T>
        {
            v += square;
            return w - Rate * g / (V.Sqrt(v) + Epsilon);
        }
    }
}

public static partial class Optimizers
{
    /// <summary>Adagrad: steps scaled by the sum of all squared gradients so far. See <see cref="AdagradOptimizer"/>.</summary>
    public static Optimizer Adagrad(Schedule rate, double epsilon = 1e-10, double accumulated = 0) => new AdagradOptimizer(rate, epsilon, accumulated);
}
