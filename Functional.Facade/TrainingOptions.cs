using Functional.Core;
using Microsoft.Extensions.Logging;

namespace Functional.Facade;

/// <summary>How to train. The defaults suit small networks and labelled examples.</summary>
public sealed record TrainingOptions
{
    /// <summary>How often <see cref="Model.Fit(Examples, TrainingOptions?)"/> goes through all examples, and how many epochs progress counts to. At least 1.</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>How many examples a step learns from. At least 1.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Whether a last batch of an epoch that would be short is left out; other examples are in it in each epoch.</summary>
    public bool DropsLastBatch { get; init; }

    /// <summary>
    /// What shall be done to inputs, such as <see cref="Transforms.Standardise"/>: fitted to the training examples alone, applied to all others, part of the model and of its file.
    /// <c>null</c> leaves inputs to what the model has already.
    /// </summary>
    public Transform? Inputs { get; init; }

    /// <summary>
    /// What shall be done to target numbers before the network learns them: fitted to the training examples alone, and undone on what the model predicts, so that
    /// predictions and errors are in the targets' units. Losses are of the transformed targets. <c>null</c> leaves targets to what the model has already.
    /// </summary>
    public Transform? Targets { get; init; }

    /// <summary>How parameters follow gradients.</summary>
    public Optimizer Optimizer { get; init; } = Optimizers.Adam(1e-3);

    /// <summary>
    /// How parameters follow gradients in each epoch, from the state before it, in place of <see cref="Optimizer"/>: such as a rate that falls with
    /// <see cref="Plateau"/> when the losses in the state's history no longer do. All these optimizers must be of one kind.
    /// </summary>
    public Func<TrainingState<float>, Optimizer>? OptimizerFrom { get; init; }

    /// <summary>
    /// The error to minimise; <c>null</c> chooses: for target numbers the Euclidean loss; for labels the log loss after a final softmax, the binary log
    /// loss after a final sigmoid, and otherwise the log loss of the softmax of the outputs. Each is the mean over the batch. After a final softmax or
    /// sigmoid it is computed in its fused form, which stays finite where a probability rounds to 0.
    /// </summary>
    public Loss? Loss { get; init; }

    /// <summary>The randomness of the run: equal seeds give bit-equal models.</summary>
    public ulong Seed { get; init; }

    /// <summary>Examples to measure by after each epoch.</summary>
    public Examples? Validation { get; init; }

    /// <summary>After how many epochs in a row without a better validation loss <see cref="Model.Fit(Examples, TrainingOptions?)"/> stops; <c>null</c> for never. Needs <see cref="Validation"/>.</summary>
    public int? Patience { get; init; }

    /// <summary>
    /// A file in which the run is kept: written after every epoch and when the run is cancelled, atomically. Where it exists, the run goes on from it, and gives
    /// bit for bit what it would have given uninterrupted; the same examples and options are needed for that. With <see cref="Validation"/>
    /// the best state so far lies beside it, under the same name and <c>.best</c>.
    /// </summary>
    public string? Checkpoint { get; init; }

    /// <summary>What the run is called in logs, measurements and activities, and as the title of its report.</summary>
    public string Name { get; init; } = "training";

    /// <summary>Is told when the run begins, of every epoch, of checkpoints, and why it ended before its time; <c>docs/observing.md</c> lists the events.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>Is told after every step.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Stops the run between two steps with <see cref="OperationCanceledException"/>; models of finished epochs stay usable, and a <see cref="Checkpoint"/> holds the step.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>Where a training run is.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Epochs">How many are asked for.</param>
/// <param name="Step">The step just made in this epoch, from 1.</param>
/// <param name="Steps">How many steps an epoch has; 0 in the first epoch of a set in pieces, where nobody knows.</param>
/// <param name="Loss">The loss of the step's batch.</param>
public readonly record struct TrainingProgress(int Epoch, int Epochs, int Step, int Steps, float Loss);

/// <summary>A finished epoch, with a model of its own to keep, compare or go on from.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Loss">The mean loss of its batches.</param>
/// <param name="Validation">The measures on the validation examples, where there are any.</param>
/// <param name="Model">The model after this epoch.</param>
/// <param name="State">The whole training state: rate, norm of the gradient, what the optimizer remembers, the losses so far.</param>
public sealed record Epoch(int Number, float Loss, Evaluation? Validation, Model Model, TrainingState<float> State);
