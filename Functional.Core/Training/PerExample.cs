using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>The gradient of each example of a batch.</summary>
public static class PerExample
{
    /// <summary>
    /// ∂Eᵢ/∂w for each example i, where Eᵢ is the sum of its losses before any reduction. The examples stay in their batch, so this is right for layers that mix examples
    /// or draw at random, too: forward runs once over the batch, backward once for each example.
    /// Law: their sum is the gradient of the batch under <see cref="Reduction.Sum"/>, their mean that under <see cref="Reduction.Mean"/>, to rounding.
    /// </summary>
    /// <param name="objective">E.</param>
    /// <param name="parameters">w.</param>
    /// <param name="inputs">x, batch first.</param>
    /// <param name="targets">t, batch first.</param>
    /// <param name="step">State, mode and randomness.</param>
    /// <returns>One gradient for each example, in order, or a <see cref="Fault"/> where something does not fit.</returns>
    public static Fin<Seq<Gradients<T>>> PerExampleGradients<T>(
        this Objective objective, Parameters<T> parameters, Tensors<T> inputs, Tensors<T> targets, Step<T> step = default)
        where T : struct, IFloatingPointIeee754<T> =>
        objective.Combined.Pullback(parameters, inputs.Append(targets), step).Map(pullback =>
            Prelude.toSeq(Enumerable.Range(0, inputs[0].Batch).Select(example =>
            {
                var only = Jacobians.Unit<T>([inputs[0].Batch], example);
                return pullback.Back([.. objective.Losses.Select(_ => only)]).Parameters;
            })).Strict());
}
