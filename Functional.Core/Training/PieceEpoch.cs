using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// Epochs over sets larger than memory: the examples come in pieces, and no more than one piece is held at a time. Each is shuffled on its own, by the run's key, and cut
/// into batches; an epoch ends where the pieces do.
/// </summary>
public static class PieceEpoch
{
    /// <summary>
    /// The rest of an epoch through pieces, from where the state is in it: pieces that it has learned from are passed over, so that going on from a state in the middle of an
    /// epoch gives bit for bit what the run gave, where the pieces are the same.
    /// </summary>
    /// <param name="objective">What is minimised.</param>
    /// <param name="optimizer">How parameters follow gradients.</param>
    /// <param name="state">Where to begin.</param>
    /// <param name="pieces">The examples, gone through once. Batches do not reach from one into the next, so a piece is best a multiple of the batch size.</param>
    /// <param name="batchSize">How many examples a step learns from; <see cref="Batching"/> can leave out each piece's short last batch.</param>
    /// <param name="seen">Is told each batch's loss and size after its step.</param>
    /// <param name="cancellation">Ends the epoch between two steps; what is given then is the state in its middle.</param>
    /// <returns>The state at the end of the epoch, or what does not fit, or the <see cref="Divergence{T}"/> of the run.</returns>
    public static Fin<TrainingState<T>> EpochInPieces<T>(
        this Objective objective, Optimizer optimizer, TrainingState<T> state, IEnumerable<Batch<T>> pieces, Batching batchSize, Action<T, int>? seen = null,
        CancellationToken cancellation = default) where T : struct, IFloatingPointIeee754<T> =>
        objective.EpochInPieces(optimizer, state, pieces, batchSize, seen is null ? null : (loss, examples, _) => seen(loss, examples), takesNorms: false, cancellation);

    /// <summary>The same for an onlooker who is told the norm of each step's gradient too, where <paramref name="takesNorms"/> asks for it.</summary>
    internal static Fin<TrainingState<T>> EpochInPieces<T>(
        this Objective objective, Optimizer optimizer, TrainingState<T> state, IEnumerable<Batch<T>> pieces, Batching batchSize, Action<T, int, double>? seen, bool takesNorms,
        CancellationToken cancellation) where T : struct, IFloatingPointIeee754<T>
    {
        var progress = new Progress<T>(objective, optimizer, state, batchSize, seen, takesNorms, cancellation);
        foreach (var piece in pieces)
            if (!progress.Learn(piece)) break;
        return progress.End();
    }

    /// <summary>The same with pieces that arrive.</summary>
    /// <inheritdoc cref="EpochInPieces{T}(Objective, Optimizer, TrainingState{T}, IEnumerable{Batch{T}}, Batching, Action{T, int}, CancellationToken)"/>
    public static Task<Fin<TrainingState<T>>> EpochInPiecesAsync<T>(
        this Objective objective, Optimizer optimizer, TrainingState<T> state, IAsyncEnumerable<Batch<T>> pieces, Batching batchSize, Action<T, int>? seen = null,
        CancellationToken cancellation = default) where T : struct, IFloatingPointIeee754<T> =>
        objective.EpochInPiecesAsync(optimizer, state, pieces, batchSize, seen is null ? null : (loss, examples, _) => seen(loss, examples), takesNorms: false, cancellation);

    /// <summary>The same for an onlooker who is told the norm of each step's gradient too, where <paramref name="takesNorms"/> asks for it.</summary>
    internal static async Task<Fin<TrainingState<T>>> EpochInPiecesAsync<T>(
        this Objective objective, Optimizer optimizer, TrainingState<T> state, IAsyncEnumerable<Batch<T>> pieces, Batching batchSize, Action<T, int, double>? seen, bool takesNorms,
        CancellationToken cancellation) where T : struct, IFloatingPointIeee754<T>
    {
        var progress = new Progress<T>(objective, optimizer, state, batchSize, seen, takesNorms, cancellation);
        try
        {
            await foreach (var piece in pieces.WithCancellation(cancellation).ConfigureAwait(false))
                if (!progress.Learn(piece)) break;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Cancelled while waiting for a piece: what was learned until then is whole.
            progress.Cut();
        }
        return progress.End();
    }

