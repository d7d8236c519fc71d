using System.Diagnostics;
using System.Globalization;
using Functional.Core;
using LanguageExt;
using static Functional.Core.Layers;
using static Functional.Core.Losses;

namespace Functional.Benchmarks;

/// <summary>The first training step of a fresh process, compilation included: the network and batch of the digits example.</summary>
internal static class ColdStart
{
    private const int Processes = 9;

    public static void Run(Options options)
    {
        if (options.Has("--once"))
        {
            Console.WriteLine(Once());
            return;
        }
        double[][] times = [.. Enumerable.Range(0, Processes).Select(_ => Options.Child("cold", "--once").Split(' ').Select(time => double.Parse(time, CultureInfo.InvariantCulture)).ToArray())];
        string text = $"First training step of a fresh process, the network and batch of the digits example, all compilation included: {Told(0)}; from the start of the process, .NET's own included: {Told(1)}. " +
            $"Medians of {Processes} processes; {Machine.Name}, {DateTime.UtcNow:yyyy-MM-dd}.";
        Console.WriteLine(text);
        if (options["--page"] is { } page) Page.Fill(page, "cold", text);

        string Told(int place)
        {
            double[] sorted = [.. times.Select(time => time[place]).Order()];
            return $"{sorted[Processes / 2]:F0} ms ({sorted[0]:F0} to {sorted[^1]:F0})";
        }
    }

    // Milliseconds from here, and from the start of the process.
    private static string Once()
    {
        var watch = Stopwatch.StartNew();
        var digits =
            from image in Input(8, 8)
            from x in Flatten(image)
            from h in Dense(x, 128)
            from a in Relu(h)
            from r in Residual(a, v => from d in Dense(v, v.Size) from s in Relu(d) select s)
            from y in Dense(r, 10)
            select y;
        var objective = Objective.Of(digits.Build().ToFin().ThrowIfFail(), SoftmaxLogLoss()).ToFin().ThrowIfFail();
        var optimizer = Optimizers.Adam(1e-3);
        var images = Core.Tensor.Build<float>([32, 8, 8], index => (index[0] * 31 + 8 * index[1] + index[2]) % 17 / 16f);
        var labels = Core.Tensor.Build<float>([32, 10], index => index[0] * 7 % 10 == index[1] ? 1 : 0);
        objective.Step(optimizer, objective.Start<float>(optimizer, new Key(1)), new Batch<float>(images, labels)).ThrowIfFail();
        double step = watch.Elapsed.TotalMilliseconds;
        using var process = Process.GetCurrentProcess();
        return string.Create(CultureInfo.InvariantCulture, $"{step:F1} {(DateTime.Now - process.StartTime).TotalMilliseconds:F1}");
    }
}
