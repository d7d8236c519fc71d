using System.Collections.Immutable;
using System.Text.Json;
using Functional.Core;
using Functional.Core.Storage;
using LanguageExt;

namespace Functional.Facade;

/// <summary>
/// A network with its numbers: predicts, measures, learns, is saved and loaded. Immutable, so one model may be shared by any number of threads
/// without locks; learning gives new models.
/// </summary>
public sealed partial class Model
{
    private const string ClassNote = "classes";

    private readonly StoredModel<float> _stored;

    private Model(StoredModel<float> stored, ImmutableArray<string> classNames) => (_stored, ClassNames) = (stored, classNames);

    /// <summary>The network.</summary>
    public Network Network => _stored.Network;

    /// <summary>The numbers that were learned.</summary>
    public Parameters<float> Parameters => _stored.Parameters;

    /// <summary>Running statistics of the layers that keep some.</summary>
    public State<float> State => _stored.State;

    /// <summary>What is done to inputs before the network sees them, fitted to the training examples; <c>null</c> for nothing. See <see cref="TrainingOptions.Inputs"/>.</summary>
    public FittedTransform? Inputs => _stored.Inputs;

    /// <summary>What was done to the targets that the network learned, and is undone on its output; <c>null</c> for nothing. See <see cref="TrainingOptions.Targets"/>.</summary>
    public FittedTransform? Targets => _stored.Targets;

    /// <summary>How the columns of the table that it learned from become inputs and targets, with their categories; <c>null</c> where it was no table.</summary>
    public Columns? Columns => _stored.Columns;

    /// <summary>The names of the classes, where they were given.</summary>
    public ImmutableArray<string> ClassNames { get; }

    /// <summary>The shape of one example.</summary>
    public Shape InputShape => Network.Inputs[0].Shape;

    /// <summary>How many numbers a prediction has.</summary>
    public int OutputSize => Network.OutputShapes[0].Size;

    /// <summary>A model that has learned nothing yet, of a network written in LINQ.</summary>
    /// <param name="network">The network, of one input and one output.</param>
    /// <param name="seed">Where the starting values come from; equal seeds give equal models.</param>
    /// <exception cref="NetworkException">Something in the network does not fit; every mistake is in the message.</exception>
    public static Model Create(Pipeline<Wire> network, ulong seed = 0) =>
        Create(network.Build().Match(built => built, faults => throw new NetworkException(faults)), seed);

