using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using LanguageExt;
using LanguageExt.Common;
using static LanguageExt.Prelude;

namespace Functional.Core.Storage;

/// <summary>
/// A training state as one safetensors file: weights, running statistics and the optimizer's buffers as flat tensors, everything else as metadata.
/// Laws: load after save is the identity, bit for bit; writing is atomic, so a run that is killed leaves the old file or the new one.
/// </summary>
public static class TrainingFile
{
    private const string Format = "functional-training", Version = "1", Run = "training", Parameters = "parameters", State = "state", SlotPrefix = "optimizer/";

    private static readonly JsonSerializerOptions s_options = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Writes a state; on failure an older file of that name stays whole.</summary>
    /// <param name="path">Where it shall lie.</param>
    /// <param name="state">The state.</param>
    public static Fin<Unit> Save<T>(string path, TrainingState<T> state) where T : struct, IFloatingPointIeee754<T> =>
        from tensors in toSeq(Buffers(state).Select(buffer => StoredTensor.From(buffer.Name, [buffer.Values.Size], buffer.Values.Span))).Sequence()
        from file in SafetensorsFile.Of(tensors, [
            new("format", Format), new("version", Version), new(Run, JsonSerializer.Serialize(Written(state), s_options))])
        from written in Safetensors.WriteFile(path, file)
        select written;

    /// <summary>Reads a state of an objective's run. Nothing of the file is trusted; that it was another network's is said with the first difference.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="objective">What the run minimised.</param>
    public static Fin<TrainingState<T>> Load<T>(string path, Objective objective) where T : struct, IFloatingPointIeee754<T> =>
        FileAccessError.In(path, Safetensors.ReadFile(path).Bind(file =>
            from run in Read(file)
            from known in Same("parameters", Described(objective.Combined.Layout), run.Parameters)
            from kept in Same("running statistics", Described(objective.Combined.StateLayout), run.State)
            from parameters in Numbers<T>(file, Parameters, objective.Combined.Layout.Size)
            from state in Numbers<T>(file, State, objective.Combined.StateLayout.Size)
            from slots in toSeq(Enumerable.Range(0, run.Slots)).Map(i => Numbers<T>(file, $"{SlotPrefix}{i}", objective.Combined.Layout.Size)).Sequence()
            from none in file.Tensors.Length == run.Slots + 2 ? Fin<Unit>.Succ(unit) : Error.New($"{file.Tensors.Length} tensors, needed {run.Slots + 2}.")
            select new TrainingState<T>(
                new(objective.Combined.Layout, parameters), new(objective.Combined.StateLayout, state), new(run.OptimizerSteps, Tensors.Of<T>([.. slots])),
                new Key(run.Key), run.Epoch, run.Step, T.CreateSaturating(run.Loss))
            {
                Position = new(run.Examples, run.LossSum),
                Rate = run.Rate,
                GradientNorm = run.GradientNorm,
                Training = Measured(run.Training),
                Validation = Measured(run.Validation),
                Elapsed = new TimeSpan(run.Elapsed),
                History = toSeq(run.History.Select((losses, i) => new EpochSummary(i + 1, losses[0], losses[1]))).Strict(),
            }));

    private static IEnumerable<(string Name, Tensor<T> Values)> Buffers<T>(TrainingState<T> state) where T : struct, IFloatingPointIeee754<T> =>
        state.Optimizer.Slots.Select((slot, i) => ($"{SlotPrefix}{i}", slot)).Prepend((State, state.State.Values)).Prepend((Parameters, state.Parameters.Values));

    private static Stored Written<T>(TrainingState<T> state) where T : struct, IFloatingPointIeee754<T> => new(
        Described(state.Parameters.Layout), Described(state.State.Layout), state.Optimizer.Slots.Count, state.Optimizer.Step, state.Key.Seed, state.Epoch, state.Step,
        double.CreateChecked(state.Loss), state.Position.Examples, state.Position.LossSum, state.Rate, state.GradientNorm, Values(state.Training), Values(state.Validation),
        [.. state.History.Select(epoch => new[] { epoch.Loss, epoch.Validation })], state.Elapsed.Ticks);

    private static Fin<Stored> Read(SafetensorsFile file)
    {
        if (file.Metadata.GetValueOrDefault("format") != Format || !file.Metadata.TryGetValue(Run, out string? json))
            return Error.New("a safetensors file, but not of a training state.");
        if (file.Metadata.GetValueOrDefault("version") is var version && version != Version)
            return Error.New($"training format version '{version}' was given, version '{Version}' is what this library reads.");
        try
        {
            var run = JsonSerializer.Deserialize<Stored>(json, s_options);
            return run is null || run.Slots < 0 || run.Epoch < 0 || run.Step < 0 || run.Examples < 0 || run.History.Any(losses => losses?.Length != 2)
                ? Error.New("the metadata of the training state are out of range.")
                : run;
        }
        catch (JsonException error)
        {
            return Error.New($"the metadata of the training state: {error.Message}");
        }
    }

    private static Fin<Tensor<T>> Numbers<T>(SafetensorsFile file, string name, int size) where T : struct, IFloatingPointIeee754<T> =>
        file.Find(name).Case is not StoredTensor stored ? Error.New($"there is no tensor '{name}'.")
        : stored.Shape.Length != 1 || stored.Shape[0] != size ? Error.New($"tensor '{name}' has shape {StoredText.List(stored.Shape)}, needed [{size}].")
        : stored.Dtype != StoredTensor.From<T>(name, [0], []).Map(empty => empty.Dtype).IfFail(stored.Dtype) ? Error.New($"tensor '{name}' holds {stored.Dtype.Code()}, not the numbers that this run computes with.")
        : stored.Values<T>().Map(values => Tensor.From<T>([size], values));

    private static Fin<Unit> Same(string what, string[] needed, string[] given)
    {
        int place = Enumerable.Range(0, Math.Min(needed.Length, given.Length)).FirstOrDefault(i => needed[i] != given[i], -1);
        return place >= 0 ? Error.New($"{what} of another network: {StoredText.Quote(given[place])}, needed {needed[place]}.")
            : needed.Length != given.Length ? Error.New($"{what} of another network: {given.Length} tensors, needed {needed.Length}.")
            : unit;
    }

    private static string[] Described(Layout layout) => [.. layout.Entries.Select(entry => $"{entry.Name} {entry.Shape}")];

    private static Dictionary<string, double>? Values(Measures? measures) =>
        measures is null ? null : new(measures.Values.AsEnumerable().Select(pair => KeyValuePair.Create($"metric.{pair.Key}", pair.Value)).Prepend(KeyValuePair.Create("loss", measures.Loss)));

    private static Measures? Measured(Dictionary<string, double>? values) => values is null ? null : new(
        values.GetValueOrDefault("loss", double.NaN), toHashMap(values.Where(pair => pair.Key.StartsWith("metric.", StringComparison.Ordinal)).Select(pair => (pair.Key["metric.".Length..], pair.Value))));

    private sealed record Stored(
        string[] Parameters, string[] State, int Slots, long OptimizerSteps, ulong Key, int Epoch, long Step, double Loss, int Examples, double LossSum, double Rate,
        double GradientNorm, Dictionary<string, double>? Training, Dictionary<string, double>? Validation, double[][] History, long Elapsed);
}