    /// <summary>The states after each epoch through pieces; see <see cref="TrainingSequence"/>.</summary>
    /// <param name="objective">What is minimised.</param>
    /// <param name="optimizer">How parameters follow gradients.</param>
    /// <param name="state">Where to begin; the middle of an epoch is taken up there.</param>
    /// <param name="pieces">The examples, gone through anew in every epoch.</param>
    /// <param name="batchSize">How many examples a step learns from; <see cref="Batching"/> can leave out each piece's short last batch.</param>
    /// <param name="validation">What is measured after each epoch as <see cref="TrainingState{T}.Validation"/>.</param>
    /// <param name="cancellation">Ends the sequence: its last state is then in the middle of an epoch, and can be gone on from.</param>
    public static IEnumerable<TrainingState<T>> EpochsInPieces<T>(
        this Objective objective, Optimizer optimizer, TrainingState<T> state, IEnumerable<Batch<T>> pieces, Batching batchSize, MeasuredSet<T>? validation = null,
        CancellationToken cancellation = default) where T : struct, IFloatingPointIeee754<T>
    {
        while (!cancellation.IsCancellationRequested)
        {
            var next = objective.EpochInPieces(optimizer, state, pieces, batchSize, null, cancellation).ThrowIfFail();
            if (next.Step == state.Step) yield break;
            yield return state = next.Epoch == state.Epoch ? next : objective.Measured(next, validation, null).ThrowIfFail();
        }
    }

    private sealed class Progress<T>(
        Objective objective, Optimizer optimizer, TrainingState<T> start, Batching batches, Action<T, int, double>? seen, bool takesNorms,
        CancellationToken cancellation) where T : struct, IFloatingPointIeee754<T>
    {
        private readonly Key _order = EpochOrder.Key(start);
        private Fin<TrainingState<T>> _state = start with { Position = default };
        private int _piece, _passed;
        private double _sum = start.Position.LossSum;
        private bool _isCut;
        private Fault? _short;

        /// <summary>Learns from a piece; whether there is anything to go on for.</summary>
        public bool Learn(Batch<T> piece)
        {
            if (cancellation.IsCancellationRequested)
            {
                Cut();
                return false;
            }
            // A piece smaller than a batch is a short one, of which none is learned; where nothing else comes, it is told.
            if (EpochOrder.Mismatch(piece) is null && batches.Size > 0 && batches.Used(piece.Size) == 0)
            {
                _piece++;
                _short ??= batches.Misfit(piece.Size);
                return true;
            }
            _state = EpochOrder.Of(piece, batches, _order.Split((ulong)_piece++)).Bind(order => _state.Bind(state => Learn(state, order, batches.Used(piece.Size))));
            return _state.IsSucc && !_isCut;
        }

        public void Cut() => _isCut = true;

        public Fin<TrainingState<T>> End() => _state.Bind<TrainingState<T>>(state =>
            _isCut && _passed <= start.Position.Examples ? start
            : _isCut ? state with { Position = new(_passed, _sum), Loss = T.CreateChecked(_sum / _passed) }
            : _passed == 0 ? _short ?? new Fault("no pieces", "at least one piece of examples", null, "training")
            : _passed < start.Position.Examples ? new Fault(
                $"a state that has learned from {start.Position.Examples} examples of its epoch", $"one of at most {_passed}, as many as there are", "go on with the examples that the state was made with", "training")
            : state with
            {
                Position = default,
                Epoch = start.Epoch + 1,
                Loss = T.CreateChecked(_sum / _passed),
                History = start.History.Add(new EpochSummary(start.Epoch + 1, _sum / _passed, double.NaN)),
            });

        private Fin<TrainingState<T>> Learn(TrainingState<T> state, EpochOrder<T> order, int used)
        {
            int before = _passed, skipped = Math.Clamp(start.Position.Examples - before, 0, used);
            _passed += skipped;
            if (skipped == used) return state;
            return order.Advance(objective, optimizer, state with { Position = new(skipped, 0) }, int.MaxValue, Seen, takesNorms, cancellation).Map(next =>
            {
                _isCut = _passed < before + used;
                // The piece's own end is none of the epoch's.
                return next with { Position = default, Epoch = start.Epoch, History = start.History };
            });
        }

        private void Seen(T loss, int examples, double norm)
        {
            _passed += examples;
            _sum += objective.OverExamples(loss, examples);
            seen?.Invoke(loss, examples, norm);
        }
    }
}
