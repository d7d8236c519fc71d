using System.Numerics;
using System.Numerics.Tensors;
using LanguageExt;

namespace Functional.Core;

/// <summary>Decoupled decay: the weights of some names shrink first, w ← (1 − a) w, then the inner step follows, with the gradient taken before.</summary>
/// <param name="Inner">The optimizer inside.</param>
/// <param name="Amount">a by step: usually the rate times λ.</param>
/// <param name="Names">Which weights.</param>
/// <remarks>I. Loshchilov and F. Hutter, Decoupled Weight Decay Regularization, 2019.</remarks>
public sealed record DecayedOptimizer(Optimizer Inner, Schedule Amount, Names Names) : ComposedOptimizer(Inner)
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => base.Faults + Amount.Faults;

    internal override Fault? Misfit(Layout layout) => Names.Misfit(layout) ?? base.Misfit(layout);

    internal override void Pass<T>(OptimizerPass<T> pass)
    {
        T kept = T.CreateChecked(1 - Amount.At(pass.Number));
        pass.KeepWeights();
        var chosen = pass.Where(Names);
        for (int i = 0; i < chosen.Parts; i++) TensorPrimitives.Multiply(chosen.Part(i).W, kept, chosen.Part(i).NewW);
        Inner.Pass(pass with { Weights = pass.NewWeights });
    }
}

/// <summary>
/// A step every k-th time, along the mean of the last k gradients: k batches that each fit in memory act as one.
/// The inner optimizer and its schedule count their own steps, one of k.
/// </summary>
/// <param name="Inner">The optimizer inside.</param>
/// <param name="Batches">k, at least 1.</param>
public sealed record AccumulatingOptimizer(Optimizer Inner, int Batches) : ComposedOptimizer(Inner)
{
    private protected override int Own => 1;

    /// <inheritdoc/>
    public override double RateAt(long step) => Inner.RateAt(step / Batches);

    /// <inheritdoc/>
    public override Seq<Fault> Faults => base.Faults + Expect.Positive(("batches", Batches));

    internal override void Pass<T>(OptimizerPass<T> pass)
    {
        int sums = Inner.SlotCount;
        long place = pass.Number % Batches;
        bool isLast = place == Batches - 1;
        var total = isLast ? Tensor.Fresh<T>(pass.Weights.Shape).Done() : pass.NewSlots[sums];
        for (int i = 0; i < pass.Parts; i++)
        {
            var part = pass.Part(i);
            if (place == 0) part.G.CopyTo(part.Of(total));
            else TensorPrimitives.Add(part.Slot(sums), part.G, part.Of(total));
            if (!isLast) continue;
            TensorPrimitives.Divide(part.Of(total), T.CreateChecked(Batches), part.Of(total));
            part.NewSlot(sums).Clear();
        }
        if (isLast) Inner.Pass(pass with { Gradients = total, Number = pass.Number / Batches });
        else
        {
            pass.KeepWeights();
            pass.KeepSlots(0, sums);
        }
    }
}

/// <summary>
/// Keeps an exponential moving average of the weights beside them, m′ = d m + (1 − d) w′, from m = w at the start. The steps are the inner
/// optimizer's, untouched; the average is often the better model.
/// </summary>
/// <param name="Inner">The optimizer inside.</param>
/// <param name="Decay">d, from 0 to below 1: the average remembers about 1 / (1 − d) steps.</param>
/// <remarks>B. Polyak and A. Juditsky, Acceleration of Stochastic Approximation by Averaging, 1992, with the exponential weights that are used today.</remarks>
public sealed record AveragingOptimizer(Optimizer Inner, double Decay) : ComposedOptimizer(Inner)
{
    private protected override int Own => 1;

    /// <inheritdoc/>
    public override Seq<Fault> Faults => base.Faults + Expect.Settings(("decay", Decay, Decay is >= 0 and < 1, "a decay from 0 to below 1"));

    /// <summary>The average of the weights in a state of this optimizer.</summary>
    public Parameters<T> Average<T>(TrainingState<T> state) where T : struct, IFloatingPointIeee754<T> =>
        new(state.Parameters.Layout, state.Optimizer.Slots[Slots - 1]);

    internal override Tensor<T> First<T>(int slot, Parameters<T> parameters) =>
        slot == Inner.SlotCount ? Tensor.From<T>(parameters.Values.Shape, parameters.Values.Span) : base.First(slot, parameters);

    internal override void Pass<T>(OptimizerPass<T> pass)
    {
        Inner.Pass(pass);
        T kept = T.CreateChecked(Decay), rest = T.CreateChecked(1 - Decay);
        for (int i = 0; i < pass.Parts; i++)
        {
            var part = pass.Part(i);
            var now = part.NewSlot(Inner.SlotCount);
            TensorPrimitives.Multiply(part.Slot(Inner.SlotCount), kept, now);
            TensorPrimitives.MultiplyAdd(part.NewW, rest, now, now);
        }
    }
}

/// <summary>What optimizers are composed of, as functions from optimizer to optimizer.</summary>
public static class OptimizerComposition
{
    /// <summary>Clips every element of the gradient to [−limit, limit]. See <see cref="ClippedByValueOptimizer"/>.</summary>
    public static Optimizer ClippedByValue(this Optimizer optimizer, double limit) => new ClippedByValueOptimizer(optimizer, limit);

    /// <summary>Scales the gradient down where its norm over all parameters exceeds a limit. See <see cref="ClippedByNormOptimizer"/>.</summary>
    public static Optimizer ClippedByNorm(this Optimizer optimizer, double limit) => new ClippedByNormOptimizer(optimizer, limit);

    /// <summary>Adds λ w to the gradient of the weights of some names. See <see cref="PenalizedOptimizer"/>.</summary>
    public static Optimizer Penalized(this Optimizer optimizer, double lambda, string names = "*") => new PenalizedOptimizer(optimizer, lambda, names);

    /// <summary>Shrinks the weights of some names by a factor 1 − amount before each step. See <see cref="DecayedOptimizer"/>.</summary>
    public static Optimizer Decayed(this Optimizer optimizer, Schedule amount, string names = "*") => new DecayedOptimizer(optimizer, amount, names);

    /// <summary>Another optimizer for the parameters of some names. See <see cref="GroupedOptimizer"/>.</summary>
    public static Optimizer For(this Optimizer optimizer, string names, Optimizer group) => new GroupedOptimizer(optimizer, names, group);

    /// <summary>Leaves the parameters of some names as they are.</summary>
    public static Optimizer Freeze(this Optimizer optimizer, string names) => optimizer.For(names, Optimizers.NoStep);

    /// <summary>Steps every k-th time along the mean of k gradients. See <see cref="AccumulatingOptimizer"/>.</summary>
    public static Optimizer Accumulating(this Optimizer optimizer, int batches) => new AccumulatingOptimizer(optimizer, batches);

    /// <summary>Keeps a moving average of the weights beside them. See <see cref="AveragingOptimizer"/>.</summary>
    public static AveragingOptimizer Averaging(this Optimizer optimizer, double decay) => new(optimizer, decay);
}
