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
        new(Gather(Inputs, indices.Span), Gather(Targets, indices.Span));

    private static Tensors<T> Gather(Tensors<T> tensors, ReadOnlySpan<int> indices)
    {
        if (tensors.Count == 1) return tensors[0].Gather(indices);
        var picked = new Tensor<T>[tensors.Count];
        for (int i = 0; i < picked.Length; i++) picked[i] = tensors[i].Gather(indices);
        return Tensors.Owning(picked);
    }
}

/// <summary>How far an epoch under way has come.</summary>
/// <param name="Examples">How many examples of the epoch's shuffle have been learned from; 0 between two epochs.</param>
/// <param name="LossSum">The sum of their losses.</param>
public readonly record struct EpochPosition(int Examples, double LossSum);

/// <summary>What stays of an epoch in the states after it.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="Loss">The mean of the losses of its batches.</param>
/// <param name="Validation">The validation loss after it; NaN where none was measured.</param>
public readonly record struct EpochSummary(int Epoch, double Loss, double Validation);

/// <summary>
/// Everything that a training run is at one moment, as an immutable value: keep it, compare it, go on from it. Going on from a
/// state gives bit for bit what the run gave that the state was taken from, also from the middle of an epoch.
/// </summary>
/// <param name="Parameters">w.</param>
/// <param name="State">Running statistics of the layers.</param>
/// <param name="Optimizer">What the optimizer remembers.</param>
/// <param name="Key">The randomness of the whole run; each epoch and step derives its own from it.</param>
/// <param name="Epoch">Epochs finished.</param>
/// <param name="Step">Steps finished.</param>
/// <param name="Loss">The mean loss over the examples of the epoch under way or just ended; of the last batch, where steps are taken outside of epochs.</param>
public sealed record TrainingState<T>(
    Parameters<T> Parameters, State<T> State, OptimizerState<T> Optimizer, Key Key, int Epoch, long Step, T Loss)
    : IPromotable<TrainingState<T>> where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>How far the epoch under way has come.</summary>
    public EpochPosition Position { get; init; }

    /// <summary>The learning rate of the last step; NaN before the first.</summary>
    public double Rate { get; init; } = double.NaN;

    /// <summary>|∂E/∂w| of the last step's batch, before any clipping; NaN before the first step, and where an epoch was cancelled.</summary>
    public double GradientNorm { get; init; } = double.NaN;

    /// <summary>What was measured on training examples after the last finished epoch, where that was asked for.</summary>
    public Measures? Training { get; init; }

    /// <summary>What was measured on held-out examples after the last finished epoch, where there are any.</summary>
    public Measures? Validation { get; init; }

    /// <summary>The losses of all epochs so far, oldest first.</summary>
    public Seq<EpochSummary> History { get; init; }

    /// <summary>How long the run has taken, measuring included. Information: it plays no part in equality.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Whether everything but <see cref="Elapsed"/> is equal, numbers bit for bit.</summary>
    public bool Equals(TrainingState<T>? other) => ReferenceEquals(this, other) || (other is not null
        && (Key, Epoch, Step, Loss, Position, Rate, GradientNorm).Equals((other.Key, other.Epoch, other.Step, other.Loss, other.Position, other.Rate, other.GradientNorm))
        && Parameters == other.Parameters && State == other.State && Optimizer == other.Optimizer
        && Training == other.Training && Validation == other.Validation && History.SequenceEqual(other.History));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Epoch, Step, Loss);

    /// <inheritdoc/>
    public TrainingState<T> Promote() => this with { Parameters = Parameters.Promote(), State = State.Promote(), Optimizer = Optimizer.Promote() };
}
