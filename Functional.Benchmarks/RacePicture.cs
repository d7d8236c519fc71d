using ScottPlot;

namespace Functional.Benchmarks;

/// <summary>The ratios as bars on a logarithmic scale, with the line where both are equally fast.</summary>
internal static class RacePicture
{
    public static void Save(IReadOnlyList<Outcome> outcomes, string machine, string file)
    {
        var plot = new Plot();
        int[] threads = [.. outcomes.Select(outcome => outcome.Threads).Distinct()];
        string[] names = [.. outcomes.Select(outcome => outcome.Name).Distinct()];
        double height = 0.8 / threads.Length;
        for (int i = 0; i < threads.Length; i++)
        {
            int own = i;
            var bars = outcomes.Where(outcome => outcome.Threads == threads[own]).Select(outcome => new Bar
            {
                Position = Array.IndexOf(names, outcome.Name) - 0.4 + (own + 0.5) * height,
                Value = Math.Log2(outcome.Ratio),
                Size = height,
                FillColor = Colors.Category10[own],
                LineWidth = 0,
                Label = $"{outcome.Ratio:F2}",
            }).ToArray();
            var added = plot.Add.Bars(bars);
            added.Horizontal = true;
            added.LegendText = threads[i] == 1 ? "1 thread" : $"{threads[i]} threads";
            added.ValueLabelStyle.FontSize = 10;
        }
        plot.Add.VerticalLine(0, 1.5f, Colors.Black);
        double[] powers = [-1, 0, 1, 2, 3, 4, 5];
        plot.Axes.Bottom.SetTicks(powers, [.. powers.Select(power => $"{Math.Pow(2, power):0.##}×")]);
        plot.Axes.Left.SetTicks([.. names.Select((_, place) => (double)place)], names);
        plot.Axes.Left.TickLabelStyle.FontSize = 11;
        plot.Axes.SetLimitsY(names.Length - 0.5, -0.5);
        plot.Axes.SetLimitsX(-1.5, Math.Max(1, outcomes.Max(outcome => Math.Log2(outcome.Ratio))) + 0.6);
        plot.Title($"TorchSharp's median time / Functional's\n{machine.Split(';')[0]}", 13);
        plot.XLabel("right of 1×, Functional is faster");
        plot.ShowLegend(Alignment.LowerRight);
        plot.HideGrid();
        if (file.EndsWith(".svg", StringComparison.Ordinal)) plot.SaveSvg(file, 900, 140 + 26 * names.Length);
        else plot.SavePng(file, 900, 140 + 26 * names.Length);
    }
}
