using System.Text;
using Functional.Facade;
using Spectre.Console;

namespace DigitsExample;

/// <summary>What the program shows in the terminal.</summary>
internal static class Show
{
    private const string Shades = " .:-=+*#%@";

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

    private static string Cell(int count, bool right) => count == 0 ? "[grey]·[/]" : right ? $"[green]{count}[/]" : $"[red]{count}[/]";
}
