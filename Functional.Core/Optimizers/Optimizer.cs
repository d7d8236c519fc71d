using System.Numerics;
using System.Text;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// How parameters follow gradients: two pure functions, <c>init: w → s</c> and <c>update: (w, g, s) → (w′, s′)</c>.
/// An optimizer holds settings only, so that equal settings are equal values; what it remembers is a value that is handed in and out.
/// </summary>
/// <remarks>
/// To write one, derive a record and say in <see cref="Advance"/> how each number follows from the old ones.
/// Laws: equal inputs give bit-equal outputs; nothing is changed, so any state can be gone back to; all that is remembered is in the state, so going on
/// from one that was kept or saved gives bit for bit what the run gave; every number is written; a step is counted.
/// </remarks>
public abstract record Optimizer
{
    /// <summary>How many buffers as long as the parameters it remembers. All start at 0.</summary>
    protected abstract int Slots { get; }

    /// <summary>One pass over the parameters: writes every new number from the old ones at the same place.</summary>
    protected abstract void Advance<T>(in OptimizerStep<T> step) where T : struct, IFloatingPointIeee754<T>;

    /// <summary>What is wrong with its settings, whatever the parameters are; empty when nothing is.</summary>
    public virtual Seq<Fault> Faults => Empty;

    /// <summary>The learning rate η of a step, counted from 0; NaN for an optimizer that does not say.</summary>
    public virtual double RateAt(long step) => double.NaN;

    // Derived records print their settings; what is wrong with them is no setting.
    /// <summary>Prints nothing of its own.</summary>
    protected virtual bool PrintMembers(StringBuilder builder) => false;

    /// <summary>What the optimizer remembers before the first step.</summary>
    public OptimizerState<T> Init<T>(Parameters<T> parameters) where T : struct, IFloatingPointIeee754<T>
    {
        var slots = new Tensor<T>[Slots];
        for (int i = 0; i < slots.Length; i++) slots[i] = First(i, parameters);
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
        Pass(new OptimizerPass<T>(parameters.Layout, state.Step, parameters.Values, gradients.Values, state.Slots, values, next.Slots, null, 0, values.Size));
        return (new(parameters.Layout, values), next);
    }

    /// <summary>
    /// The same step written over the old values, for a caller that holds the only reference to them: nobody can see it.
    /// </summary>
    internal OptimizerState<T> UpdateInPlace<T>(Parameters<T> parameters, Gradients<T> gradients, OptimizerState<T> state)
        where T : struct, IFloatingPointIeee754<T>
    {
        var values = parameters.Values;
        Pass(new OptimizerPass<T>(parameters.Layout, state.Step, values, gradients.Values, state.Slots, values, state.Slots, null, 0, values.Size));
        return state with { Step = state.Step + 1 };
    }

    /// <summary>The same in place, on buffers by themselves.</summary>
    internal void UpdateInPlace<T>(Layout layout, Tensor<T> values, Tensor<T> gradients, long step, Tensors<T> slots)
        where T : struct, IFloatingPointIeee754<T> =>
        Pass(new OptimizerPass<T>(layout, step, values, gradients, slots, values, slots, null, 0, values.Size));

    /// <summary>Whether this could be what the optimizer remembers: as many buffers as it keeps, each as long as the parameters.</summary>
    internal bool Remembers<T>(OptimizerState<T> state, Parameters<T> parameters) where T : struct, IFloatingPointIeee754<T> =>
        state.Slots.Count == Slots && state.Slots.All(slot => !slot.IsDefault && slot.Shape == parameters.Values.Shape);

    internal int SlotCount => Slots;

    /// <summary>What a buffer holds before the first step.</summary>
    internal virtual Tensor<T> First<T>(int slot, Parameters<T> parameters) where T : struct, IFloatingPointIeee754<T> =>
        Tensor.Zeros<T>(parameters.Values.Shape);

    /// <summary>What of its settings, or of itself, does not fit these parameters, such as a name that none of them has.</summary>
    internal virtual Fault? Misfit(Layout layout) => Faults.IsEmpty ? null : Faults[0].At("optimizer");

    /// <summary>
    /// A whole step: <see cref="Advance"/> over parts that the workers share. What looks at all numbers at once, or puts something
    /// before or behind another optimizer's step, replaces it.
    /// </summary>
    internal virtual void Pass<T>(OptimizerPass<T> pass) where T : struct, IFloatingPointIeee754<T>
    {
        int size = pass.Size, parts = Chunks.Split(size) ? Chunks.Pieces(size) : 1;
        Workers.For(parts, new PassPart<T>(this, pass, parts));
    }

    // A part has a share of each long parameter, the same that the thread has which multiplies with it and sums its gradient: so it is in that core's cache.
    private readonly record struct PassPart<T>(Optimizer Optimizer, OptimizerPass<T> Pass, int Parts) : IWork where T : struct, IFloatingPointIeee754<T>
    {
        public void Run(int part)
        {
            for (int i = 0; i < Pass.Parts; i++)
            {
                var range = Pass.Part(i);
                if (Parts == 1)
                {
                    Optimizer.Advance(range.Step(0, range.Count));
                    continue;
                }
                foreach (var (first, length, row) in Pass.Layout.Stretches)
                {
                    int start = Math.Max(first - range.Start, 0), count = Math.Min(first + length - range.Start, range.Count) - start;
                    var (begin, end) = Chunks.Piece(part, Parts, count, row);
                    if (begin < end) Optimizer.Advance(range.Step(start + begin, end - begin));
                }
            }
        }
    }
}

/// <summary>
/// What one pass of an optimizer reads and writes, over all parameters or a part of them. New and old may be the same memory, so the new number at a place depends on the
/// old numbers at that place only, and is written after they are read.
/// </summary>
public readonly ref struct OptimizerStep<T> where T : struct, IFloatingPointIeee754<T>
{
    private readonly Tensors<T> _slots, _newSlots;
    private readonly int _start, _count;

    /// <summary>The part of a step that these gradients belong to, which begins at <paramref name="start"/> of the parameters.</summary>
    internal OptimizerStep(
        long step, Tensor<T> weights, ReadOnlySpan<T> gradients, Tensors<T> slots, Tensor<T> newWeights, Tensors<T> newSlots, int start)
    {
        (Number, _slots, _newSlots, _start, _count) = (step, slots, newSlots, start, gradients.Length);
        Weights = weights.Span.Slice(start, _count);
        Gradients = gradients;
        NewWeights = newWeights.Writable.Slice(start, _count);
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
    public ReadOnlySpan<T> Slot(int index) => _slots[index].Span.Slice(_start, _count);

    /// <summary>What will be remembered, to be written.</summary>
    public Span<T> NewSlot(int index) => _newSlots[index].Writable.Slice(_start, _count);
}

/// <summary>What an optimizer remembers: how many steps it has made, and buffers as long as the parameters.</summary>
/// <param name="Step">The number of steps made.</param>
/// <param name="Slots">Such as momentum; which, the optimizer says.</param>
public sealed record OptimizerState<T>(long Step, Tensors<T> Slots) : IPromotable<OptimizerState<T>> where T : struct, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public OptimizerState<T> Promote() => this with { Slots = Slots.Promote() };
}

/// <summary>The optimizers, by name: <c>using static Functional.Core.Optimizers;</c>.</summary>
public static partial class Optimizers;