    /// <summary>A model that has learned nothing yet.</summary>
    /// <param name="network">The network, of one input and one output.</param>
    /// <param name="seed">Where the starting values come from; equal seeds give equal models.</param>
    /// <exception cref="ArgumentException">The network has several inputs or outputs; the core trains those.</exception>
    public static Model Create(Network network, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.Inputs.Count != 1 || network.OutputCount != 1)
            throw new ArgumentException($"The network has {network.Inputs.Count} inputs and {network.OutputCount} outputs; a model has one of each. The core trains the others: Objective.Of(network, …).", nameof(network));
        return new(new(network, network.Initialize<float>(new Key(seed).For("parameters")), network.InitializeState<float>(), default), []);
    }

    /// <summary>The same model with names for its classes.</summary>
    /// <exception cref="ArgumentException">There are not as many names as outputs.</exception>
    public Model WithClassNames(params ReadOnlySpan<string> names)
    {
        if (names.Length != OutputSize) throw new ArgumentException($"{names.Length} names were given for {OutputSize} outputs.", nameof(names));
        return new(_stored, [.. names]);
    }

    /// <summary>
    /// The same model with transforms that were fitted elsewhere, in place of its own: such as those fitted to a sample of a set that arrives piece by piece.
    /// <c>Transforms.Standardise.Fit(sample.Inputs)</c> in the core fits one.
    /// </summary>
    /// <param name="inputs">What is done to inputs; <c>null</c> for nothing.</param>
    /// <param name="targets">What was done to targets and is undone on the output; <c>null</c> for nothing.</param>
    /// <exception cref="ArgumentException">A transform is of another width than the network's input or output.</exception>
    public Model WithTransforms(FittedTransform? inputs, FittedTransform? targets = null) =>
        new(ModelData.Checked(_stored with { Inputs = inputs, Targets = targets }).OrThrow(nameof(inputs)), ClassNames);

    /// <summary>Saves the model as one safetensors file. Writing is atomic: an older file of that name stays whole until the new one is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="registry">Names for layers of your own; <c>null</c> where there are none.</param>
    /// <exception cref="ModelFileException">The file cannot be written, or a layer has no name for files.</exception>
    public void Save(string path, LayerRegistry? registry = null)
    {
        var notes = ClassNames.IsEmpty ? default : HashMap<string, string>.Empty.Add(ClassNote, JsonSerializer.Serialize(ClassNames));
        var saved = ModelFile.Save(path, _stored with { Notes = notes }, registry);
        if (saved.Case is LanguageExt.Common.Error error) throw new ModelFileException(error.Message);
    }

    /// <summary>Loads a saved model. Nothing else is needed: the file holds the network too.</summary>
    /// <param name="path">The file.</param>
    /// <param name="registry">Names for layers of your own; <c>null</c> where there are none.</param>
    /// <exception cref="ModelFileException">There is no such file, or it is not a model of this library, or damaged; the message says what and where.</exception>
    public static Model Load(string path, LayerRegistry? registry = null)
    {
        var stored = ModelFile.Load<float>(path, registry).IfFail(error => throw new ModelFileException(error.Message));
        if (stored.Network.Inputs.Count != 1 || stored.Network.OutputCount != 1)
            throw new ModelFileException($"{path}: a network of {stored.Network.Inputs.Count} inputs and {stored.Network.OutputCount} outputs; a model has one of each. The core reads the others: ModelFile.Load.");
        var names = stored.Notes.Find(ClassNote).Map(Names).IfNone([]);
        if (names.Length > 0 && names.Length != stored.Network.OutputShapes[0].Size)
            throw new ModelFileException($"{path}: {names.Length} class names for {stored.Network.OutputShapes[0].Size} outputs.");
        return new(stored, [.. names]);
    }

    private static string[] Names(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(text) ?? [];
        }
        catch (JsonException)
        {
            // As files of before hold them, a name on a line.
            return text.Split('\n');
        }
    }

    /// <summary>This model with the numbers of a saved one of the same build: the same parameters, by name and shape. Its transforms and names stay.</summary>
    /// <param name="path">The file.</param>
    /// <param name="registry">Names for layers of your own; <c>null</c> where there are none.</param>
    /// <exception cref="ModelFileException">The file cannot be loaded, or it is of another model; the message names the first difference.</exception>
    public Model WithParametersFrom(string path, LayerRegistry? registry = null)
    {
        var other = Load(path, registry);
        if ((Difference(Network.Layout, other.Network.Layout) ?? Difference(Network.StateLayout, other.Network.StateLayout)) is { } difference)
            throw new ModelFileException($"{path} is a file of another model: {difference}.");
        return With(new(Network.Layout, other.Parameters.Values), new(Network.StateLayout, other.State.Values));
    }

    /// <summary>
    /// This model with weights from any safetensors file, such as PyTorch's, wherever name and shape fit, and the report of what matched, what did not and why; what did not
    /// keeps its numbers. <c>F64</c>, <c>F32</c>, <c>F16</c> and <c>BF16</c> are read; a matrix is out × in.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="names">
    /// From the file's names to the network's, where they differ: a name, or its beginning up to a dot. <c>("0", "dense1")</c> makes <c>dense1.weight</c> of <c>0.weight</c>.
    /// </param>
    /// <exception cref="ModelFileException">The file cannot be read.</exception>
    public (Model Model, WeightReport Report) WithWeights(string path, params ReadOnlySpan<(string From, string To)> names) => WithWeights(path, WeightFile.Names(names));

    /// <summary>The same with a function from the file's names to the network's.</summary>
    /// <inheritdoc cref="WithWeights(string, ReadOnlySpan{ValueTuple{string, string}})"/>
    public (Model Model, WeightReport Report) WithWeights(string path, Func<string, string> names)
    {
        var loaded = WeightFile.Load(path, Parameters, State, names).IfFail(error => throw new ModelFileException(error.Message));
        return (With(loaded.Parameters, loaded.State), loaded.Report);
    }

    private Model With(Parameters<float> parameters, State<float> state) => new(_stored with { Parameters = parameters, State = state }, ClassNames);

    private static string? Difference(Layout here, Layout there)
    {
        foreach (var (mine, other) in here.Entries.Zip(there.Entries))
            if (mine.Name != other.Name || mine.Shape != other.Shape)
                return $"it has {other.Name} {other.Shape} where this model has {mine.Name} {mine.Shape}";
        return here.Entries.Count == there.Entries.Count ? null : $"it has {there.Entries.Count} tensors, this model {here.Entries.Count}";
    }
}
