using System.Numerics;
using System.Runtime.CompilerServices;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// A run as a lazy sequence of states without end. <c>Take</c> and <see cref="StateSequences"/> say when to stop and what to keep;
/// a sequence that is no longer read has been cancelled, and the last state read is whole. What fails is thrown as an <see cref="LanguageExt.Common.ErrorException"/>
/// of its <see cref="Fault"/> or <see cref="Divergence{T}"/>.
/// </summary>
public static class TrainingSequence
{
    /// <summary>The states after each epoch.</summary>
    /// <param name="objective">What is minimised.</param>
    /// <param name="optimizer">How parameters follow gradients.</param>
    /// <param name="state">Where to begin; the middle of an epoch is taken up there.</param>
    /// <param name="data">All examples.</param>
    /// <param name="batchSize">How many examples a step learns from; <see cref="Batching"/> can leave out a short last batch.</param>
    /// <param name="validation">What is measured after each epoch as <see cref="TrainingState{T}.Validation"/>.</param>
    /// <param name="training">What is measured after each epoch as <see cref="TrainingState{T}.Training"/>.</param>
    /// <param name="cancellation">Ends the sequence: its last state is then in the middle of an epoch, and can be gone on from.</param>
    public static IEnumerable<TrainingState<T>> Epochs<T>(
        this Objective objective, Optimizer optimizer, TrainingState<T> state, Batch<T> data, Batching batchSize,
        MeasuredSet<T>? validation = null, MeasuredSet<T>? training = null, CancellationToken cancellation = default)
        where T : struct, IFloatingPointIeee754<T> => objective.Epochs(_ => optimizer, state, data, batchSize, validation, training, cancellation);

    /// <summary>
    /// The states after each epoch, with an optimizer that follows from the state before it, its <see cref="TrainingState{T}.History"/> included: such as a rate
    /// that falls when the loss no longer does (<see cref="Plateau"/>). All these optimizers remember alike.
    /// </summary>
    /// <inheritdoc cref="Epochs{T}(Objective, Optimizer, TrainingState{T}, Batch{T}, Batching, MeasuredSet{T}?, MeasuredSet{T}?, CancellationToken)"/>
    public static IEnumerable<TrainingState<T>> Epochs<T>(
        this Objective objective, Func<TrainingState<T>, Optimizer> optimizer, TrainingState<T> state, Batch<T> data, Batching batchSize,
        MeasuredSet<T>? validation = null, MeasuredSet<T>? training = null, CancellationToken cancellation = default)
        where T : struct, IFloatingPointIeee754<T> =>
        objective.Run(optimizer, state, data, batchSize, int.MaxValue, validation, training, cancellation);

    /// <summary>
    /// The states after each step. Each is a value of its own, so a step costs new memory for all it remembers; where only epochs matter,
    /// <see cref="Epochs{T}(Objective, Optimizer, TrainingState{T}, Batch{T}, Batching, MeasuredSet{T}?, MeasuredSet{T}?, CancellationToken)"/> is faster and gives the same bits.
    /// </summary>
    /// <inheritdoc cref="Epochs{T}(Objective, Optimizer, TrainingState{T}, Batch{T}, Batching, MeasuredSet{T}?, MeasuredSet{T}?, CancellationToken)"/>
    public static IEnumerable<TrainingState<T>> Steps<T>(
        this Objective objective, Optimizer optimizer, TrainingState<T> state, Batch<T> data, Batching batchSize,
        MeasuredSet<T>? validation = null, MeasuredSet<T>? training = null, CancellationToken cancellation = default)
        where T : struct, IFloatingPointIeee754<T> => objective.Run(_ => optimizer, state, data, batchSize, 1, validation, training, cancellation);

    /// <summary>The states after a step along each batch, as they are asked for.</summary>
    public static IEnumerable<TrainingState<T>> Steps<T>(this Objective objective, Optimizer optimizer, TrainingState<T> state, IEnumerable<Batch<T>> batches)
        where T : struct, IFloatingPointIeee754<T>
    {
        foreach (var batch in batches)
        {
            state = objective.Step(optimizer, state, batch).ThrowIfFail();
            yield return state;
        }
    }

    /// <summary>The states after a step along each batch, as the batches arrive.</summary>
    public static async IAsyncEnumerable<TrainingState<T>> Steps<T>(
        this Objective objective, Optimizer optimizer, TrainingState<T> state, IAsyncEnumerable<Batch<T>> batches,
        [EnumeratorCancellation] CancellationToken cancellation = default) where T : struct, IFloatingPointIeee754<T>
    {
        await foreach (var batch in batches.WithCancellation(cancellation).ConfigureAwait(false))
        {
            state = objective.Step(optimizer, state, batch).ThrowIfFail();
            yield return state;
        }
    }

    private static IEnumerable<TrainingState<T>> Run<T>(
        this Objective objective, Func<TrainingState<T>, Optimizer> optimizer, TrainingState<T> state, Batch<T> data, Batching batchSize, int steps,
        MeasuredSet<T>? validation, MeasuredSet<T>? training, CancellationToken cancellation) where T : struct, IFloatingPointIeee754<T>
    {
        while (!cancellation.IsCancellationRequested)
        {
            var order = EpochOrder.Of(state, data, batchSize).ThrowIfFail();
            // An optimizer lasts for an epoch, so that one taken up in its middle ends as it began: the history is that of epochs.
            var current = optimizer(state);
            for (int epoch = state.Epoch; epoch == state.Epoch && !cancellation.IsCancellationRequested;)
            {
                var next = order.Advance(objective, current, state, steps, cancellation: cancellation).ThrowIfFail();
                if (next.Step == state.Step) yield break;
                state = next.Epoch == state.Epoch ? next : objective.Measured(next, validation, training).ThrowIfFail();
                yield return state;
            }
        }
    }
}
