using System.Globalization;
using Functional.Facade;
using ScottPlot;

namespace ReportExample;

/// <summary>A training report as one picture, drawn with ScottPlot: curves, confusion matrix, misread digits, first weights and the network.</summary>
internal static class ReportPicture
{
    private const int Width = 1400, Height = 1650;

    private static readonly Color s_training = Color.FromHex("#1d4ed8"), s_heldOut = Color.FromHex("#b45309"), s_ink = Color.FromHex("#1b1e23"), s_soft = Color.FromHex("#565d67");

    // The first that the system has; where there is none of these, what the drawing library takes.
    private static readonly string s_font =
        new[] { "Segoe UI", "Helvetica Neue", "Noto Sans", "Liberation Sans", "DejaVu Sans" }.FirstOrDefault(SkiaSharp.SKFontManager.Default.FontFamilies.Contains) ?? Fonts.Default;

    private static readonly Color[] s_weights =
        [Color.FromHex("#2166ac"), Color.FromHex("#92c5de"), Color.FromHex("#f7f7f7"), Color.FromHex("#f4a582"), Color.FromHex("#b2182b")];

    /// <summary>Draws and writes it.</summary>
    public static void Save(TrainingReport report, string file)
    {
        var picture = new Multiplot();
        picture.AddPlots(6);
        picture.Layout = new ScottPlot.MultiplotLayouts.Grid(rows: 3, columns: 2);
        Loss(picture.GetPlot(0), report);
        Accuracy(picture.GetPlot(1), report);
        Confusion(picture.GetPlot(2), report);
        Mistakes(picture.GetPlot(3), report);
        Weights(picture.GetPlot(4), report);
        Network(picture.GetPlot(5), report);
        foreach (var plot in picture.Subplots.GetPlots()) plot.Font.Set(s_font);
        picture.SavePng(file, Width, Height);
    }

