using System.Diagnostics;

namespace Functional.Benchmarks;

/// <summary>The same work done by two systems; each action is one whole public call.</summary>
/// <param name="Name">Such as <c>gemm/256</c>.</param>
/// <param name="Ours">One call on Functional.</param>
/// <param name="Theirs">One call on TorchSharp.</param>
/// <param name="Steps">How many of their calls one of ours stands for: our training loop is one call, theirs is written out.</param>
/// <param name="Flops">Floating-point operations of a call, where its share of the peak is worth knowing.</param>
/// <param name="Bytes">Bytes that a call has to read and write, where its share of the bandwidth is.</param>
internal sealed record Race(string Name, Action Ours, Action Theirs, int Steps = 1, double Flops = 0, double Bytes = 0);

/// <summary>
/// Median times of both in microseconds, how much they spread (quartiles, relative), and the ratio theirs / ours. Where operations are counted, also
/// the GFLOPS that one core reached meanwhile when it did nothing but fused multiply-adds: a processor's clock falls under load, so only a peak of the same minute is one.
/// Where bytes are, the GB/s of one core that copied as many.
/// </summary>
internal sealed record Outcome(
    string Name, int Threads, double Ours, double Theirs, double OursSpread, double TheirsSpread, double Flops = 0, double Bytes = 0, double Peak = 0, double Copy = 0)
{
    public double Ratio => Theirs / Ours;
}

/// <summary>Times two actions in turn, so that a machine that speeds up or slows down does so for both.</summary>
internal static class Stopwatches
{
    private const double WarmMilliseconds = 500, Milliseconds = 1500;

    public static Outcome Run(Race race, int threads)
    {
        Warm(race.Ours);
        Warm(race.Theirs);
        var ours = new List<double>();
        var theirs = new List<double>();
        var peaks = new List<double>();
        var copies = new List<double>();
        float[] from = new float[(int)(race.Bytes / 2 / sizeof(float))], to = new float[from.Length];
        // Pages that were never written are all the same one.
        Array.Fill(from, 1f);
        var clock = Stopwatch.StartNew();
        while (clock.ElapsedMilliseconds < Milliseconds || ours.Count < 8)
        {
            Sample(race.Ours, ours);
            if (race.Flops > 0) peaks.Add(Machine.SustainedGflops());
            if (race.Bytes > 0) Sample(() => from.CopyTo(to, 0), copies);
            Sample(race.Theirs, theirs);
        }
        return new(
            race.Name, threads, Quantile(ours, 0.5) / race.Steps, Quantile(theirs, 0.5), Spread(ours), Spread(theirs), race.Flops, race.Bytes,
            peaks.Count > 0 ? Quantile(peaks, 0.5) : 0, copies.Count > 0 ? race.Bytes / Quantile(copies, 0.5) / 1e3 : 0);
    }

    /// <summary>The median time of one action in microseconds.</summary>
    public static double Median(Action action)
    {
        Warm(action);
        var times = new List<double>();
        var clock = Stopwatch.StartNew();
        while (clock.ElapsedMilliseconds < Milliseconds / 2 || times.Count < 8) Sample(action, times);
        return Quantile(times, 0.5);
    }

    private static void Warm(Action action)
    {
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < 40 || clock.ElapsedMilliseconds < WarmMilliseconds; i++)
        {
            action();
            if (i >= 3 && clock.ElapsedMilliseconds > 4 * WarmMilliseconds) break;
        }
    }

    // A turn lasts a few milliseconds, so that the other system's cold caches weigh on neither; each call in it is a sample.
    private static void Sample(Action action, List<double> times)
    {
        var turn = Stopwatch.StartNew();
        action();
        do
        {
            long start = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
        while (turn.Elapsed.TotalMilliseconds < 20);
    }

    private static double Spread(List<double> times) => (Quantile(times, 0.75) - Quantile(times, 0.25)) / Quantile(times, 0.5);

    private static double Quantile(List<double> times, double part)
    {
        times.Sort();
        return times[(int)(part * (times.Count - 1))];
    }
}
