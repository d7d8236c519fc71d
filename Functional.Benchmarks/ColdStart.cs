using System.Diagnostics;
using System.Globalization;
using Functional.Core;
using LanguageExt;
using static Functional.Core.Layers;
using static Functional.Core.Losses;

namespace Functional.Benchmarks;

/// <summary>The first training step of a fresh process, compilation included: a network for digits of 8 × 8 pixels.</summary>
internal static class ColdStart
{
    private const int Processes = 7;

    public static void Run(Options options)
    {
        if (options.Has("--once"))
        {
            Console.WriteLine(Once().ToString("F1", CultureInfo.InvariantCulture));
            return;
        }
        double[] times = [.. Enumerable.Range(0, Processes).Select(_ => double.Parse(Options.Child("cold", "--once"), CultureInfo.InvariantCulture)).Order()];
        string text = $"First training step of a fresh process, all compilation included: median {times[Processes / 2]:F0} ms, from {times[0]:F0} to {times[^1]:F0} ms in {Processes} processes.";
        Console.WriteLine(text);
        if (options["--page"] is { } page) Page.Fill(page, "cold", text);
    }

    private static double Once()
    {
        var watch = Stopwatch.StartNew();
        var objective = Objective.Of(Network.Of([64], Dense(64) >> Relu >> Dense(10)).ToFin().ThrowIfFail(), SoftmaxLogLoss()).ToFin().ThrowIfFail();
        var optimizer = Optimizers.Adam(1e-3);
        var x = Core.Tensor.Build<float>([32, 64], index => (index[0] * 31 + index[1]) % 17 / 17f);
        var t = Core.Tensor.Build<float>([32, 10], index => index[0] * 7 % 10 == index[1] ? 1 : 0);
        objective.Step(optimizer, objective.Start<float>(optimizer, new Key(1)), new Batch<float>(x, t)).ThrowIfFail();
        return watch.Elapsed.TotalMilliseconds;
    }
}
