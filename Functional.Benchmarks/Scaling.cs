using Functional.Core;
using Functional.Core.Kernels;
using ScottPlot;
using static Functional.Core.Layers;

namespace Functional.Benchmarks;

/// <summary>Time per step as one size grows and the others stay: linear in the batch and the depth, quadratic in the width.</summary>
internal static class Scaling
{
    private sealed record Point(string Axis, int Size, double Microseconds, double Bytes, double Work);

    public static void Run(Options options)
    {
        Workers.Count = options.Threads[0];
        var points = new List<Point>();
        Console.WriteLine($"{"grows",-8} {"size",6} {"µs a step",12} {"ns a unit of work",18} {"bytes a step",13}");
        foreach (int batch in new[] { 16, 64, 256, 1024, 4096 }) Add("batch", batch, new(Deep(3, 256), 256, 10, batch, adam: false), batch);
        foreach (int width in new[] { 64, 128, 256, 512, 1024 }) Add("width", width, new(Deep(3, width), width, 10, 64, adam: false), (double)width * width);
        foreach (int depth in new[] { 5, 10, 20, 50, 100, 200 }) Add("depth", depth, new(Deep(depth, 64), 64, 10, 1, adam: false), depth);
        var deep = points[^1];
        string last = $"{deep.Size} layers of width 64, batch 1: {deep.Microseconds / deep.Size:F2} µs a layer and step, all arithmetic included.";
        Console.WriteLine(last);
        if (options["--picture"] is { } file) Save(points, file);
        if (options["--page"] is { } page)
        {
            string[] lines = ["| grows | size | µs a step | ns a unit of it | bytes a step |", "|---|---:|---:|---:|---:|", .. points.Select(point =>
                $"| {(point.Axis == "width" ? "width (unit: width²)" : point.Axis)} | {point.Size} | {point.Microseconds:F1} | {1000 * point.Microseconds / point.Work:F2} | {point.Bytes:F0} |")];
            Page.Fill(page, "scaling", $"{string.Join('\n', lines)}\n\n{last} {Machine.Name}; {DateTime.UtcNow:yyyy-MM-dd}.");
        }

        void Add(string axis, int size, Steps steps, double work)
        {
            var point = new Point(axis, size, steps.Microseconds(), steps.Bytes(), work);
            points.Add(point);
            Console.WriteLine($"{axis,-8} {size,6} {point.Microseconds,12:F1} {1000 * point.Microseconds / work,18:F2} {point.Bytes,13:F0}");
        }
    }

    private static Layer Deep(int depth, int width)
    {
        var layers = Dense(width, weight: Initializer.HeNormal);
        for (int i = 2; i < depth; i++) layers = i % 2 == 0 ? layers >> Relu : layers >> Dense(width, weight: Initializer.HeNormal);
        return layers >> Dense(10);
    }

    private static void Save(List<Point> points, string file)
    {
        var plot = new Plot();
        foreach (var line in points.GroupBy(point => point.Axis))
        {
            var scatter = plot.Add.Scatter(
                line.Select(point => Math.Log2(point.Work / line.First().Work)).ToArray(),
                line.Select(point => Math.Log2(point.Microseconds / line.First().Microseconds)).ToArray());
            scatter.LegendText = line.Key == "width" ? "width²" : line.Key;
            scatter.LineWidth = 2;
            scatter.MarkerSize = 7;
        }
        var even = plot.Add.Line(0, 0, 8, 8);
        even.LegendText = "as the work grows";
        even.LinePattern = LinePattern.Dashed;
        even.Color = Colors.Gray;
        double[] ticks = [0, 2, 4, 6, 8];
        string[] names = [.. ticks.Select(power => $"{Math.Pow(2, power)}×")];
        plot.Axes.Bottom.SetTicks(ticks, names);
        plot.Axes.Left.SetTicks(ticks, names);
        plot.XLabel("work of a step, as a multiple of the smallest");
        plot.YLabel("time of a step");
        plot.Title("Cost grows as the work", 14);
        plot.ShowLegend(Alignment.UpperLeft);
        if (file.EndsWith(".svg", StringComparison.Ordinal)) plot.SaveSvg(file, 640, 460);
        else plot.SavePng(file, 640, 460);
    }
}
