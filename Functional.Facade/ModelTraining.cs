using Functional.Core;
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
    public IEnumerable<Epoch> Train(Examples examples, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(examples);
        options ??= new();
        if (options.BatchSize < 1) throw new ArgumentOutOfRangeException(nameof(options), $"The batch size is {options.BatchSize}; at least 1 is needed.");
        if (options.Epochs < 1) throw new ArgumentOutOfRangeException(nameof(options), $"The number of epochs is {options.Epochs}; at least 1 is needed.");
        var objective = ObjectiveFor(examples, options.Loss, nameof(examples));
        if (options.Validation is { } validation) _ = ObjectiveFor(validation, options.Loss, nameof(options));
        return Epochs(objective, examples, options);
    }

    /// <summary>Learns for <see cref="TrainingOptions.Epochs"/> epochs and gives the last model, or with validation examples the one of the least validation loss.</summary>
    /// <inheritdoc cref="Train"/>
    public Model Fit(Examples examples, TrainingOptions? options = null)
    {
        var epochs = Train(examples, options).Take((options ??= new()).Epochs);
        return (options.Validation is null ? epochs.Last() : epochs.MinBy(epoch => epoch.Validation!.Loss)!).Model;
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

    private IEnumerable<Epoch> Epochs(Objective objective, Examples examples, TrainingOptions options)
    {
        var state = objective.Start<float>(options.Optimizer, new Key(options.Seed)) with { Parameters = Parameters, State = State };
        var data = new Batch<float>(Shaped(examples), examples.Targets);
        int steps = (examples.Count + options.BatchSize - 1) / options.BatchSize;
        while (true)
        {
            int step = 0;
            options.Cancellation.ThrowIfCancellationRequested();
            state = objective.Epoch(options.Optimizer, state, data, options.BatchSize, (loss, _) =>
            {
                options.Progress?.Report(new(state.Epoch + 1, options.Epochs, ++step, steps, loss));
                options.Cancellation.ThrowIfCancellationRequested();
            }).ThrowIfFail();
            var model = new Model(Network, state.Parameters, state.State, ClassNames);
            yield return new(state.Epoch, state.Loss, options.Validation is { } validation ? model.Evaluate(objective, validation) : null, model);
        }
    }

    private Evaluation Evaluate(Objective objective, Examples examples)
    {
        float loss = Region.Run(() => objective.Value(Parameters, Shaped(examples), examples.Targets, new Step<float>(State)).ThrowIfFail());
        var predictions = examples.AreLabelled ? PredictClasses(examples.Inputs) : [];
        return new(loss, [.. predictions], examples.Labels, examples.Width);
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
