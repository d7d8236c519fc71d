using Functional.Core;
using Functional.Core.Storage;
using LanguageExt;

namespace Functional.Facade;

public sealed partial class Model
{
    /// <summary>
    /// Learns from examples: a lazy sequence of epochs without end, each with a model of its own. <c>Take</c>, <c>TakeWhile</c> and <c>MinBy</c> say when to stop
    /// and which to keep: <c>model.Train(examples, options).Take(30).MinBy(epoch => epoch.Validation!.Loss)!.Model</c>.
    /// </summary>
    /// <param name="examples">The examples.</param>
    /// <param name="options">How to train; the defaults of <see cref="TrainingOptions"/> where <c>null</c>.</param>
    /// <exception cref="ArgumentException">The examples do not fit the network, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">While the sequence is read: the run was cancelled.</exception>
    /// <exception cref="DivergenceException">While the sequence is read: the numbers of the run left the finite.</exception>
    /// <exception cref="ModelFileException">While the sequence is read: the checkpoint cannot be read or written.</exception>
    public IEnumerable<Epoch> Train(Examples examples, TrainingOptions? options = null) => Train(examples, options ?? new(), int.MaxValue);

    private IEnumerable<Epoch> Train(Examples examples, TrainingOptions options, int epochs)
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (options.BatchSize < 1) throw new ArgumentOutOfRangeException(nameof(options), $"The batch size is {options.BatchSize}; at least 1 is needed.");
        if (options.Epochs < 1) throw new ArgumentOutOfRangeException(nameof(options), $"The number of epochs is {options.Epochs}; at least 1 is needed.");
        if (options.Patience is { } patience && (patience < 1 || options.Validation is null))
            throw new ArgumentException($"The patience is {patience}{(options.Validation is null ? " without validation examples" : "")}; at least 1 is needed, and examples to measure by.", nameof(options));
        var objective = ObjectiveFor(examples, options.Loss, nameof(examples));
        if (options.Validation is { } validation) _ = ObjectiveFor(validation, options.Loss, nameof(options));
        return Epochs(objective, examples, options, epochs);
    }

    /// <summary>
    /// Learns for <see cref="TrainingOptions.Epochs"/> epochs, or until <see cref="TrainingOptions.Patience"/> is at its end, and gives the last model,
    /// or with validation examples the one of the least validation loss.
    /// </summary>
    /// <inheritdoc cref="Train(Examples, TrainingOptions?)"/>
    public Model Fit(Examples examples, TrainingOptions? options = null)
    {
        options ??= new();
        Epoch? best = null, last = null;
        foreach (var epoch in Train(examples, options, options.Epochs))
        {
            last = epoch;
            if (best is null || epoch.Validation?.Loss < best.Validation?.Loss || float.IsNaN(best.Validation?.Loss ?? 0)) best = epoch;
            if (!(Waited(epoch.State) >= options.Patience)) continue;
            options.Logger?.StoppedEarly(options.Name, epoch.Number, options.Patience!.Value);
            break;
        }
        // Taken up from a checkpoint, the best epoch may have been before, or nothing left to do.
        if (last is null) return With(Resumed(ObjectiveFor(examples, options.Loss, nameof(examples)), options, isBest: options.Validation is not null)!);
        return options.Validation is null ? last.Model
            : best!.Number == last.State.Epoch - Waited(last.State) || options.Checkpoint is null ? best.Model
            : With(Resumed(ObjectiveFor(examples, options.Loss, nameof(examples)), options, isBest: true) ?? best.State);
    }

    /// <summary>Measures the model on examples.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="loss">The loss; <c>null</c> chooses as <see cref="TrainingOptions.Loss"/> does.</param>
    /// <exception cref="ArgumentException">The examples do not fit the network.</exception>
    public Evaluation Evaluate(Examples examples, Loss? loss = null)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return Evaluate(ObjectiveFor(examples, loss, nameof(examples)), examples);
    }

    private IEnumerable<Epoch> Epochs(Objective objective, Examples examples, TrainingOptions options, int epochs)
    {
        var optimizer = options.OptimizerFrom ?? (_ => options.Optimizer);
        var resumed = Resumed(objective, options, isBest: false);
        var state = resumed ?? Start(objective, optimizer, options);
        if (state.Epoch >= epochs || (options.Patience is { } patience && Waited(state) >= patience)) yield break;
        var data = new Batch<float>(Shaped(examples), examples.Targets);
        using var watch = new TrainingWatch(options, state, examples.Count, isResumed: resumed is not null);
        while (state.Epoch < epochs)
        {
            var before = state;
            var epoch = watch.During(before, () => Next(objective, optimizer, before, data, options, watch));
            state = epoch.State;
            yield return epoch;
        }
    }

    // The rest of an epoch, and what is measured and written after it.
    private Epoch Next(
        Objective objective, Func<TrainingState<float>, Optimizer> optimizer, TrainingState<float> before, Batch<float> data, TrainingOptions options, TrainingWatch watch)
    {
        options.Cancellation.ThrowIfCancellationRequested();
        int step = before.Position.Examples / options.BatchSize, steps = (data.Size + options.BatchSize - 1) / options.BatchSize, number = before.Epoch + 1;
        var current = optimizer(before);
        long began = watch.Begin();
        var state = objective.Epoch(current, before, data, options.BatchSize, Seen, TrainingWatch.TakesNorms, options.Cancellation)
            .IfFail(error => throw (error is Divergence<float> divergence ? new DivergenceException(divergence, With(divergence.LastGood)) : error.ToException()));
        watch.Learned(began);
        if (state.Epoch < number)
        {
            Keep(state, options.Checkpoint, watch);
            options.Cancellation.ThrowIfCancellationRequested();
        }
        var model = With(state);
        var validation = options.Validation is null ? null : model.Evaluate(objective, options.Validation);
        if (validation is not null) state = state.With(Measured(validation), null, TimeSpan.Zero);
        Keep(state, options.Checkpoint, watch);
        if (validation is not null && Waited(state) == 0) Keep(state, Best(options), watch);
        return new(state.Epoch, state.Loss, validation, model, state);

        void Seen(float loss, int examples, double norm)
        {
            watch.Step(loss, examples, norm);
            options.Progress?.Report(new(number, options.Epochs, ++step, steps, loss));
            watch.Next();
        }
    }

    private TrainingState<float> Start(Objective objective, Func<TrainingState<float>, Optimizer> optimizer, TrainingOptions options)
    {
        // The first optimizer follows from a state in which none remembers anything yet.
        var state = objective.Start<float>(Optimizers.NoStep, new Key(options.Seed)) with { Parameters = Parameters, State = State };
        return state with { Optimizer = optimizer(state).Init(Parameters) };
    }

    private static Measures Measured(Evaluation evaluation) => new(
        evaluation.Loss, evaluation.Labels.IsEmpty ? default : HashMap<string, double>.Empty.Add("accuracy", evaluation.Accuracy));

    // How many epochs ago the least validation loss was.
    private static int Waited(TrainingState<float> state)
    {
        var (waited, least) = (0, double.PositiveInfinity);
        foreach (var epoch in state.History) (waited, least) = epoch.Validation < least ? (0, epoch.Validation) : (waited + 1, least);
        return waited;
    }

    private static string? Best(TrainingOptions options) => options.Checkpoint is null ? null : options.Checkpoint + ".best";

    private static TrainingState<float>? Resumed(Objective objective, TrainingOptions options, bool isBest) =>
        (isBest ? Best(options) : options.Checkpoint) is { } path && File.Exists(path)
            ? TrainingFile.Load<float>(path, objective).IfFail(error => throw new ModelFileException(error.Message))
            : null;

    private static void Keep(TrainingState<float> state, string? path, TrainingWatch watch)
    {
        if (path is null) return;
        if (TrainingFile.Save(path, state).Case is LanguageExt.Common.Error error) throw new ModelFileException(error.Message);
        watch.Written(state, path);
    }

    private Model With(TrainingState<float> state) =>
        new(Network, new(Network.Layout, state.Parameters.Values), new(Network.StateLayout, state.State.Values), ClassNames);

    private Evaluation Evaluate(Objective objective, Examples examples)
    {
        var set = new MeasuredSet<float>(new Batch<float>(Shaped(examples), examples.Targets)) { BatchSize = Piece };
        float loss = (float)objective.Measure(Parameters, State, set).ThrowIfFail().Loss;
        if (examples.AreLabelled) return new(loss, [.. PredictClasses(examples.Inputs)], examples.Labels, examples.Width);
        var outputs = Predict(examples.Inputs);
        return new(loss, [], [], examples.Width) { Errors = RegressionErrors.Of(outputs.Reshape(examples.Targets.Shape), examples.Targets) };
    }

    // Rows of numbers are taken as the network's input, row-major, whatever its shape.
    private Tensor<float> Shaped(Examples examples) => examples.Inputs.Reshape(InputShape.Batched(examples.Count));

    private Objective ObjectiveFor(Examples examples, Loss? loss, string parameter)
    {
        if (examples.Inputs.Shape.Example.LongSize != InputShape.LongSize)
            throw new ArgumentException($"The examples have {examples.Inputs.Shape.Example.LongSize} numbers each; the network's input {InputShape} needs {InputShape.LongSize}.", parameter);
        if (examples.Width != OutputSize)
            throw new ArgumentException($"The examples have {examples.Width} {(examples.AreLabelled ? "classes" : "target numbers")}; the network gives {OutputSize} numbers.", parameter);
        var (network, error) = loss is null ? Chosen(examples) : (Network, loss);
        return Objective.Of(network, error).Match(objective => objective, faults => throw new NetworkException(faults));
    }

    // A final softmax or sigmoid is trained together with its loss: the same numbers, and finite where a probability rounds to 0.
    private (Network Network, Loss Loss) Chosen(Examples examples) => !examples.AreLabelled
        ? (Network, Losses.EuclideanLoss())
        : Network.SplitHead().Case switch
        {
            (Network body, SoftmaxLayer) => (body, Losses.SoftmaxLogLoss()),
            (Network body, ElementwiseLayer<SigmoidFunction>) => (body, Losses.SigmoidBinaryLogLoss()),
            _ => (Network, Losses.SoftmaxLogLoss()),
        };
}
