using Functional.Core;

namespace Functional.Facade;

/// <summary>Learning from sets larger than memory, piece by piece.</summary>
public sealed partial class Model
{
    /// <summary>
    /// Learns from examples in pieces, of which only one is held at a time: a lazy sequence of epochs, each of which goes through the pieces anew. Every piece is
    /// shuffled on its own and cut into batches, so it is best a multiple of <see cref="TrainingOptions.BatchSize"/>, and its examples are best mixed already.
    /// </summary>
    /// <param name="pieces">The examples, the same in each epoch: such as <see cref="Examples.Stream(string, Columns, int, CsvOptions?)"/>, or an iterator of your own.</param>
    /// <param name="options">How to train. Where transforms are to be fitted, the pieces are gone through once more for each.</param>
    /// <exception cref="ArgumentException">While the sequence is read: there are no pieces, a piece does not fit the network, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">While the sequence is read: the run was cancelled.</exception>
    /// <exception cref="DivergenceException">While the sequence is read: the numbers of the run left the finite.</exception>
    /// <exception cref="ModelFileException">While the sequence is read: the checkpoint cannot be read or written.</exception>
    public IEnumerable<Epoch> Train(IEnumerable<Examples> pieces, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        return Epochs();

        IEnumerable<Epoch> Epochs()
        {
            foreach (var epoch in Pieces(Begin(pieces, options ?? new()), pieces, int.MaxValue)) yield return epoch;
        }
    }

    /// <summary>Learns from examples in pieces for <see cref="TrainingOptions.Epochs"/> epochs; see <see cref="Fit(Examples, TrainingOptions?)"/> and <see cref="Train(IEnumerable{Examples}, TrainingOptions?)"/>.</summary>
    /// <inheritdoc cref="Train(IEnumerable{Examples}, TrainingOptions?)"/>
    public Model Fit(IEnumerable<Examples> pieces, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        options ??= new();
        var session = Begin(pieces, options);
        return session.Best(Pieces(session, pieces, options.Epochs));
    }

    /// <summary>
    /// The same with pieces that arrive. A source that can be gone through only once serves for one epoch. Transforms cannot be fitted to what has not arrived: fit them to a
    /// sample, by <see cref="Fit(Examples, TrainingOptions?)"/> or <see cref="WithTransforms"/>.
    /// </summary>
    /// <inheritdoc cref="Train(IEnumerable{Examples}, TrainingOptions?)"/>
    public IAsyncEnumerable<Epoch> Train(IAsyncEnumerable<Examples> pieces, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        return Pieces(pieces, options ?? new(), int.MaxValue, _ => { });
    }

    /// <summary>Learns from pieces that arrive, for <see cref="TrainingOptions.Epochs"/> epochs; see <see cref="Train(IAsyncEnumerable{Examples}, TrainingOptions?)"/>.</summary>
    /// <inheritdoc cref="Train(IEnumerable{Examples}, TrainingOptions?)"/>
    public async Task<Model> FitAsync(IAsyncEnumerable<Examples> pieces, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        options ??= new();
        TrainingSession? session = null;
        Epoch? best = null, last = null;
        await foreach (var epoch in Pieces(pieces, options, options.Epochs, begun => session = begun).ConfigureAwait(false))
        {
            (best, last) = (TrainingSession.Better(best, epoch), epoch);
            if (session!.Ends(epoch)) break;
        }
        return session!.Chosen(best, last);
    }

    private TrainingSession Begin(IEnumerable<Examples> pieces, TrainingOptions options) =>
        Begin(pieces.FirstOrDefault() ?? throw NoPieces(), pieces, options, nameof(pieces));

    private static IEnumerable<Epoch> Pieces(TrainingSession session, IEnumerable<Examples> pieces, int epochs) => session.Epochs(
        (optimizer, state, seen) => session.Objective.EpochInPieces(optimizer, state, pieces.Select(piece => session.Piece(piece)), session.Batching, seen, TrainingWatch.TakesNorms, session.Options.Cancellation), examples: 0, epochs);

    private async IAsyncEnumerable<Epoch> Pieces(IAsyncEnumerable<Examples> pieces, TrainingOptions options, int epochs, Action<TrainingSession> begun)
    {
        if (options.Inputs is not null || options.Targets is not null)
            throw new ArgumentException("Transforms cannot be fitted to examples that have not arrived; fit them to a sample: model.WithTransforms(…).", nameof(options));
        // What the network learns is known from the first piece; that piece is then learned from as well, without asking for it again.
        await using var first = pieces.GetAsyncEnumerator(options.Cancellation);
        if (!await first.MoveNextAsync().ConfigureAwait(false)) throw NoPieces();
        var session = Begin(first.Current, [], options, nameof(pieces));
        begun(session);
        bool isFirst = true;
        await foreach (var epoch in session.EpochsAsync(Advance, epochs).ConfigureAwait(false)) yield return epoch;

        Task<LanguageExt.Fin<TrainingState<float>>> Advance(Optimizer optimizer, TrainingState<float> state, Action<float, int, double> seen)
        {
            var source = isFirst ? Rest(first) : pieces;
            isFirst = false;
            return session.Objective.EpochInPiecesAsync(optimizer, state, source.Select(piece => session.Piece(piece)), session.Batching, seen, TrainingWatch.TakesNorms, options.Cancellation);
        }
    }

    private static async IAsyncEnumerable<Examples> Rest(IAsyncEnumerator<Examples> begun)
    {
        do yield return begun.Current;
        while (await begun.MoveNextAsync().ConfigureAwait(false));
    }

    private static ArgumentException NoPieces() => new("There are no pieces; at least one is needed.", "pieces");
}
