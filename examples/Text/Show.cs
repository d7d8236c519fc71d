using System.Diagnostics;
using System.Globalization;
using Functional.Core;
using Spectre.Console;

namespace TextExample;

/// <summary>What the program shows in the terminal.</summary>
internal static class Show
{
    /// <summary>Goes through a run up to some time, with a progress bar on a terminal, and writes a line for every measurement; gives the last state.</summary>
    public static TrainingState<float> Training(IEnumerable<TrainingState<float>> states, int steps, TimeSpan limit)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected) return Last(states, limit, Console.WriteLine, _ => { });
        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("training", maxValue: steps);
                return Last(states, limit, AnsiConsole.WriteLine, state =>
                {
                    task.Value = state.Step;
                    task.Description = string.Create(CultureInfo.InvariantCulture, $"loss {state.Loss:F3}");
                });
            });
    }

    private static TrainingState<float> Last(IEnumerable<TrainingState<float>> states, TimeSpan limit, Action<string> line, Action<TrainingState<float>> seen)
    {
        var clock = Stopwatch.StartNew();
        TrainingState<float> last = null!;
        foreach (var state in states)
        {
            seen(last = state);
            if (state.Validation is { } held)
                line(string.Create(CultureInfo.InvariantCulture, $"step {state.Step,5}, held-out loss {held.Loss:F3} nats a character, {state.Elapsed.TotalSeconds:F0} s of training"));
            if (clock.Elapsed > limit) break;
        }
        return last;
    }
}
