using System.Numerics;

namespace Functional.Core;

/// <summary>
/// How parameters follow gradients: two pure functions, <c>init: w → s</c> and <c>update: (w, g, s) → (w′, s′)</c>.
/// An optimizer holds settings only; what it remembers is a value that is handed in and out.
/// </summary>
/// <remarks>Law: equal inputs give bit-equal outputs; nothing is changed, so any state can be gone back to.</remarks>
public abstract record Optimizer
{
    /// <summary>What the optimizer remembers before the first step.</summary>
    public abstract OptimizerState<T> Init<T>(Parameters<T> parameters) where T : struct, IFloatingPointIeee754<T>;

    /// <summary>The parameters after a step along these gradients, and what it remembers of it.</summary>
    public abstract (Parameters<T> Parameters, OptimizerState<T> State) Update<T>(
        Parameters<T> parameters, Gradients<T> gradients, OptimizerState<T> state) where T : struct, IFloatingPointIeee754<T>;

    /// <summary>A state of step 0 whose slots are zero, each as long as the parameters.</summary>
    protected static OptimizerState<T> Zeros<T>(Parameters<T> parameters, int slots) where T : struct, IFloatingPointIeee754<T> =>
        new(0, Tensors.Of<T>([.. Enumerable.Range(0, slots).Select(_ => Tensor.Zeros<T>(parameters.Values.Shape))]));
}

/// <summary>What an optimizer remembers: how many steps it has made, and buffers as long as the parameters.</summary>
/// <param name="Step">The number of steps made.</param>
/// <param name="Slots">Such as momentum; which, the optimizer says.</param>
public sealed record OptimizerState<T>(long Step, Tensors<T> Slots) : IPromotable<OptimizerState<T>> where T : struct, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public OptimizerState<T> Promote() => this with { Slots = Slots.Promote() };
}

/// <summary>A learning rate as a plain function of the step, counted from 0. A number is a constant schedule.</summary>
public sealed record Schedule(Func<long, double> At)
{
    /// <summary>The same rate at every step.</summary>
    public static implicit operator Schedule(double rate) => new(_ => rate);
}

/// <summary>The optimizers, by name: <c>using static Functional.Core.Optimizers;</c>.</summary>
public static partial class Optimizers;
