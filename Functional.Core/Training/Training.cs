using System.Diagnostics;
using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;

namespace Functional.Core;

/// <summary>Training as functions from state to state.</summary>
public static class Training
{
    /// <summary>The state before the first step: parameters drawn by the key, nothing remembered.</summary>
    public static TrainingState<T> Start<T>(this Objective objective, Optimizer optimizer, Key key) where T : struct, IFloatingPointIeee754<T>
    {
        var parameters = objective.Combined.Initialize<T>(key.For("parameters"));
        return new(parameters, objective.Combined.InitializeState<T>(), optimizer.Init(parameters), key, 0, 0, T.NaN);
    }

    /// <summary>One step along the gradient of a batch, outside of any epoch. A step that diverges is a <see cref="Divergence{T}"/>.</summary>
    public static Fin<TrainingState<T>> Step<T>(this Objective objective, Optimizer optimizer, TrainingState<T> state, Batch<T> batch)
        where T : struct, IFloatingPointIeee754<T> => Fold(objective, optimizer, state, [batch], static batch => batch);

    /// <summary>
    /// The state after a step along each of some batches, in order: the fold of <see cref="Step{T}"/> over them, bit for bit, without
    /// making the states between. Each batch is asked for while the one before waits; should the run diverge, the batches are gone through again to find the place.
    /// </summary>
    public static Fin<TrainingState<T>> Follow<T>(this Objective objective, Optimizer optimizer, TrainingState<T> state, IEnumerable<Batch<T>> batches)
        where T : struct, IFloatingPointIeee754<T> =>
        Fold(objective, optimizer, state, batches, static batch => batch);

    /// <summary>
    /// The rest of an epoch: a step for each batch of a shuffle that the state's key and epoch decide, from where the state is in it.
    /// The last batch may be short.
    /// </summary>
    /// <param name="objective">What is minimised.</param>
    /// <param name="optimizer">How parameters follow gradients.</param>
    /// <param name="state">Where to begin.</param>
    /// <param name="data">All examples.</param>
    /// <param name="batchSize">How many examples a step learns from; <see cref="Batching"/> can leave out a short last batch.</param>
    /// <param name="seen">Is told each batch's loss and size after its step; an exception from it leaves the epoch, and <paramref name="state"/> as it was.</param>
    /// <param name="cancellation">Ends the epoch between two steps; what is given then is the state in the middle of the epoch, from which this goes on.</param>
    /// <returns>The state at the end of the epoch, or what does not fit, or the <see cref="Divergence{T}"/> of the run.</returns>
    public static Fin<TrainingState<T>> Epoch<T>(
        this Objective objective, Optimizer optimizer, TrainingState<T> state, Batch<T> data, Batching batchSize, Action<T, int>? seen = null,
        CancellationToken cancellation = default)
        where T : struct, IFloatingPointIeee754<T> =>
        EpochOrder.Of(state, data, batchSize).Bind(order => order.Advance(
            objective, optimizer, state, int.MaxValue, seen is null ? null : (loss, examples, _) => seen(loss, examples), cancellation: cancellation));

    /// <summary>The same for an onlooker who is told the norm of each step's gradient too, where <paramref name="takesNorms"/> asks for it.</summary>
    internal static Fin<TrainingState<T>> Epoch<T>(
        this Objective objective, Optimizer optimizer, TrainingState<T> state, Batch<T> data, Batching batchSize, Action<T, int, double> seen, bool takesNorms,
        CancellationToken cancellation)
        where T : struct, IFloatingPointIeee754<T> =>
        EpochOrder.Of(state, data, batchSize).Bind(order => order.Advance(objective, optimizer, state, int.MaxValue, seen, takesNorms, cancellation));

    internal static Fin<TrainingState<T>> Fold<T, TSource>(
        Objective objective, Optimizer optimizer, TrainingState<T> state, IEnumerable<TSource> sources, Func<TSource, Batch<T>> batch,
        Action<T, int, double>? seen = null, bool takesNorms = false, CancellationToken cancellation = default) where T : struct, IFloatingPointIeee754<T>
    {
        if (Mismatch(objective, optimizer, state) is { } mismatch) return mismatch;
        long began = Stopwatch.GetTimestamp();
        TrainingRun<T>? run = null;
        using var source = sources.GetEnumerator();
        bool more;
        for (more = source.MoveNext(); more;)
        {
            if (cancellation.IsCancellationRequested) break;
            run ??= new(objective, optimizer, state);
            var current = source.Current;
            more = source.MoveNext();
            Fault? fault;
            int size;
            // A region of its own for what the source makes of its examples.
            using (var region = Region.Enter())
            {
                var examples = batch(current);
                size = examples.Size;
                // The norm of a gradient costs little, and nothing where no state that anyone sees holds it.
                fault = run.Step(examples.Inputs, examples.Targets, takesNorm: takesNorms || !more);
            }
            // Outside of it, since what an onlooker makes may be kept.
            if (fault is null) seen?.Invoke(run.Loss, size, run.GradientNorm);
            if (fault is not null)
                return ReferenceEquals(fault, Divergence.Suspected) ? Divergence.Explain(objective, optimizer, state, sources, batch) : fault;
        }
        if (run is null) return state;
        // A gradient that was not finite shows in the weights, if not in a later loss; one look at the end costs less than one at each step.
        // A cancelled run gives no norm, whether or not anyone looked at norms on the way: looking changes nothing.
        var end = run.End();
        if (more) end = end with { GradientNorm = double.NaN };
        return double.IsFinite(Norm.Of(end.Parameters.Values.Span))
            ? end with { Elapsed = state.Elapsed + Stopwatch.GetElapsedTime(began) }
            : Divergence.Explain(objective, optimizer, state, sources, batch);
    }

    private static Fault? Mismatch<T>(Objective objective, Optimizer optimizer, TrainingState<T> state) where T : struct, IFloatingPointIeee754<T> =>
        Differentiation.CheckParameters(objective.Combined, state.Parameters)
        ?? optimizer.Misfit(state.Parameters.Layout)
        ?? (optimizer.Remembers(state.Optimizer, state.Parameters)
            ? null
            : new Fault("the memory of another optimizer", $"that of {optimizer}", "go on with the optimizer that the state was started with", "training"));

    /// <summary>How the step after a state is run.</summary>
    internal static Step<T> NextStep<T>(this TrainingState<T> state) where T : struct, IFloatingPointIeee754<T> =>
        new(state.State, Mode.Train, state.Key.For("step").Split((ulong)state.Step));
}
