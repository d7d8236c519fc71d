using System.Diagnostics;
using System.Globalization;
using Functional.Facade;
using Spectre.Console;

namespace SharedExample;

/// <summary>Training shown in the terminal: epoch, batch, loss, accuracy, examples a second and time left; elsewhere a plain line for some epochs.</summary>
internal static class TrainingView
{
    /// <summary>Goes through a run and gives its last epoch.</summary>
    /// <param name="start">Starts the run; progress goes to its argument.</param>
    /// <param name="epochs">How many epochs it has.</param>
    /// <param name="examples">How many examples it learns from in each.</param>
    /// <param name="accuracy">An epoch's accuracy, where there is one to show; not counted as training time.</param>
    /// <param name="every">On what is no terminal, a line for every so many epochs.</param>
    public static Epoch Run(Func<IProgress<TrainingProgress>, IEnumerable<Epoch>> start, int epochs, int examples, Func<Epoch, double?>? accuracy = null, int every = 1)
    {
        accuracy ??= epoch => epoch.Validation is { } held && !double.IsNaN(held.Accuracy) ? held.Accuracy : null;
        var clock = new Stopwatch();
        string Line(Epoch epoch) => string.Create(CultureInfo.InvariantCulture,
            $"epoch {epoch.Number,2} of {epochs}, loss {epoch.Loss:F4}{(accuracy(epoch) is { } share ? $", accuracy {share:P2}" : "")}, {epoch.Number * (double)examples / clock.Elapsed.TotalSeconds:N0} examples/s, {clock.Elapsed.TotalSeconds:F1} s");

        Epoch Last(Action<Epoch, string> ended, IProgress<TrainingProgress> progress)
        {
            Epoch last = null!;
            clock.Start();
            foreach (var epoch in start(progress))
            {
                clock.Stop();
                last = epoch;
                if (epoch.Number % every == 0 || epoch.Number == 1 || epoch.Number == epochs) ended(epoch, Line(epoch));
                clock.Start();
            }
            return last;
        }

        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected) return Last((_, line) => Console.WriteLine(line), new Now(_ => { }));
        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("training", maxValue: epochs);
                string known = "";
                return Last(
                    (epoch, line) =>
                    {
                        known = accuracy(epoch) is { } share ? string.Create(CultureInfo.InvariantCulture, $", accuracy {share:P1}") : "";
                        AnsiConsole.WriteLine(line);
                    },
                    new Now(at =>
                    {
                        task.Value = at.Epoch - 1 + at.Step / (double)at.Steps;
                        task.Description = string.Create(CultureInfo.InvariantCulture,
                            $"epoch {at.Epoch}, batch {at.Step} of {at.Steps}, loss {at.Loss:F3}{known}, {task.Value * examples / clock.Elapsed.TotalSeconds:N0} examples/s");
                    }));
            });
    }

    // Progress<T> of the base library reports on another thread, later; a bar should be where the training is.
    private sealed class Now(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
