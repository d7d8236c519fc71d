using System.Diagnostics;
using System.Globalization;
using System.Text;
using Functional.Facade;
using Spectre.Console;

namespace DigitsExample;

/// <summary>What the program shows in the terminal.</summary>
internal static class Show
{
    private const string Shades = " .:-=+*#%@";

    /// <summary>Trains, with a progress bar on a terminal and a line every few epochs elsewhere.</summary>
    public static (IReadOnlyList<Epoch> Epochs, Examples HeldOut) Training(DigitsTraining training, ulong key)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            var (epochs, heldOut) = training.Start(key);
            var read = new List<Epoch>();
            foreach (var epoch in epochs)
            {
                read.Add(epoch);
                if (epoch.Number % 5 == 0 || epoch.Number == 1) Console.WriteLine(Line(training, epoch));
            }
            return (read, heldOut);
        }
        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("training", maxValue: training.Epochs);
                var (watch, steps, accuracy) = (Stopwatch.StartNew(), 0, double.NaN);
                var (epochs, heldOut) = training.Start(key, new Now(at =>
                {
                    double rate = ++steps * training.Options(key).BatchSize / watch.Elapsed.TotalSeconds;
                    task.Description = string.Create(CultureInfo.InvariantCulture, $"epoch {at.Epoch,2}/{at.Epochs}, batch {at.Step,2}/{at.Steps}, loss {at.Loss:F4}, held out {accuracy,7:P2}, {rate,6:N0} digits/s");
                    task.Value = at.Epoch - 1 + at.Step / (double)at.Steps;
                }));
                var read = new List<Epoch>();
                foreach (var epoch in epochs)
                {
                    read.Add(epoch);
                    accuracy = epoch.Model.Evaluate(heldOut).Accuracy;
                }
                return ((IReadOnlyList<Epoch>)read, heldOut);
            });
    }

    /// <summary>The confusion matrix: a row for each digit, a column for each prediction.</summary>
    public static void Confusion(Evaluation evaluation)
    {
        var counts = evaluation.ConfusionMatrix();
        var table = new Table().Border(TableBorder.Simple).Title("Confusion matrix: digits down, predictions across");
        table.AddColumn("");
        for (int digit = 0; digit < 10; digit++) table.AddColumn(new TableColumn($"{digit}").RightAligned());
        for (int digit = 0; digit < 10; digit++)
            table.AddRow([$"{digit}", .. Enumerable.Range(0, 10).Select(guess => Cell(counts[digit, guess], digit == guess))]);
        AnsiConsole.Write(table);
    }

    /// <summary>A few digits that the model took for others, drawn side by side.</summary>
    public static void Mistakes(Examples heldOut, Evaluation evaluation, int most)
    {
        int[] wrong = [.. evaluation.Mistakes.Take(most)];
        AnsiConsole.WriteLine(wrong.Length == 0 ? "No digit was misread." : $"{evaluation.Mistakes.Length} misread; {(wrong.Length == evaluation.Mistakes.Length ? "here they are" : $"{wrong.Length} of them")}:");
        if (wrong.Length == 0) return;
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine("  " + string.Concat(wrong.Select(i => $"{evaluation.Labels[i]} read as {evaluation.Predictions[i]}".PadRight(20))).TrimEnd());
        for (int row = 0; row < 8; row++)
        {
            var line = new StringBuilder("  ");
            foreach (int i in wrong)
            {
                foreach (float pixel in heldOut.Inputs.Example(i).Span.Slice(row * 8, 8)) line.Append(Shades[(int)(pixel * 9.99f)], 2);
                line.Append("    ");
            }
            AnsiConsole.WriteLine(line.ToString().TrimEnd());
        }
        AnsiConsole.WriteLine();
    }

    private static string Line(DigitsTraining training, Epoch epoch) => string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Number,2} of {training.Epochs}, loss {epoch.Loss:F4}");

    private static string Cell(int count, bool right) => count == 0 ? "[grey]·[/]" : right ? $"[green]{count}[/]" : $"[red]{count}[/]";

    // Progress<T> of the base library reports on another thread, later; a bar should be where the training is.
    private sealed class Now(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
