using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Functional.Facade;

/// <summary>
/// What training measures of itself, for whoever listens: a <see cref="Meter"/> and an <see cref="ActivitySource"/>, both called <see cref="Name"/>. Names and
/// units follow OpenTelemetry's conventions and stand in <c>docs/observing.md</c>. Where nobody listens nothing is measured, and nothing allocated.
/// </summary>
public static class Telemetry
{
    /// <summary>The name of the meter and of the source of activities, to subscribe by: <c>Functional</c>.</summary>
    public const string Name = "Functional";

    /// <summary>The tag that every measurement carries: <see cref="TrainingOptions.Name"/>.</summary>
    internal const string RunName = "functional.run.name";

    private static readonly string? s_version = typeof(Telemetry).Assembly.GetName().Version?.ToString(3);

    private static readonly Meter s_meter = new(Name, s_version);

    /// <summary>Runs and their epochs.</summary>
    internal static ActivitySource Activities { get; } = new(Name, s_version);

    internal static Counter<long> Steps { get; } = s_meter.CreateCounter<long>("functional.training.steps", "{step}", "Steps of training.");

    internal static Counter<long> Examples { get; } = s_meter.CreateCounter<long>("functional.training.examples", "{example}", "Examples learned from.");

    internal static Counter<long> Epochs { get; } = s_meter.CreateCounter<long>("functional.training.epochs", "{epoch}", "Epochs finished.");

    internal static Histogram<double> StepDuration { get; } = Histogram(
        "functional.training.step.duration", "s", "How long a step takes.", [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]);

    internal static Histogram<double> Rate { get; } = Histogram(
        "functional.training.rate", "{example}/s", "Examples learned from in a second, of each epoch, without measuring and writing.",
        [100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6]);

    internal static Histogram<double> Loss { get; } = Histogram(
        "functional.training.loss", "1", "The loss of each step's batch.", [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]);

    internal static Histogram<double> GradientNorm { get; } = Histogram(
        "functional.training.gradient.norm", "1", "The Euclidean norm of each step's gradient, before any clipping.",
        [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]);

    // Boundaries for who does not bring his own: the usual ones of collectors are for milliseconds.
    private static Histogram<double> Histogram(string name, string unit, string description, double[] boundaries) =>
        s_meter.CreateHistogram(name, unit, description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries });
}
