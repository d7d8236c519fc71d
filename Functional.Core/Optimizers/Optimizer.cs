using System.Numerics;

namespace Functional.Core;

/// <summary>
/// How parameters follow gradients: two pure functions, <c>init: w → s</c> and <c>update: (w, g, s) → (w′, s′)</c>.
/// An optimizer holds settings only; what it remembers is a value that is handed in and out.
/// </summary>
/// <remarks>
/// To write one, derive a record and say in <see cref="Advance"/> how each number follows from the old ones.
/// Law: equal inputs give bit-equal outputs; nothing is changed, so any state can be gone back to.
/// </remarks>
public abstract record Optimizer
{
    /// <summary>How many buffers as long as the parameters it remembers. All start at 0.</summary>
    protected abstract int Slots { get; }

    /// <summary>One pass over the parameters: writes every new number from the old ones at the same place.</summary>
    protected abstract void Advance<T>(in OptimizerStep<T> step) where T : struct, IFloatingPointIeee754<T>;

    /// <summary>What the optimizer remembers before the first step.</summary>
    public OptimizerState<T> Init<T>(Parameters<T> parameters) where T : struct, IFloatingPointIeee754<T>
    {
        var slots = new Tensor<T>[Slots];
        for (int i = 0; i < slots.Length; i++) slots[i] = Tensor.Zeros<T>(parameters.Values.Shape);
        return new(0, Tensors.Of<T>(slots));
    }

    /// <summary>The parameters after a step along these gradients, and what it remembers of it.</summary>
    public (Parameters<T> Parameters, OptimizerState<T> State) Update<T>(
        Parameters<T> parameters, Gradients<T> gradients, OptimizerState<T> state) where T : struct, IFloatingPointIeee754<T>
    {
        var values = Tensor.Fresh<T>(parameters.Values.Shape).Done();
        var slots = new Tensor<T>[Slots];
        for (int i = 0; i < slots.Length; i++) slots[i] = Tensor.Fresh<T>(parameters.Values.Shape).Done();
        var next = new OptimizerState<T>(state.Step + 1, Tensors.Of<T>(slots));
        Advance(new OptimizerStep<T>(state.Step, parameters.Values, gradients.Values, state.Slots, values, next.Slots));
        return (new(parameters.Layout, values), next);
    }

    /// <summary>
    /// The same step written over the old values, for a caller that holds the only reference to them: nobody can see it.
    /// </summary>
    internal OptimizerState<T> UpdateInPlace<T>(Parameters<T> parameters, Gradients<T> gradients, OptimizerState<T> state)
        where T : struct, IFloatingPointIeee754<T>
    {
        Advance(new OptimizerStep<T>(state.Step, parameters.Values, gradients.Values, state.Slots, parameters.Values, state.Slots));
        return state with { Step = state.Step + 1 };
    }
}

/// <summary>
/// What one pass of an optimizer reads and writes. New and old may be the same memory, so the new number at a place depends on the
/// old numbers at that place only, and is written after they are read.
/// </summary>
public readonly ref struct OptimizerStep<T> where T : struct, IFloatingPointIeee754<T>
{
    private readonly Tensors<T> _slots, _newSlots;

    internal OptimizerStep(long step, Tensor<T> weights, Tensor<T> gradients, Tensors<T> slots, Tensor<T> newWeights, Tensors<T> newSlots)
    {
        (Number, _slots, _newSlots) = (step, slots, newSlots);
        Weights = weights.Span;
        Gradients = gradients.Span;
        NewWeights = newWeights.Writable;
    }

    /// <summary>The number of steps made before this one.</summary>
    public long Number { get; }

    /// <summary>w.</summary>
    public ReadOnlySpan<T> Weights { get; }

    /// <summary>g.</summary>
    public ReadOnlySpan<T> Gradients { get; }

    /// <summary>w′, to be written.</summary>
    public Span<T> NewWeights { get; }

    /// <summary>What was remembered.</summary>
    public ReadOnlySpan<T> Slot(int index) => _slots[index].Span;

    /// <summary>What will be remembered, to be written.</summary>
    public Span<T> NewSlot(int index) => _newSlots[index].Writable;
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
