using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>What was measured on a set of examples.</summary>
/// <param name="Loss">The objective's error, reduced over the whole set.</param>
/// <param name="Values">The metrics by name.</param>
public sealed record Measures(double Loss, HashMap<string, double> Values)
{
    /// <summary>A metric by its name.</summary>
    /// <exception cref="KeyNotFoundException">It was not measured; the message lists those that were.</exception>
    public double this[string metric] => Values.Find(metric).IfNone(() =>
        throw new KeyNotFoundException($"'{metric}' was not measured; there are {string.Join(", ", Values.Keys.Order(StringComparer.Ordinal))}."));

    /// <summary>Loss and metrics on one line.</summary>
    public override string ToString() =>
        string.Join(", ", Values.AsEnumerable().OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value:G6}").Prepend($"loss {Loss:G6}"));
}

/// <summary>Examples to measure by, and what to measure on them beside the loss.</summary>
/// <param name="Data">The examples.</param>
/// <param name="Metrics">Of the network's first output and its target.</param>
public sealed record MeasuredSet<T>(Batch<T> Data, params IReadOnlyList<Metric<T>> Metrics) where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>How many examples go through the network at a time.</summary>
    public int BatchSize { get; init; } = 1024;
}

/// <summary>Measuring as a pure function of the parameters.</summary>
public static class Measuring
{
    /// <summary>The loss and metrics in inference mode, batch by batch, so that memory stays bounded.</summary>
    /// <param name="objective">What the loss is.</param>
    /// <param name="parameters">w.</param>
    /// <param name="state">Running statistics of the layers.</param>
    /// <param name="set">The examples and metrics.</param>
    public static Fin<Measures> Measure<T>(this Objective objective, Parameters<T> parameters, State<T> state, MeasuredSet<T> set)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (EpochOrder.Mismatch(set.Data) is { } fault) return fault;
        if (set.BatchSize < 1) return new Fault($"batch size {set.BatchSize}", "at least 1", null, "measuring");
        double[] losses = new double[objective.Losses.Count], weights = new double[objective.Losses.Count];
        var tallies = set.Metrics.Select(metric => metric.Start()).ToArray();
        for (int start = 0; start < set.Data.Size; start += set.BatchSize)
        {
            int count = Math.Min(set.BatchSize, set.Data.Size - start);
            Tensors<T> inputs = [.. set.Data.Inputs.Select(tensor => tensor.Slice(start, count))], targets = [.. set.Data.Targets.Select(tensor => tensor.Slice(start, count))];
            var ran = Region.Run(() => objective.Combined.Forward(parameters, inputs.Append(targets), new Step<T>(state)).Map(outputs =>
            {
                for (int i = 0; i < losses.Length; i++)
                {
                    foreach (T loss in outputs[i].Span) losses[i] += double.CreateChecked(loss);
                    weights[i] += 1 / double.CreateChecked(objective.Weight(i, count, targets));
                }
                return tallies.Length > 0 ? outputs[losses.Length] : default;
            }));
            if (ran.Case is LanguageExt.Common.Error error) return error;
            // Outside of the region, since a tally may keep what it is shown.
            for (int i = 0; i < tallies.Length; i++) tallies[i] = tallies[i].Add(ran.ThrowIfFail(), targets[0]);
        }
        double total = losses.Select((loss, i) => objective.Losses[i].Reduction == Reduction.Sum ? loss : loss / weights[i]).Sum()
            + double.CreateChecked(objective.Penalties.Value(parameters));
        return new Measures(total, toHashMap(set.Metrics.Select((metric, i) => (metric.Name, tallies[i].Value))));
    }

    /// <summary>A state at the end of an epoch with what is measured then.</summary>
    internal static Fin<TrainingState<T>> Measured<T>(this Objective objective, TrainingState<T> state, MeasuredSet<T>? validation, MeasuredSet<T>? training)
        where T : struct, IFloatingPointIeee754<T>
    {
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        // Not Fin<Measures?>, which takes no null for a value.
        Fin<Option<Measures>> On(MeasuredSet<T>? set) =>
            set is null ? FinSucc(Option<Measures>.None) : objective.Measure(state.Parameters, state.State, set).Map(Option<Measures>.Some);
        return from held in On(validation)
               from seen in On(training)
               select state.With(
                   held.MatchUnsafe(measures => measures, () => null), seen.MatchUnsafe(measures => measures, () => null), System.Diagnostics.Stopwatch.GetElapsedTime(began));
    }

    internal static TrainingState<T> With<T>(this TrainingState<T> state, Measures? validation, Measures? training, TimeSpan elapsed)
        where T : struct, IFloatingPointIeee754<T> => state with
        {
            Validation = validation,
            Training = training,
            History = state.History.Init.Add(state.History.Last with { Validation = validation?.Loss ?? double.NaN }).Strict(),
            Elapsed = state.Elapsed + elapsed,
        };
}
