using System.Collections.Immutable;
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

    private Model(Network network, Parameters<float> parameters, State<float> state, ImmutableArray<string> classNames) =>
        (Network, Parameters, State, ClassNames) = (network, parameters, state, classNames);

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The numbers that were learned.</summary>
    public Parameters<float> Parameters { get; }

    /// <summary>Running statistics of the layers that keep some.</summary>
    public State<float> State { get; }

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
            throw new ArgumentException($"The network has {network.Inputs.Count} inputs and {network.OutputCount} outputs; a model has one of each.", nameof(network));
        return new(network, network.Initialize<float>(new Key(seed).For("parameters")), network.InitializeState<float>(), []);
    }

    /// <summary>The same model with names for its classes.</summary>
    /// <exception cref="ArgumentException">There are not as many names as outputs, or a name holds a line break.</exception>
    public Model WithClassNames(params ReadOnlySpan<string> names)
    {
        if (names.Length != OutputSize) throw new ArgumentException($"{names.Length} names were given for {OutputSize} outputs.", nameof(names));
        foreach (string name in names)
            if (name.Contains('\n', StringComparison.Ordinal)) throw new ArgumentException($"The name '{name}' holds a line break.", nameof(names));
        return new(Network, Parameters, State, [.. names]);
    }

    /// <summary>Saves the model as one safetensors file. Writing is atomic: an older file of that name stays whole until the new one is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="registry">Names for layers of your own; <c>null</c> where there are none.</param>
    /// <exception cref="ModelFileException">The file cannot be written, or a layer has no name for files.</exception>
    public void Save(string path, LayerRegistry? registry = null)
    {
        var notes = ClassNames.IsEmpty ? default : HashMap<string, string>.Empty.Add(ClassNote, string.Join('\n', ClassNames));
        var saved = ModelFile.Save(path, new StoredModel<float>(Network, Parameters, State, notes), registry);
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
            throw new ModelFileException($"{path}: a network of {stored.Network.Inputs.Count} inputs and {stored.Network.OutputCount} outputs; a model has one of each.");
        var names = stored.Notes.Find(ClassNote).Map(text => text.Split('\n')).IfNone([]);
        if (names.Length > 0 && names.Length != stored.Network.OutputShapes[0].Size)
            throw new ModelFileException($"{path}: {names.Length} class names for {stored.Network.OutputShapes[0].Size} outputs.");
        return new(stored.Network, stored.Parameters, stored.State, [.. names]);
    }

    /// <summary>This model with the numbers of a saved one of the same build: the same parameters, by name and shape.</summary>
    /// <param name="path">The file.</param>
    /// <param name="registry">Names for layers of your own; <c>null</c> where there are none.</param>
    /// <exception cref="ModelFileException">The file cannot be loaded, or it is of another model; the message names the first difference.</exception>
    public Model WithParametersFrom(string path, LayerRegistry? registry = null)
    {
        var other = Load(path, registry);
        if ((Difference(Network.Layout, other.Network.Layout) ?? Difference(Network.StateLayout, other.Network.StateLayout)) is { } difference)
            throw new ModelFileException($"{path} is a file of another model: {difference}.");
        return new(Network, new(Network.Layout, other.Parameters.Values), new(Network.StateLayout, other.State.Values), ClassNames);
    }

    private static string? Difference(Layout here, Layout there)
    {
        foreach (var (mine, other) in here.Entries.Zip(there.Entries))
            if (mine.Name != other.Name || mine.Shape != other.Shape)
                return $"it has {other.Name} {other.Shape} where this model has {mine.Name} {mine.Shape}";
        return here.Entries.Count == there.Entries.Count ? null : $"it has {there.Entries.Count} tensors, this model {here.Entries.Count}";
    }
}
