using LanguageExt;

namespace Functional.Core;

/// <summary>One optimizer for the parameters of some names, another for all others: rates by group, decay by name, freezing.</summary>
/// <param name="Rest">The optimizer of all others.</param>
/// <param name="Names">Which parameters the group has.</param>
/// <param name="Group">The group's optimizer.</param>
public sealed record GroupedOptimizer(Optimizer Rest, Names Names, Optimizer Group) : Optimizer
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Rest.Faults + Group.Faults;

    /// <inheritdoc/>
    protected override int Slots => Math.Max(Rest.SlotCount, Group.SlotCount);

    /// <summary>The rate of those outside the group.</summary>
    public override double RateAt(long step) => Rest.RateAt(step);

    internal override Fault? Misfit(Layout layout) => Names.Misfit(layout) ?? Rest.Misfit(layout) ?? Group.Misfit(layout);

    internal override Tensor<T> First<T>(int slot, Parameters<T> parameters)
    {
        var all = slot < Rest.SlotCount ? Rest.First(slot, parameters) : base.First(slot, parameters);
        if (slot >= Group.SlotCount) return all;
        var group = Group.First(slot, parameters);
        var both = Tensor.Fresh<T>(all.Shape);
        all.Span.CopyTo(both.Span);
        foreach (var (entry, chosen) in parameters.Layout.Entries.AsEnumerable().Zip(Names.In(parameters.Layout)))
            if (chosen) group.Span.Slice(entry.Offset, entry.Shape.Size).CopyTo(both.Span[entry.Offset..]);
        return both.Done();
    }

    internal override void Pass<T>(OptimizerPass<T> pass)
    {
        Pass(Rest, pass.Where(Names, matches: false));
        Pass(Group, pass.Where(Names));
    }

    /// <summary>Never called: both have steps of their own.</summary>
    protected override void Advance<T>(in OptimizerStep<T> step) => throw new NotSupportedException("A group has no step of its own.");

    private void Pass<T>(Optimizer optimizer, OptimizerPass<T> pass) where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        if (pass.Parts == 0) return;
        optimizer.Pass(pass);
        pass.KeepSlots(optimizer.SlotCount, Slots - optimizer.SlotCount);
    }
}

/// <summary>w′ = w.</summary>
public sealed record FrozenOptimizer : Optimizer
{
    /// <inheritdoc/>
    protected override int Slots => 0;

    /// <inheritdoc/>
    public override double RateAt(long step) => 0;

    /// <inheritdoc/>
    protected override void Advance<T>(in OptimizerStep<T> step) => step.Weights.CopyTo(step.NewWeights);
}

public static partial class Optimizers
{
    /// <summary>An optimizer that leaves the parameters as they are.</summary>
    public static Optimizer NoStep { get; } = new FrozenOptimizer();
}
