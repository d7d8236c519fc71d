using System.Diagnostics;
using Functional.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Functional.Facade;

/// <summary>Tells logger, meter and activities of one run. It only looks on: with or without listeners a run gives the same bits.</summary>
internal sealed class TrainingWatch : IDisposable
{
    private readonly string _name;
    private readonly TrainingOptions _options;
    private readonly ILogger _log;
    private readonly KeyValuePair<string, object?> _tag;
    private readonly Activity? _run;
    private readonly bool _times;
    private long _stepBegan;
    private int _learned;
    private TimeSpan _learning;

    /// <summary>Begins to look on.</summary>
    /// <param name="options">Of the run.</param>
    /// <param name="state">Where the run begins.</param>
    /// <param name="examples">How many examples it learns from; 0 where nobody knows, as of a set in pieces.</param>
    /// <param name="isResumed">Whether it goes on from its checkpoint.</param>
    public TrainingWatch(TrainingOptions options, TrainingState<float> state, int examples, bool isResumed)
    {
        (_options, _name, _log) = (options, options.Name, options.Logger ?? NullLogger.Instance);
        _tag = new(Telemetry.RunName, _name);
        _times = Telemetry.StepDuration.Enabled;
        if (isResumed) _log.Resumed(_name, options.Checkpoint!, state.Step, state.Epoch + 1);
        else _log.Started(_name, state.Parameters.Layout.Size, examples, new Batching(options.BatchSize, options.DropsLastBatch).Count(examples));

        // A run lasts while its reader does other things between two epochs, so it is not the current activity of that.
        var outer = Activity.Current;
        _run = Telemetry.Activities.StartActivity("functional.train");
        if (_run is null) return;
        Activity.Current = outer;
        _run.SetTag(Telemetry.RunName, _name).SetTag("functional.parameters", state.Parameters.Layout.Size).SetTag("functional.examples", examples)
            .SetTag("functional.batch.size", options.BatchSize).SetTag("functional.resumed", isResumed);
    }

    /// <summary>Whether anyone wants the gradient's norm of every step.</summary>
    public static bool TakesNorms => Telemetry.GradientNorm.Enabled;

    /// <summary>An epoch, or the rest of one.</summary>
    public Epoch During(TrainingState<float> before, Func<Epoch> learn)
    {
        var (outer, activity) = Enter(before);
        try
        {
            var epoch = learn();
            Finished(epoch, activity);
            return epoch;
        }
        catch (Exception error)
        {
            Failed(error, before.Epoch + 1, activity);
            throw;
        }
        finally
        {
            Leave(outer, activity);
        }
    }

    /// <summary>The same where it waits for its examples.</summary>
    public async Task<Epoch> DuringAsync(TrainingState<float> before, Func<Task<Epoch>> learn)
    {
        var (outer, activity) = Enter(before);
        try
        {
            var epoch = await learn().ConfigureAwait(false);
            Finished(epoch, activity);
            return epoch;
        }
        catch (Exception error)
        {
            Failed(error, before.Epoch + 1, activity);
            throw;
        }
        finally
        {
            Leave(outer, activity);
        }
    }

    /// <summary>Steps are about to be made.</summary>
    public long Begin() => _stepBegan = Stopwatch.GetTimestamp();

    /// <summary>A step was made.</summary>
    /// <param name="loss">Of its batch.</param>
    /// <param name="examples">How many the batch has.</param>
    /// <param name="norm">The gradient's, where it was taken.</param>
    public void Step(float loss, int examples, double norm)
    {
        if (_times) Telemetry.StepDuration.Record(Stopwatch.GetElapsedTime(_stepBegan).TotalSeconds, _tag);
        Telemetry.Steps.Add(1, _tag);
        Telemetry.Examples.Add(examples, _tag);
        Telemetry.Loss.Record(loss, _tag);
        if (!double.IsNaN(norm)) Telemetry.GradientNorm.Record(norm, _tag);
        _learned += examples;
    }

    /// <summary>The next step begins: what was done since the last one, such as reporting progress, is not its own.</summary>
    public void Next()
    {
        if (_times) _stepBegan = Stopwatch.GetTimestamp();
    }

    /// <summary>The steps were made that had begun then.</summary>
    public void Learned(long began) => _learning = Stopwatch.GetElapsedTime(began);

    /// <summary>A checkpoint was written.</summary>
    public void Written(TrainingState<float> state, string path) => _log.Written(_name, state.Step, state.Position.Examples > 0 ? state.Epoch + 1 : state.Epoch, path);

    /// <summary>The run has ended, or is no longer read.</summary>
    public void Dispose()
    {
        if (_run is null) return;
        var outer = Activity.Current;
        _run.Dispose();
        Activity.Current = outer;
    }

    private (Activity? Outer, Activity? Epoch) Enter(TrainingState<float> before)
    {
        var outer = _run is null ? null : Activity.Current;
        if (_run is not null) Activity.Current = _run;
        (_learned, _learning) = (0, default);
        return (outer, Telemetry.Activities.StartActivity("functional.epoch")?.SetTag(Telemetry.RunName, _name).SetTag("functional.epoch", before.Epoch + 1));
    }

    private void Leave(Activity? outer, Activity? activity)
    {
        activity?.Dispose();
        if (_run is not null) Activity.Current = outer;
    }

    private void Finished(Epoch epoch, Activity? activity)
    {
        double rate = _learned / Math.Max(_learning.TotalSeconds, 1e-9);
        Telemetry.Epochs.Add(1, _tag);
        Telemetry.Rate.Record(rate, _tag);
        if (epoch.Validation is { } measured) _log.Measured(_name, epoch.Number, _options.Epochs, epoch.Loss, measured.Loss, measured.Accuracy, rate);
        else _log.Epoch(_name, epoch.Number, _options.Epochs, epoch.Loss, rate);
        if (activity?.IsAllDataRequested != true) return;
        activity.SetTag("functional.step", epoch.State.Step).SetTag("functional.examples", _learned).SetTag("functional.loss", (double)epoch.Loss).SetTag("functional.gradient.norm", epoch.State.GradientNorm).SetTag("functional.learning.rate", epoch.State.Rate);
        if (epoch.Validation is not { } validation) return;
        activity.SetTag("functional.validation.loss", (double)validation.Loss);
        if (!validation.Labels.IsEmpty) activity.SetTag("functional.validation.accuracy", validation.Accuracy);
    }

    private void Failed(Exception error, int epoch, Activity? activity)
    {
        bool isCancelled = error is OperationCanceledException;
        if (isCancelled) _log.Cancelled(_name, epoch);
        else if (error is DivergenceException) _log.Diverged(_name, error.Message);
        foreach (var each in new[] { activity, _run })
        {
            if (each is null) continue;
            if (isCancelled) each.SetTag("functional.cancelled", true);
            else each.SetTag("error.type", error.GetType().FullName).SetStatus(ActivityStatusCode.Error, error.Message);
        }
    }
}
