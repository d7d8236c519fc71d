using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core.Storage;

/// <summary>What a model does with data around its network, as metadata of its file: transforms and columns. Nothing of a file is trusted.</summary>
internal static class ModelData
{
    private const string Inputs = "transform.inputs", Targets = "transform.targets", Table = "columns";

    /// <summary>The metadata of a model.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Write<T>(StoredModel<T> model) where T : struct, IFloatingPointIeee754<T>
    {
        if (model.Inputs is not null) yield return new(Inputs, Json(model.Inputs));
        if (model.Targets is not null) yield return new(Targets, Json(model.Targets));
        if (model.Columns is not null) yield return new(Table, Json(model.Columns));

        static string Json<A>(A value) => JsonSerializer.Serialize(value, LayerRegistry.Default.Options);
    }

    /// <summary>A model with what the metadata say, or what is wrong in them.</summary>
    public static Fin<StoredModel<T>> Read<T>(ImmutableSortedDictionary<string, string> metadata, StoredModel<T> model) where T : struct, IFloatingPointIeee754<T> =>
        from inputs in Read<FittedTransform>(metadata, Inputs)
        from targets in Read<FittedTransform>(metadata, Targets)
        from columns in Read<Columns>(metadata, Table)
        from whole in Checked(model with
        {
            Inputs = inputs.MatchUnsafe(value => value, () => null),
            Targets = targets.MatchUnsafe(value => value, () => null),
            Columns = columns.MatchUnsafe(value => value, () => null),
        })
        select whole;

    /// <summary>The model, or what in it does not belong together.</summary>
    public static Fin<StoredModel<T>> Checked<T>(StoredModel<T> model) where T : struct, IFloatingPointIeee754<T>
    {
        var network = model.Network;
        long input = network.Inputs.Count == 1 ? network.Inputs[0].Shape.LongSize : -1, output = network.OutputCount == 1 ? network.OutputShapes[0].LongSize : -1;
        var fault =
            Misfit(Inputs, model.Inputs, model.Inputs?.Problem, model.Inputs is { Problem: null } inputs ? inputs.Width : 0, "input", input)
            ?? Misfit(Targets, model.Targets, model.Targets?.Problem, model.Targets is { Problem: null } targets ? targets.Width : 0, "output", output)
            ?? Misfit(Table, model.Columns, model.Columns?.Problem, model.Columns is { Problem: null } columns ? columns.Width : 0, "input", input)
            ?? (model.Columns is { Targets.IsEmpty: false } table ? Misfit(Table, table, null, table.TargetWidth, "output", output) : null);
        return fault is null ? model : fault;
    }

    private static Fault? Misfit(string key, object? value, Fault? problem, long width, string end, long needed) =>
        value is null ? null
        : problem is not null ? problem.At(key)
        : needed < 0 ? new Fault("a network of several inputs or outputs", $"one {end}", null, key)
        : width != needed ? new Fault($"{width} columns", $"{needed}, the size of the network's {end}", null, key)
        : null;

    private static Fin<Option<A>> Read<A>(ImmutableSortedDictionary<string, string> metadata, string key) where A : class
    {
        if (!metadata.TryGetValue(key, out string? json)) return FinSucc(Option<A>.None);
        try
        {
            return JsonSerializer.Deserialize<A>(json, LayerRegistry.Default.Options) is { } value ? Some(value) : new Fault("null", "an object", null, key);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or ArgumentException or OverflowException)
        {
            return new Fault(error.Message.Split('\n')[0], "what this library wrote there", null, key);
        }
    }
}
