using System.Diagnostics.Metrics;
using Functional.Core;
using Functional.Facade;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests.Documentation;

/// <summary>What docs/observing.md shows, run.</summary>
[Collection("telemetry")]
public sealed class ObservingExamples : IDisposable
{
    private static readonly Examples s_all = Examples.Labelled(
        [.. Enumerable.Range(0, 60).Select(i => new[] { MathF.Sin(i), MathF.Cos(i * 2) })], [.. Enumerable.Range(0, 60).Select(i => MathF.Sin(i) > 0 ? 1 : 0)], classes: 2);

    private readonly string _folder = Directory.CreateTempSubdirectory("functional").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Progress_epochs_listeners_and_a_report()
    {
        var (training, heldOut) = s_all.Split(part: 0.25, seed: 1);
        var model = Model.Create(Input(2) >> Dense(8) >> Tanh >> Dense(2), 1);
        var logger = NullLogger.Instance;
        string page = Path.Combine(_folder, "page.html");
        var lines = new List<string>();
        double bar = 0;

        var options = new TrainingOptions
        {
            Name = "moons",                                             // what the run is called in logs, measurements, activities and its report
            Epochs = 5,
            Validation = heldOut,
            Logger = logger,
            Progress = new Progress<TrainingProgress>(at => bar = at.Step / (double)at.Steps),
        };

        foreach (var epoch in model.Train(training, options).Take(options.Epochs))
            lines.Add($"epoch {epoch.Number}: loss {epoch.Loss:F3}, held out {epoch.Validation!.Accuracy:P1}, gradient {epoch.State.GradientNorm:G3}, rate {epoch.State.Rate}");

        Assert.Equal(5, lines.Count);

        long steps = 0;
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Meter.Name == Telemetry.Name) self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) => { if (instrument.Name == "functional.training.steps" && tags[0].Value is "moons") steps += count; });
        listener.Start();

        model.Fit(training, options);

        Assert.Equal(5 * 2, steps);

        var epochs = model.Train(training, options).Take(options.Epochs);

        TrainingReport.Of(epochs, heldOut, options, training).SaveHtml(page);

        Assert.Contains("<h1>moons</h1>", File.ReadAllText(page), StringComparison.Ordinal);
    }
}
