using System.Numerics;
using LanguageExt;

namespace Functional.Core.Storage;

/// <summary>The numbers of a network with those of a file in place of some, and the report of which.</summary>
/// <param name="Parameters">Parameters.</param>
/// <param name="State">Running statistics.</param>
/// <param name="Report">What matched, what did not and why.</param>
public sealed record LoadedWeights<T>(Parameters<T> Parameters, State<T> State, WeightReport Report) where T : struct, IFloatingPointIeee754<T>;

/// <summary>
/// Weights alone, by name, from any safetensors file, such as PyTorch's: <c>F64</c>, <c>F32</c>, <c>F16</c> and <c>BF16</c>, row-major, a matrix as out × in, as here. The file
/// needs no architecture, and need not hold all of the network.
/// </summary>
public static class WeightFile
{
    private const string StatePrefix = "state/";

    /// <summary>Puts a file's tensors in place of a network's numbers wherever name and shape fit; all others stay as they are and are reported.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parameters">The network's parameters.</param>
    /// <param name="state">The network's running statistics.</param>
    /// <param name="rename">From the file's names to the network's; <c>null</c> where they are the same. See <see cref="Names"/>.</param>
    /// <returns>The numbers and the report, or an error where the file cannot be read.</returns>
    public static Fin<LoadedWeights<T>> Load<T>(string path, Parameters<T> parameters, State<T> state, Func<string, string>? rename = null) where T : struct, IFloatingPointIeee754<T> =>
        Safetensors.ReadFile(path).Map(file => Load(file, parameters, state, rename ?? (name => name)));

    /// <summary>
    /// A renaming by pairs: a name, or its beginning up to a dot, becomes another. <c>Names(("0", "dense1"), ("bn.running_mean", "batchnorm1.mean"))</c>
    /// makes <c>dense1.weight</c> of <c>0.weight</c>. Of several that fit the longest holds; a name that none fits stays.
    /// </summary>
    public static Func<string, string> Names(params ReadOnlySpan<(string From, string To)> pairs)
    {
        var ordered = pairs.ToArray().OrderByDescending(pair => pair.From.Length).ToArray();
        return name =>
        {
            foreach (var (from, to) in ordered)
                if (name == from || (name.StartsWith(from, StringComparison.Ordinal) && name[from.Length] == '.')) return to + name[from.Length..];
            return name;
        };
    }

    private static LoadedWeights<T> Load<T>(SafetensorsFile file, Parameters<T> parameters, State<T> state, Func<string, string> rename) where T : struct, IFloatingPointIeee754<T>
    {
        var (weights, statistics) = (Copy(parameters.Values), Copy(state.Values));
        var places = parameters.Layout.Entries.Map(entry => (Entry: entry, Into: weights)).Concat(state.Layout.Entries.Map(entry => (Entry: entry, Into: statistics)))
            .ToDictionary(pair => pair.Entry.Name);
        var found = new Dictionary<string, WeightEntry>();
        var left = new List<WeightEntry>();
        foreach (var tensor in file.Tensors.OrderBy(tensor => tensor.Name, StoredText.Order))
        {
            string name = rename(tensor.Name);
            if (!places.ContainsKey(name) && name.StartsWith(StatePrefix, StringComparison.Ordinal)) name = name[StatePrefix.Length..];
            if (!places.TryGetValue(name, out var place)) left.Add(new(WeightOutcome.Unexpected, null, tensor.Name, Unknown(tensor, name, places.Values.Select(pair => pair.Entry))));
            else if (found.TryGetValue(name, out var earlier)) left.Add(new(WeightOutcome.Unexpected, null, tensor.Name, $"{name} stands for {StoredText.Quote(earlier.Tensor!)} already"));
            else found.Add(name, Put(tensor, place.Entry, place.Into));
        }
        var lines = places.Values.Select(pair => found.GetValueOrDefault(pair.Entry.Name) ?? new(
            WeightOutcome.Missing, pair.Entry.Name, null, $"{pair.Entry.Shape}: no tensor of that name in the file")).Concat(left);
        return new(parameters with { Values = Tensor(weights) }, state with { Values = Tensor(statistics) }, new(Prelude.toSeq(lines).Strict()));

        static T[] Copy(Tensor<T> values) => values.ToArray();

        static Tensor<T> Tensor(T[] values) => new(values, 0, [values.Length]);
    }

    private static WeightEntry Put<T>(StoredTensor tensor, LayoutEntry entry, T[] into) where T : struct, IFloatingPointIeee754<T>
    {
        string shape = StoredText.List(tensor.Shape);
        if (!Fits(tensor, entry.Shape))
            return new(WeightOutcome.WrongShape, entry.Name, tensor.Name, $"given {shape}, needed {entry.Shape}{(Fits(tensor, [.. entry.Shape.Reverse()]) ? ": a transposed matrix, in × out?" : "")}");
        return tensor.Values<T>().Match(
            values =>
            {
                values.CopyTo(into, entry.Offset);
                return new WeightEntry(WeightOutcome.Loaded, entry.Name, tensor.Name, $"{tensor.Dtype.Code()} {shape}");
            },
            _ => new WeightEntry(WeightOutcome.WrongType, entry.Name, tensor.Name, $"given {tensor.Dtype.Code()}, needed F64, F32, F16 or BF16"));
    }

    private static string Unknown(StoredTensor tensor, string name, IEnumerable<LayoutEntry> entries)
    {
        string[] alike = [.. entries.Where(entry => Fits(tensor, entry.Shape)).Select(entry => entry.Name).Take(3)];
        return $"{StoredText.List(tensor.Shape)}: the network has no {StoredText.Quote(name)}{(alike.Length == 0 ? "" : $"; of that shape it has {string.Join(", ", alike)}")}";
    }

    private static bool Fits(StoredTensor tensor, Shape shape) => tensor.Shape.SequenceEqual(shape.Select(size => (long)size));
}
