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
        var deepest = points[^1];
        double kernels = Kernels(deepest.Size, 64);
        Console.WriteLine(
            $"{deepest.Size} layers of width {64}, batch 1: {deepest.Microseconds / deepest.Size:F2} µs a layer, of which the same products and passes " +
            $"called by themselves take {kernels / deepest.Size:F2}: {(deepest.Microseconds - kernels) / deepest.Size:F2} µs a layer of overhead");
        if (options["--picture"] is { } file) Save(points, file);

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

    // What a step of Deep has to compute, for one example: the products of its dense layers, its activations, and the pass of SGD with momentum.
    private static double Kernels(int depth, int width)
    {
        int dense = (depth + 1) / 2, size = width * width + width;
        float[] parameters = new float[dense * size], gradients = new float[dense * size], velocity = new float[dense * size];
        float[] x = new float[(dense + 1) * width], y = new float[width], dy = new float[width];
        new Key(1).Normal<float>(parameters);
        new Key(2).Normal<float>(x);
        new Key(3).Normal<float>(dy);
        return Stopwatches.Median(() =>
        {
            for (int layer = 0; layer < dense; layer++)
            {
                Span<float> w = parameters.AsSpan(layer * size, width * width), row = x.AsSpan(layer * width, width);
                parameters.AsSpan(layer * size + width * width, width).CopyTo(y);
                MatrixProduct.Multiply<float>(1, width, width, row, false, w, true, y, accumulate: true);
                System.Numerics.Tensors.TensorPrimitives.Max(y, 0, y);
            }
            for (int layer = dense - 1; layer >= 0; layer--)
            {
                Span<float> w = parameters.AsSpan(layer * size, width * width), row = x.AsSpan(layer * width, width);
                System.Numerics.Tensors.TensorPrimitives.Multiply(dy, row, y);
                MatrixProduct.Multiply<float>(1, width, width, dy, false, w, false, y);
                MatrixProduct.Multiply<float>(width, width, 1, dy, true, row, false, gradients.AsSpan(layer * size, width * width));
                dy.CopyTo(gradients.AsSpan(layer * size + width * width, width));
            }
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(velocity, 0.9f, gradients, velocity);
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(velocity, -1e-30f, parameters, parameters);
        });
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
