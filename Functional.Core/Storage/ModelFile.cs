using System.Globalization;
using System.Numerics;
using LanguageExt;
using LanguageExt.Common;
using static LanguageExt.Prelude;

namespace Functional.Core.Storage;

/// <summary>A trained network as it is kept: the network, its numbers, and notes of the owner's under names of their own.</summary>
/// <param name="Network">The network.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="State">Its running statistics.</param>
/// <param name="Notes">Such as class names; kept as they are.</param>
public sealed record StoredModel<T>(Network Network, Parameters<T> Parameters, State<T> State, HashMap<string, string> Notes)
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>What is done to inputs before the network sees them; only for a network of one input.</summary>
    public FittedTransform? Inputs { get; init; }

    /// <summary>What was done to the targets that the network learned, and is undone on its output; only for a network of one output.</summary>
    public FittedTransform? Targets { get; init; }

    /// <summary>How the columns of a table become inputs and targets.</summary>
    public Columns? Columns { get; init; }
}

/// <summary>
/// A model as one safetensors file: parameters under their names, running statistics under <c>state/</c> and theirs, the architecture, transforms, columns and
/// notes as metadata. Laws: load after save is the identity; writing is atomic.
/// </summary>
public static class ModelFile
{
    private const string Format = "functional", Version = "1", Architecture = "architecture", NotePrefix = "note.", StatePrefix = "state/";

    /// <summary>Writes a model; on failure an older file of that name stays whole.</summary>
    public static Fin<Unit> Save<T>(string path, StoredModel<T> model, LayerRegistry? registry = null) where T : struct, IFloatingPointIeee754<T> =>
        from architecture in NetworkJson.Write(model.Network, registry)
        from fits in ModelData.Checked(model)
        from parameters in Stored("", model.Parameters)
        from state in Stored(StatePrefix, model.State)
        from file in SafetensorsFile.Of(parameters.Concat(state), [
            new("format", Format), new("version", Version), new(Architecture, architecture),
            .. ModelData.Write(model),
            .. model.Notes.AsEnumerable().Select(note => new KeyValuePair<string, string>(NotePrefix + note.Key, note.Value))])
        from written in Safetensors.WriteFile(path, file)
        select written;

    /// <summary>Reads a model; nothing of it is trusted, and no file can make code run that the registry does not name.</summary>
    public static Fin<StoredModel<T>> Load<T>(string path, LayerRegistry? registry = null) where T : struct, IFloatingPointIeee754<T> =>
        from file in Safetensors.ReadFile(path)
        from version in Known(path, file)
        from network in FileAccessError.In(path, NetworkJson.Read(file.Metadata[Architecture], registry))
        from others in NoOthers(path, file, network)
        from parameters in Tensors<T>(path, file, "", network.Layout)
        from state in Tensors<T>(path, file, StatePrefix, network.StateLayout)
        from model in FileAccessError.In(path, ModelData.Read(file.Metadata, new StoredModel<T>(
            network, new(network.Layout, parameters), new(network.StateLayout, state), toHashMap(file.Metadata
                .Where(pair => pair.Key.StartsWith(NotePrefix, StringComparison.Ordinal)).Select(pair => (pair.Key[NotePrefix.Length..], pair.Value))))))
        select model;

    private static Fin<Unit> Known(string path, SafetensorsFile file) =>
        !file.Metadata.ContainsKey(Architecture)
            ? Error.New($"{path}: a safetensors file without an architecture, so weights alone; a model saved by this library was needed.")
            : file.Metadata.GetValueOrDefault("version") is var version && version != Version
                ? Error.New($"{path}: model format version '{version}' was given, version '{Version}' is what this library reads.")
                : unit;

    private static Fin<IEnumerable<StoredTensor>> Stored<T>(string prefix, NamedTensors<T> tensors) where T : struct, IFloatingPointIeee754<T> =>
        tensors.Layout.Entries.Select((entry, place) => StoredTensor.From(
            prefix + entry.Name, [.. entry.Shape.Select(size => (long)size)], tensors[place].Span)).Sequence();

    private static Fin<Tensor<T>> Tensors<T>(string path, SafetensorsFile file, string prefix, Layout layout) where T : struct, IFloatingPointIeee754<T> =>
        // Memory is taken once every tensor is known to be there, so that a small file cannot ask for much of it.
        from stored in layout.Entries.Map(entry => Find(path, file, prefix + entry.Name, entry.Shape)).Sequence()
        from numbers in stored.Map(tensor => FileAccessError.In(path, tensor.Values<T>())).Sequence()
        select Joined(layout, numbers);

    private static Fin<StoredTensor> Find(string path, SafetensorsFile file, string name, Shape shape) =>
        file.Find(name).Case is not StoredTensor stored
            ? Error.New($"{path}: there is no tensor '{name}', which the architecture needs.")
        : !stored.Shape.SequenceEqual(shape.Select(size => (long)size))
            ? Error.New(string.Create(CultureInfo.InvariantCulture, $"{path}: tensor '{name}' has shape [{string.Join(", ", stored.Shape)}], the architecture needs {shape}."))
        : stored;

    private static Tensor<T> Joined<T>(Layout layout, Seq<T[]> numbers) where T : struct, IFloatingPointIeee754<T>
    {
        var values = Tensor.Fresh<T>([layout.Size]);
        foreach (var (entry, elements) in layout.Entries.Zip(numbers)) elements.CopyTo(values.Span[entry.Offset..]);
        return values.Done();
    }

    private static Fin<Unit> NoOthers(string path, SafetensorsFile file, Network network)
    {
        var known = network.Layout.Entries.Map(entry => entry.Name).Concat(network.StateLayout.Entries.Map(entry => StatePrefix + entry.Name)).ToHashSet();
        string[] others = [.. file.Tensors.Select(tensor => tensor.Name).Where(name => !known.Contains(name))];
        return others.Length == 0
            ? unit
            : Error.New($"{path}: {others.Length} tensors that the architecture does not know, the first {StoredText.Quote(others[0])}.");
    }
}
