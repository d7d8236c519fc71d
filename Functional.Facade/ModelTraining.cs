using Functional.Core;
using Functional.Core.Storage;
using LanguageExt;

namespace Functional.Facade;

public sealed partial class Model
{
    /// <summary>
    /// Learns from examples: a lazy sequence of epochs without end, each with a model of its own. <c>Take</c>, <c>Until</c> and <c>Best</c> (<see cref="StateSequences"/>) say when to stop
    /// and which to keep: <c>model.Train(examples, options).Take(30).Best(epoch => epoch.Validation!.Loss).Model</c>.
    /// </summary>
    /// <param name="examples">The examples.</param>
    /// <param name="options">How to train; the defaults of <see cref="TrainingOptions"/> where <c>null</c>.</param>
    /// <exception cref="ArgumentException">The examples do not fit the network, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">While the sequence is read: the run was cancelled.</exception>
    /// <exception cref="DivergenceException">While the sequence is read: the numbers of the run left the finite.</exception>
    /// <exception cref="ModelFileException">While the sequence is read: the checkpoint cannot be read or written.</exception>
    public IEnumerable<Epoch> Train(Examples examples, TrainingOptions? options = null) => Whole(examples, options, int.MaxValue).Epochs;

    /// <summary>
    /// Learns for <see cref="TrainingOptions.Epochs"/> epochs, or until <see cref="TrainingOptions.Patience"/> is at its end, and gives the last model,
    /// or with validation examples the one of the least validation loss.
    /// </summary>
    /// <inheritdoc cref="Train(Examples, TrainingOptions?)"/>
    public Model Fit(Examples examples, TrainingOptions? options = null)
    {
        options ??= new();
        var (session, epochs) = Whole(examples, options, options.Epochs);
        return session.Best(epochs);
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

    internal Model With(TrainingState<float> state) => With(new(Network.Layout, state.Parameters.Values), new(Network.StateLayout, state.State.Values));

    internal Evaluation Evaluate(Objective objective, Examples examples)
    {
        var set = new MeasuredSet<float>(Prepared(examples, nameof(examples))) { BatchSize = Piece };
        float loss = (float)objective.Measure(Parameters, State, set).OrThrow(nameof(examples)).Loss;
        if (examples.AreLabelled) return new(loss, [.. PredictClasses(examples.Inputs)], examples.Labels, examples.Width);
        var outputs = Predict(examples.Inputs);
        return new(loss, [], [], examples.Width) { Errors = RegressionErrors.Of(outputs.Reshape(examples.Targets.Shape), examples.Targets) };
    }

    /// <summary>Examples as the network learns from them: transformed, and in its input's shape, row-major.</summary>
    internal Batch<float> Prepared(Examples examples, string parameter)
    {
        var inputs = Inputs?.Apply(examples.Inputs) ?? examples.Inputs;
        if (examples.HaveMissing && Inputs?.FillsMissing != true) Check.Filled(inputs, examples.Columns, parameter);
        var targets = Targets?.Apply(examples.Targets) ?? examples.Targets;
        return new(inputs.Reshape(InputShape.Batched(examples.Count)), targets.Reshape(Network.OutputShapes[0].Batched(examples.Count)));
    }

    internal Objective ObjectiveFor(Examples examples, Loss? loss, string parameter)
    {
        if (examples.Inputs.Shape.Example.LongSize != InputShape.LongSize)
            throw new ArgumentException($"The examples have {examples.Inputs.Shape.Example.LongSize} numbers each; the network's input {InputShape} needs {InputShape.LongSize}.", parameter);
        if (examples.Width != OutputSize)
            throw new ArgumentException($"The examples have {examples.Width} {(examples.AreLabelled ? "classes" : "target numbers")}; the network gives {OutputSize} numbers.", parameter);
        if (examples.AreLabelled && Targets is not null)
            throw new ArgumentException("The examples have labels, the model transforms its targets; target numbers are needed for that.", parameter);
        if (Columns is { } own && examples.Columns is { } columns && Difference(own, columns) is { } difference)
            throw new ArgumentException($"{difference}; read the examples by the model's columns, as by Examples.FromCsv(path, model.Columns).", parameter);
        if (!examples.ClassNames.IsEmpty && !ClassNames.IsEmpty && !examples.ClassNames.SequenceEqual(ClassNames))
            throw new ArgumentException($"The examples are of the classes {string.Join(", ", examples.ClassNames)}; the model's are {string.Join(", ", ClassNames)}.", parameter);
        var (network, error) = loss is null ? Chosen(examples) : (Network, loss);
        return Objective.Of(network, error).Match(objective => objective, faults => throw new NetworkException(faults));
    }

    private (TrainingSession Session, IEnumerable<Epoch> Epochs) Whole(Examples examples, TrainingOptions? options, int epochs)
    {
        ArgumentNullException.ThrowIfNull(examples);
        var session = Begin(examples, [examples], options ?? new(), nameof(examples));
        var batching = session.Batching;
        if (batching.Count(examples.Count) == 0)
            throw new ArgumentException($"{examples.Count} examples make no batch of {batching.Size}, and a short one is to be dropped.", nameof(options));
        var data = session.Model.Prepared(examples, nameof(examples));
        return (session, session.Epochs(
            (optimizer, state, seen) => session.Objective.Epoch(optimizer, state, data, batching, seen, TrainingWatch.TakesNorms, session.Options.Cancellation), examples.Count, epochs));
    }

    /// <summary>A session of training: options checked, transforms fitted to the training examples, names and columns taken over.</summary>
    private TrainingSession Begin(Examples first, IEnumerable<Examples> all, TrainingOptions options, string parameter)
    {
        if (options.BatchSize < 1) throw new ArgumentOutOfRangeException(nameof(options), $"The batch size is {options.BatchSize}; at least 1 is needed.");
        if (options.Epochs < 1) throw new ArgumentOutOfRangeException(nameof(options), $"The number of epochs is {options.Epochs}; at least 1 is needed.");
        if (options.Patience is { } patience && (patience < 1 || options.Validation is null))
            throw new ArgumentException($"The patience is {patience}{(options.Validation is null ? " without validation examples" : "")}; at least 1 is needed, and examples to measure by.", nameof(options));
        if (options.Targets is not null && first.AreLabelled)
            throw new ArgumentException("Targets are to be transformed, but the examples have labels; target numbers are needed for that.", nameof(options));
        if (options.Optimizer is null) throw new ArgumentException("The optimizer is null; one is needed.", nameof(options));
        if (options.OptimizerFrom is null && !options.Optimizer.Faults.IsEmpty)
            throw new ArgumentException($"The optimizer: {string.Join(' ', options.Optimizer.Faults.Map(fault => fault.Message))}", nameof(options));
        _ = ObjectiveFor(first, options.Loss, parameter);
        var model = new Model(
            _stored with
            {
                Inputs = options.Inputs?.Fit(all.Select(examples => examples.Inputs)).OrThrow(parameter) ?? Inputs,
                Targets = options.Targets?.Fit(all.Select(examples => examples.Targets)).OrThrow(parameter) ?? Targets,
                Columns = first.Columns ?? Columns,
            },
            ClassNames.IsEmpty ? first.ClassNames : ClassNames);
        if (options.Validation is { } validation) _ = model.ObjectiveFor(validation, options.Loss, nameof(options));
        return new(model, model.ObjectiveFor(first, options.Loss, parameter), options);
    }

    // The first input column that is another one.
    private static string? Difference(Columns own, Columns columns)
    {
        static string Told(Column column) => $"\"{column.Name}\" of {(column.IsNumber ? "numbers" : string.Join(", ", column.Categories))}";
        if (own.Inputs == columns.Inputs) return null;
        if (own.Inputs.Count != columns.Inputs.Count) return $"The examples have {columns.Inputs.Count} input columns, the model's {own.Inputs.Count}";
        int place = Enumerable.Range(0, own.Inputs.Count).First(i => own.Inputs[i] != columns.Inputs[i]);
        return $"Input column {place + 1} of the examples is {Told(columns.Inputs[place])}; the model's is {Told(own.Inputs[place])}";
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
