using Functional.Core;
using Functional.Core.Storage;
using LanguageExt;

namespace Functional.Facade;

/// <summary>The rest of the epoch that a state is in.</summary>
internal delegate Fin<TrainingState<float>> Advance(Optimizer optimizer, TrainingState<float> state, Action<float, int, double> seen);

/// <summary>A model about to learn: its objective, the options, and what an epoch is beside its steps: progress, measuring, checkpoints.</summary>
internal sealed record TrainingSession(Model Model, Objective Objective, TrainingOptions Options)
{
    public Batching Batching => new(Options.BatchSize, Options.DropsLastBatch);

    /// <summary>The epochs from the start or a checkpoint on.</summary>
    /// <param name="advance">Learns an epoch.</param>
    /// <param name="examples">How many examples it has; 0 where nobody knows, as of a set in pieces.</param>
    /// <param name="epochs">After how many epochs of the whole run to end.</param>
    public IEnumerable<Epoch> Epochs(Advance advance, int examples, int epochs)
    {
        var resumed = Resumed(isBest: false);
        var state = resumed ?? Start();
        if (IsDone(state, epochs)) yield break;
        using var watch = new TrainingWatch(Options, state, examples, isResumed: resumed is not null);
        var steps = new StepCount { OfEpoch = Batching.Count(examples) };
        while (state.Epoch < epochs)
        {
            var before = state;
            var epoch = watch.During(before, () =>
            {
                Options.Cancellation.ThrowIfCancellationRequested();
                var (optimizer, seen) = (Optimizer(before), Seen(before, steps, watch));
                long began = watch.Begin();
                var next = advance(optimizer, before, seen);
                watch.Learned(began);
                return Ended(before.Epoch + 1, next, watch);
            });
            steps.Ended();
            state = epoch.State;
            yield return epoch;
        }
    }

    /// <summary>The same where learning an epoch waits for its examples.</summary>
    public async IAsyncEnumerable<Epoch> EpochsAsync(Func<Optimizer, TrainingState<float>, Action<float, int, double>, Task<Fin<TrainingState<float>>>> advance, int epochs)
    {
        var resumed = Resumed(isBest: false);
        var state = resumed ?? Start();
        if (IsDone(state, epochs)) yield break;
        using var watch = new TrainingWatch(Options, state, examples: 0, isResumed: resumed is not null);
        var steps = new StepCount();
        while (state.Epoch < epochs)
        {
            var before = state;
            var epoch = await watch.DuringAsync(before, async () =>
            {
                Options.Cancellation.ThrowIfCancellationRequested();
                var (optimizer, seen) = (Optimizer(before), Seen(before, steps, watch));
                long began = watch.Begin();
                var next = await advance(optimizer, before, seen).ConfigureAwait(false);
                watch.Learned(began);
                return Ended(before.Epoch + 1, next, watch);
            }).ConfigureAwait(false);
            steps.Ended();
            state = epoch.State;
            yield return epoch;
        }
    }

    /// <summary>The last model of some epochs, or with validation examples the best.</summary>
    public Model Best(IEnumerable<Epoch> epochs)
    {
        Epoch? best = null, last = null;
        foreach (var epoch in epochs)
        {
            last = epoch;
            best = Better(best, epoch);
            if (Ends(epoch)) break;
        }
        return Chosen(best, last);
    }

    /// <summary>The one of two epochs to keep.</summary>
    public static Epoch Better(Epoch? best, Epoch epoch) =>
        best is null || epoch.Validation?.Loss < best.Validation?.Loss || float.IsNaN(best.Validation?.Loss ?? 0) ? epoch : best;

    /// <summary>Whether patience is at its end with an epoch, which the log is told.</summary>
    public bool Ends(Epoch epoch)
    {
        if (!(Waited(epoch.State) >= Options.Patience)) return false;
        Options.Logger?.StoppedEarly(Options.Name, epoch.Number, Options.Patience!.Value);
        return true;
    }

    /// <summary>What comes of the run: the best epoch where there are measures, else the last.</summary>
    public Model Chosen(Epoch? best, Epoch? last)
    {
        // Taken up from a checkpoint, the best epoch may have been before, or nothing left to do.
        if (last is null) return Model.With((Options.Validation is null ? null : Resumed(isBest: true)) ?? Resumed(isBest: false)!);
        return Options.Validation is null ? last.Model
            : best!.Number == last.State.Epoch - Waited(last.State) || Options.Checkpoint is null ? best.Model
            : Model.With(Resumed(isBest: true) ?? best.State);
    }

