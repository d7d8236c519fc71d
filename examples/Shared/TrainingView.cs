using System.Diagnostics;
using System.Globalization;
using Functional.Facade;
using Spectre.Console;

namespace SharedExample;

/// <summary>Training shown in the terminal: epoch, batch, loss, accuracy, examples a second and time left; elsewhere a plain line for some epochs.</summary>
internal static class TrainingView
{
    /// <summary>Goes through a run and gives its epochs.</summary>
    /// <param name="start">Starts the run; progress goes to its argument.</param>
    /// <param name="epochs">How many epochs it has.</param>
    /// <param name="examples">How many examples it learns from in each.</param>
    /// <param name="accuracy">An epoch's accuracy on examples that it does not learn from; measuring it is not counted as training.</param>
    /// <param name="every">A line for every so many epochs.</param>
    public static IReadOnlyList<Epoch> Run(Func<IProgress<TrainingProgress>, IEnumerable<Epoch>> start, int epochs, int examples, Func<Epoch, double> accuracy, int every = 1)
    {
        var (clock, share, read) = (new Stopwatch(), double.NaN, new List<Epoch>());
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected) return Read(Console.WriteLine, new Now(_ => { }));
        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("training", maxValue: epochs);
                return Read(AnsiConsole.WriteLine, new Now(at =>
                {
                    task.Value = at.Epoch - 1 + at.Step / (double)at.Steps;
                    task.Description = string.Create(CultureInfo.InvariantCulture,
                        $"epoch {at.Epoch,2}/{at.Epochs}, batch {at.Step,3}/{at.Steps}, loss {at.Loss:F4}, held out {share,7:P2}, {Rate(task.Value),6:N0} examples/s");
                }));
            });

        IReadOnlyList<Epoch> Read(Action<string> line, IProgress<TrainingProgress> progress)
        {
            clock.Start();
            foreach (var epoch in start(progress))
            {
                clock.Stop();
                read.Add(epoch);
                share = accuracy(epoch);
                if (epoch.Number % every == 0 || epoch.Number == 1 || epoch.Number == epochs)
                    line(string.Create(CultureInfo.InvariantCulture,
                        $"epoch {epoch.Number,2} of {epochs}, loss {epoch.Loss:F4}, accuracy {share:P2}, {Rate(epoch.Number):N0} examples/s, {clock.Elapsed.TotalSeconds:F1} s of training"));
                clock.Start();
            }
            return read;
        }

        double Rate(double learned) => learned * examples / clock.Elapsed.TotalSeconds;
    }

    // Progress<T> of the base library reports on another thread, later; a bar should be where the training is.
    private sealed class Now(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
