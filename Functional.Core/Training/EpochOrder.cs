using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>The order in which an epoch goes through its examples: a shuffle that follows from the run's key and the epoch's number.</summary>
internal sealed record EpochOrder<T>(Batch<T> Data, Batching Batches, ReadOnlyMemory<int> Order) where T : struct, IFloatingPointIeee754<T>
{
    // Where the last batch that is learned from ends.
    private readonly int _used = Batches.Used(Data.Size);

    /// <summary>Some steps on from where a state is in the epoch, at most to its end.</summary>
    public Fin<TrainingState<T>> Advance(
        Objective objective, Optimizer optimizer, TrainingState<T> state, int steps, Action<T, int, double>? seen = null, bool takesNorms = false,
        CancellationToken cancellation = default)
    {
        var (start, sum) = (state.Position.Examples, state.Position.LossSum);
        if (start < 0 || start >= _used)
            return new Fault($"a state that has learned from {start} examples of its epoch", $"one of fewer than {_used}, as many as there are", "go on with the examples that the state was made with", "training");
        int done = start, left = new Batching(Batches.Size).Count(_used - start);
        var starts = Enumerable.Range(0, Math.Min(steps, left)).Select(i => start + i * Batches.Size);
        return Training.Fold(objective, optimizer, state, starts, from => Data.Gather(Order.Slice(from, Math.Min(Batches.Size, _used - from))), Sum, takesNorms, cancellation)
            .Map(last => done == start ? last
                : done < _used ? last with { Position = new(done, sum), Loss = T.CreateChecked(sum / done) }
                : last with { Position = default, Epoch = last.Epoch + 1, Loss = T.CreateChecked(sum / done), History = last.History.Add(new EpochSummary(last.Epoch + 1, sum / done, double.NaN)) });

        void Sum(T loss, int examples, double norm)
        {
            sum += objective.OverExamples(loss, examples);
            done += examples;
            seen?.Invoke(loss, examples, norm);
        }
    }
}

/// <summary>Makes orders.</summary>
internal static class EpochOrder
{
    /// <summary>The order of the epoch that a state is in, or what does not fit.</summary>
    public static Fin<EpochOrder<T>> Of<T>(TrainingState<T> state, Batch<T> data, Batching batches) where T : struct, IFloatingPointIeee754<T> =>
        Of(data, batches, Key(state));

    /// <summary>An order that a key decides, or what does not fit.</summary>
    public static Fin<EpochOrder<T>> Of<T>(Batch<T> data, Batching batches, Key key) where T : struct, IFloatingPointIeee754<T> =>
        (Mismatch(data) ?? batches.Misfit(data.Size)) is { } fault
            ? fault
            : new EpochOrder<T>(data, batches, key.Permutation(data.Size).AsMemory());

    /// <summary>What decides the order of the epoch that a state is in.</summary>
    public static Key Key<T>(TrainingState<T> state) where T : struct, IFloatingPointIeee754<T> => state.Key.For("shuffle").Split((ulong)state.Epoch);

    // What a shuffle needs: as many examples everywhere. What the network needs, each step checks.
    internal static Fault? Mismatch<T>(Batch<T> data) where T : struct, IFloatingPointIeee754<T>
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
}