    /// <summary>A piece of the examples as the network learns from it; it has to be like the first.</summary>
    public Batch<float> Piece(Examples piece)
    {
        if (Model.ObjectiveFor(piece, Options.Loss, nameof(piece)) != Objective) throw new ArgumentException("A piece has labels and another target numbers; all pieces need the same.", nameof(piece));
        return Model.Prepared(piece, nameof(piece));
    }

    private Optimizer Optimizer(TrainingState<float> state) => Options.OptimizerFrom?.Invoke(state) ?? Options.Optimizer;

    // Whether there is nothing to do: all epochs are there, or patience was at its end.
    private bool IsDone(TrainingState<float> state, int epochs) => state.Epoch >= epochs || (Options.Patience is { } patience && Waited(state) >= patience);

    private TrainingState<float> Start()
    {
        // The first optimizer follows from a state in which none remembers anything yet.
        var state = Objective.Start<float>(Optimizers.NoStep, new Key(Options.Seed)) with { Parameters = Model.Parameters, State = Model.State };
        return state with { Optimizer = Optimizer(state).Init(Model.Parameters) };
    }

    private Action<float, int, double> Seen(TrainingState<float> before, StepCount steps, TrainingWatch watch)
    {
        int number = before.Epoch + 1;
        steps.Done = before.Position.Examples / Options.BatchSize;
        return (loss, examples, norm) =>
        {
            steps.Done++;
            watch.Step(loss, examples, norm);
            Options.Progress?.Report(new(number, Options.Epochs, steps.Done, steps.OfEpoch, loss));
            watch.Next();
        };
    }

    private Epoch Ended(int number, Fin<TrainingState<float>> ended, TrainingWatch watch)
    {
        var state = ended.IfFail(error => throw (error is Divergence<float> divergence ? new DivergenceException(divergence, Model.With(divergence.LastGood))
            : error.IsExceptional ? error.ToException()
            : new ArgumentException(error.Message)));
        if (state.Epoch < number)
        {
            Keep(state, Options.Checkpoint, watch);
            Options.Cancellation.ThrowIfCancellationRequested();
        }
        var model = Model.With(state);
        var validation = Options.Validation is null ? null : model.Evaluate(Objective, Options.Validation);
        if (validation is not null) state = state.With(Measured(validation), null, TimeSpan.Zero);
        Keep(state, Options.Checkpoint, watch);
        if (validation is not null && Waited(state) == 0) Keep(state, BestFile, watch);
        return new(state.Epoch, state.Loss, validation, model, state);
    }

    private static Measures Measured(Evaluation evaluation) => new(
        evaluation.Loss, evaluation.Labels.IsEmpty ? default : HashMap<string, double>.Empty.Add("accuracy", evaluation.Accuracy));

    // How many epochs ago the least validation loss was; epochs before the first that was measured do not count.
    private static int Waited(TrainingState<float> state)
    {
        var (waited, least) = (0, double.PositiveInfinity);
        foreach (var epoch in state.History) (waited, least) = epoch.Validation < least ? (0, epoch.Validation) : (double.IsFinite(least) ? waited + 1 : 0, least);
        return waited;
    }

    private string? BestFile => Options.Checkpoint is null ? null : Options.Checkpoint + ".best";

    private TrainingState<float>? Resumed(bool isBest)
    {
        if ((isBest ? BestFile : Options.Checkpoint) is not { } path) return null;
        if (File.Exists(path)) return TrainingFile.Load<float>(path, Objective).IfFail(error => throw new ModelFileException(error.Message));
        // Said before an epoch is learned that could not be kept.
        return Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder)
            ? throw new ModelFileException($"{path}: the folder {folder} does not exist.")
            : null;
    }

    private static void Keep(TrainingState<float> state, string? path, TrainingWatch watch)
    {
        if (path is null) return;
        if (TrainingFile.Save(path, state).Case is LanguageExt.Common.Error error) throw new ModelFileException(error.Message);
        watch.Written(state, path);
    }

    /// <summary>How many steps of an epoch are done, and how many it has, once that is known.</summary>
    private sealed class StepCount
    {
        public int Done { get; set; }

        public int OfEpoch { get; set; }

        public void Ended() => OfEpoch = OfEpoch == 0 ? Done : OfEpoch;
    }
}
