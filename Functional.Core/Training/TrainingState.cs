using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>Examples that are learned from together.</summary>
/// <param name="Inputs">One tensor for each input of the network, batch first.</param>
/// <param name="Targets">One tensor for each output, batch first.</param>
public sealed record Batch<T>(Tensors<T> Inputs, Tensors<T> Targets) where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>The number of examples.</summary>
    public int Size => Inputs[0].Batch;

    /// <summary>Examples picked by their indices.</summary>
    public Batch<T> Gather(ReadOnlyMemory<int> indices) =>
        new([.. Inputs.Select(input => input.Gather(indices.Span))], [.. Targets.Select(target => target.Gather(indices.Span))]);
}

/// <summary>
/// Everything that a training run is at one moment, as an immutable value: keep it, compare it, go on from it. Going on from a
/// state gives bit for bit what the run gave that the state was taken from.
/// </summary>
/// <param name="Parameters">w.</param>
/// <param name="State">Running statistics of the layers.</param>
/// <param name="Optimizer">What the optimizer remembers.</param>
/// <param name="Key">The randomness of the whole run; each epoch and step derives its own from it.</param>
/// <param name="Epoch">Epochs finished.</param>
/// <param name="Step">Steps finished.</param>
/// <param name="Loss">The mean of the losses of the last epoch's batches, or the last step's loss.</param>
public sealed record TrainingState<T>(
    Parameters<T> Parameters, State<T> State, OptimizerState<T> Optimizer, Key Key, int Epoch, long Step, T Loss)
    : IPromotable<TrainingState<T>> where T : struct, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public TrainingState<T> Promote() => this with { Parameters = Parameters.Promote(), State = State.Promote(), Optimizer = Optimizer.Promote() };
}

/// <summary>Training as functions from state to state.</summary>
public static class Training
{
    /// <summary>The state before the first step: parameters drawn by the key, nothing remembered.</summary>
    public static TrainingState<T> Start<T>(this Objective objective, Optimizer optimizer, Key key) where T : struct, IFloatingPointIeee754<T>
    {
        var parameters = objective.Combined.Initialize<T>(key.For("parameters"));
        return new(parameters, objective.Combined.InitializeState<T>(), optimizer.Init(parameters), key, 0, 0, T.NaN);
    }

    /// <summary>One step along the gradient of a batch.</summary>
    public static Fin<TrainingState<T>> Step<T>(this Objective objective, Optimizer optimizer, TrainingState<T> state, Batch<T> batch)
        where T : struct, IFloatingPointIeee754<T> => objective.Follow(optimizer, state, [batch]);

    /// <summary>
    /// The state after a step along each of some batches, in order: the fold of <see cref="Step{T}"/> over them, bit for bit, without
    /// making the states between.
    /// </summary>
    public static Fin<TrainingState<T>> Follow<T>(this Objective objective, Optimizer optimizer, TrainingState<T> state, IEnumerable<Batch<T>> batches)
        where T : struct, IFloatingPointIeee754<T> =>
        Fold(objective, optimizer, state, batches, static batch => batch);

    /// <summary>One epoch: a step for each batch of a shuffle that the state's key and epoch decide. The last batch may be short.</summary>
    /// <param name="objective">What is minimised.</param>
    /// <param name="optimizer">How parameters follow gradients.</param>
    /// <param name="state">Where to begin.</param>
    /// <param name="data">All examples.</param>
    /// <param name="batchSize">How many examples a step learns from.</param>
    /// <param name="seen">Is told each batch's loss and size after its step; an exception from it leaves the epoch, and <paramref name="state"/> as it was.</param>
    public static Fin<TrainingState<T>> Epoch<T>(
        this Objective objective, Optimizer optimizer, TrainingState<T> state, Batch<T> data, int batchSize, Action<T, int>? seen = null)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (batchSize < 1) return new Fault($"batch size {batchSize}", "at least 1", null, "training");
        if (Mismatch(data) is { } fault) return fault;
        var order = state.Key.For("shuffle").Split((ulong)state.Epoch).Permutation(data.Size).AsMemory();
        var starts = Enumerable.Range(0, (data.Size + batchSize - 1) / batchSize).Select(i => i * batchSize);
        double loss = 0;
        return Fold(objective, optimizer, state, starts, start => data.Gather(order.Slice(start, Math.Min(batchSize, data.Size - start))), Sum)
            .Map(last => last with { Epoch = last.Epoch + 1, Loss = T.CreateChecked(loss / data.Size) });

        void Sum(T batchLoss, int examples)
        {
            loss += double.CreateChecked(batchLoss) * examples;
            seen?.Invoke(batchLoss, examples);
        }
    }

    /// <summary>The states after each epoch, lazily, without end: <c>Take</c>, <c>TakeWhile</c> and <c>MinBy</c> say when to stop and what to keep.</summary>
    public static IEnumerable<TrainingState<T>> Epochs<T>(this Objective objective, Optimizer optimizer, TrainingState<T> state, Batch<T> data, int batchSize)
        where T : struct, IFloatingPointIeee754<T>
    {
        while (true)
        {
            state = objective.Epoch(optimizer, state, data, batchSize).ThrowIfFail();
            yield return state;
        }
    }

    // What a shuffle needs: as many examples everywhere. What the network needs, each step checks.
    private static Fault? Mismatch<T>(Batch<T> data) where T : struct, IFloatingPointIeee754<T>
    {
        var all = data.Inputs.Append(data.Targets);
        int number = 0;
        foreach (var tensor in all)
        {
            string path = number < data.Inputs.Count ? $"input {number + 1}" : $"target {number - data.Inputs.Count + 1}";
            if (tensor.IsDefault || tensor.Shape.Rank == 0) return new Fault(tensor.IsDefault ? "no tensor" : "a single number", "a batch of examples", null, path);
            if (tensor.Batch != data.Size || tensor.Batch < 1)
                return new Fault($"{tensor.Batch} examples", data.Size < 1 ? "at least one" : $"{data.Size}, as many as input 1 has", null, path);
            number++;
        }
        return number == 0 ? new Fault("no tensors", "examples to learn from", null, "training") : null;
    }

    private static Fin<TrainingState<T>> Fold<T, TSource>(
        Objective objective, Optimizer optimizer, TrainingState<T> state, IEnumerable<TSource> sources, Func<TSource, Batch<T>> batch,
        Action<T, int>? seen = null) where T : struct, IFloatingPointIeee754<T>
    {
        if (Mismatch(objective, optimizer, state) is { } mismatch) return mismatch;
        TrainingRun<T>? run = null;
        foreach (var source in sources)
        {
            run ??= new(objective, optimizer, state);
            // A region of its own for what the source makes of its examples.
            using var region = Region.Enter();
            var examples = batch(source);
            if (run.Step(examples.Inputs, examples.Targets) is { } fault) return fault;
            seen?.Invoke(run.Loss, examples.Size);
        }
        return run is null ? state : run.End();
    }

    private static Fault? Mismatch<T>(Objective objective, Optimizer optimizer, TrainingState<T> state) where T : struct, IFloatingPointIeee754<T> =>
        Differentiation.CheckParameters(objective.Combined, state.Parameters)
        ?? (optimizer.Remembers(state.Optimizer, state.Parameters)
            ? null
            : new Fault("the memory of another optimizer", $"that of {optimizer}", "go on with the optimizer that the state was started with", "training"));
}