    private static void Loss(Plot plot, TrainingReport report)
    {
        Line(plot, report, "training", s_training, LinePattern.Solid, epoch => Math.Log10(epoch.Loss));
        Line(plot, report, "held out", s_heldOut, LinePattern.Dashed, epoch => Math.Log10(epoch.HeldOutLoss));
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            IntegerTicksOnly = true,
            LabelFormatter = power => Math.Pow(10, power).ToString("0.######", CultureInfo.InvariantCulture),
        };
        Curves(plot, $"{report.Title}: loss, logarithmic");
    }

    private static void Accuracy(Plot plot, TrainingReport report)
    {
        Line(plot, report, "training", s_training, LinePattern.Solid, epoch => 100 * epoch.Accuracy);
        Line(plot, report, "held out", s_heldOut, LinePattern.Dashed, epoch => 100 * epoch.HeldOutAccuracy);
        Curves(plot, "Accuracy, %", Alignment.LowerRight);
    }

    private static void Line(Plot plot, TrainingReport report, string name, Color colour, LinePattern pattern, Func<ReportedEpoch, double> value)
    {
        var points = report.Epochs.Select(epoch => new Coordinates(epoch.Number, value(epoch))).Where(point => double.IsFinite(point.Y)).ToArray();
        if (points.Length == 0) return;
        var line = plot.Add.ScatterLine(points, colour);
        (line.LegendText, line.LineWidth, line.LinePattern) = (name, 2.5f, pattern);
    }

    private static void Curves(Plot plot, string title, Alignment legend = Alignment.UpperRight)
    {
        Title(plot, title);
        plot.XLabel("epoch", 15);
        plot.Axes.Margins(0.02, 0.06);
        plot.Axes.Bottom.TickLabelStyle.FontSize = plot.Axes.Left.TickLabelStyle.FontSize = 14;
        plot.Axes.Top.FrameLineStyle.Width = plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Legend.FontSize = 15;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.ShowLegend(legend);
    }

    private static void Confusion(Plot plot, TrainingReport report)
    {
        var counts = report.Evaluation.Confusion;
        double[,] shares = new double[counts.Classes, counts.Classes];
        for (int label = 0; label < counts.Classes; label++)
        {
            double all = Math.Max(1, Enumerable.Range(0, counts.Classes).Sum(guess => counts[label, guess]));
            for (int guess = 0; guess < counts.Classes; guess++)
            {
                // Right ones towards blue, wrong ones towards orange, as on the page.
                double share = counts[label, guess] / all;
                shares[label, guess] = counts[label, guess] == 0 ? 0 : label == guess ? share : -Math.Min(1, 0.4 + share);
                if (counts[label, guess] > 0) Text(plot, $"{counts[label, guess]}", guess, counts.Classes - 1 - label, 15, s_ink);
            }
        }
        var map = plot.Add.Heatmap(shares);
        map.Colormap = new ScottPlot.Colormaps.CustomInterpolated([Color.FromHex("#f3a46b"), Color.FromHex("#ffffff"), Color.FromHex("#8fb0f5")]);
        map.ManualRange = new(-1, 1);
        plot.MoveToBottom(map);
        double[] places = [.. Enumerable.Range(0, counts.Classes)];
        string[] names = [.. Enumerable.Range(0, counts.Classes).Select(report.ClassName)];
        plot.Axes.Bottom.SetTicks(places, names);
        plot.Axes.Left.SetTicks([.. places.Select(place => counts.Classes - 1 - place)], names);
        plot.Axes.Bottom.TickLabelStyle.FontSize = plot.Axes.Left.TickLabelStyle.FontSize = 14;
        Title(plot, "Confusion matrix");
        plot.XLabel("prediction", 15);
        plot.YLabel("label", 15);
        plot.HideGrid();
        plot.Axes.Margins(0, 0);
    }

    private static void Mistakes(Plot plot, TrainingReport report)
    {
        const int across = 4, down = 2;
        var worst = report.Worst(across * down);
        for (int i = 0; i < worst.Length; i++)
        {
            double left = i % across * 11, bottom = (down - 1 - i / across) * 14;
            var digit = plot.Add.Heatmap(Matrix(report.HeldOut.Inputs.Example(worst[i]).Span, 8, 8));
            digit.Colormap = new ScottPlot.Colormaps.Grayscale();
            digit.Extent = new(left, left + 8, bottom, bottom + 8);
            Text(plot, $"{report.ClassName(report.Evaluation.Labels[worst[i]])} taken for {report.ClassName(report.Evaluation.Predictions[worst[i]])}", left + 4, bottom - 1.4, 15, s_ink);
        }
        Title(plot, worst.Length == 0 ? "No digit was misread" : $"{report.Evaluation.Mistakes.Length} of {report.HeldOut.Count} misread, the surest mistakes first");
        plot.Axes.SetLimits(-2, across * 11 - 1, -4, down * 14 - 4);
        plot.Axes.SquareUnits();
        Bare(plot);
    }

    private static void Weights(Plot plot, TrainingReport report)
    {
        const int across = 16, side = 8;
        var weights = report.Model.Parameters["dense1.weight"];
        int units = weights.Batch, down = (units + across - 1) / across;
        double[,] tiles = new double[down * (side + 1) - 1, across * (side + 1) - 1];
        for (int row = 0; row < tiles.GetLength(0); row++)
            for (int column = 0; column < tiles.GetLength(1); column++)
            {
                int unit = row / (side + 1) * across + column / (side + 1), y = row % (side + 1), x = column % (side + 1);
                tiles[row, column] = y < side && x < side && unit < units ? weights[unit, y * side + x] : double.NaN;
            }
        double most = weights.ToArray().Max(Math.Abs);
        var map = plot.Add.Heatmap(tiles);
        map.Colormap = new ScottPlot.Colormaps.CustomInterpolated(s_weights);
        map.ManualRange = new(-most, most);
        map.NaNCellColor = Colors.White;
        Title(plot, string.Create(CultureInfo.InvariantCulture, $"First weights, a tile a unit: blue {-most:F2}, white 0, red {most:F2}"));
        plot.Axes.SquareUnits();
        Bare(plot);
    }

    // The layers from top to bottom in the order in which they run; a wire that passes others by runs on the right.
    private static void Network(Plot plot, TrainingReport report)
    {
        const double width = 10, height = 0.55;
        var network = report.Model.Network;
        var places = new Dictionary<int, int>();
        int lanes = 0;
        void Box(int place, string name, string about)
        {
            var box = plot.Add.Rectangle(0, width, -place - height / 2, -place + height / 2);
            (box.FillColor, box.LineColor, box.LineWidth) = (Color.FromHex("#f5f6f8"), Color.FromHex("#c3c9d2"), 1.2f);
            Text(plot, $"{name}   {about}", width / 2, -place, 15, s_ink);
        }
        void Wire(int from, int to)
        {
            if (to == from + 1)
            {
                var arrow = plot.Add.Arrow(width / 2, -from - height / 2, width / 2, -to + height / 2);
                (arrow.ArrowFillColor, arrow.ArrowLineWidth, arrow.ArrowWidth, arrow.ArrowheadWidth, arrow.ArrowheadLength, arrow.ArrowheadAxisLength) = (s_soft, 0, 1.5f, 9, 9, 9);
                return;
            }
            double lane = width + 0.6 + 0.4 * lanes++;
            var line = plot.Add.ScatterLine(new Coordinates[] { new(width, -from), new(lane, -from), new(lane, -to) }, s_soft);
            line.LineWidth = 1.5f;
            var head = plot.Add.Arrow(lane, -to, width, -to);
            (head.ArrowFillColor, head.ArrowLineWidth, head.ArrowWidth, head.ArrowheadWidth, head.ArrowheadLength, head.ArrowheadAxisLength) = (s_soft, 0, 1.5f, 9, 9, 9);
        }

        foreach (var input in network.Inputs)
        {
            places[input.Slot] = places.Count;
            Box(places[input.Slot], input.Name, $"{input.Shape}");
        }
        foreach (var node in network.Nodes)
        {
            places[node.FirstOutput] = places.Count;
            foreach (int slot in node.Inputs) Wire(places[slot], places[node.FirstOutput]);
            Box(places[node.FirstOutput], node.Path, string.Join(", ", node.OutputShapes));
        }
        plot.Axes.SetLimits(-1, width + 2, -places.Count, 1);
        Title(plot, string.Create(CultureInfo.InvariantCulture, $"Network: {report.Model.Parameters.Layout.Size:N0} parameters"));
        Bare(plot);
    }

    private static double[,] Matrix(ReadOnlySpan<float> numbers, int rows, int columns)
    {
        double[,] matrix = new double[rows, columns];
        for (int i = 0; i < numbers.Length; i++) matrix[i / columns, i % columns] = numbers[i];
        return matrix;
    }

    private static void Text(Plot plot, string words, double x, double y, float size, Color colour)
    {
        var text = plot.Add.Text(words, x, y);
        (text.LabelFontName, text.LabelFontSize, text.LabelFontColor, text.LabelAlignment) = (s_font, size, colour, Alignment.MiddleCenter);
    }

    // No axes, but the title stays.
    private static void Bare(Plot plot)
    {
        plot.HideGrid();
        plot.Axes.Left.IsVisible = plot.Axes.Bottom.IsVisible = plot.Axes.Right.IsVisible = plot.Axes.Top.IsVisible = false;
    }

    private static void Title(Plot plot, string title)
    {
        plot.Title(title, 18);
        plot.Axes.Title.Label.ForeColor = s_ink;
        plot.Axes.Title.Label.Bold = true;
        plot.Axes.Color(s_soft);
    }
}
