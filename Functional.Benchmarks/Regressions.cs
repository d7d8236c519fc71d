using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Functional.Core;
using Functional.Core.Kernels;
using LanguageExt;
using static Functional.Core.Layers;

namespace Functional.Benchmarks;

/// <summary>
/// Our cases as multiples of a plain loop that is timed beside each of them, so that a slower machine does not look like slower code. With
/// <c>--write</c> the multiples become the baseline; without, every case that grew by more than a quarter or is there no more is named and the exit code is 1.
/// </summary>
internal static class Regressions
{
    private const double Allowed = 1.25;

    private sealed record Baseline(string Machine, string Date, SortedDictionary<string, double> Multiples);

    public static int Run(Options options)
    {
        Workers.Count = 1;
        string file = Path.Combine(Folder(), "baseline.json");
        var now = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, action) in Cases())
        {
            // The middle of three, each with the loop's time right before and after.
            double[] multiples = [.. Enumerable.Range(0, 3).Select(_ => Multiple(action)).Order()];
            now[name] = Math.Round(multiples[1], 4);
        }
        if (options.Has("--write"))
        {
            var written = new Baseline(Machine.Name, DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), now);
            File.WriteAllText(file, JsonSerializer.Serialize(written, s_indented) + "\n");
            Console.WriteLine($"{now.Count} cases written to {file}");
            return 0;
        }
        var baseline = JsonSerializer.Deserialize<Baseline>(File.ReadAllText(file))!;
        int worse = 0;
        Console.WriteLine($"baseline of {baseline.Date}, {baseline.Machine}; now {Machine.Name}");
        Console.WriteLine($"{"case",-28} {"baseline",10} {"now",10} {"now / baseline",15}");
        foreach (var (name, multiple) in now)
        {
            double was = baseline.Multiples.GetValueOrDefault(name, double.NaN), change = multiple / was;
            if (change > Allowed) worse++;
            Console.WriteLine($"{name,-28} {was,10:F3} {multiple,10:F3} {change,15:F2}{(change > Allowed ? "   slower" : double.IsNaN(was) ? "   new" : "")}");
        }
        foreach (string gone in baseline.Multiples.Keys.Except(now.Keys))
        {
            worse++;
            Console.WriteLine($"{gone,-28} is not timed any more");
        }
        Console.WriteLine(worse == 0 ? "no case is slower than it was" : $"{worse} cases are slower than they were, or gone");
        return worse == 0 ? 0 : 1;
    }

    private static double Multiple(Action action)
    {
        double before = Stopwatches.Median(Reference), time = Stopwatches.Median(action), after = Stopwatches.Median(Reference);
        return time / ((before + after) / 2);
    }

    private static IEnumerable<(string, Action)> Cases()
    {
        foreach (int batch in new[] { 1, 32, 512 })
        {
            var (sigmoids, relus) = (new Steps(MlpRaces.Sigmoids(), 784, 10, batch, adam: false), new Steps(MlpRaces.Relus(), 784, 10, batch, adam: true));
            yield return ($"train/sigmoid/batch={batch}", () => sigmoids.Take(10));
            yield return ($"train/relu/batch={batch}", () => relus.Take(10));
        }
        foreach (int n in new[] { 64, 256, 1024 })
        {
            float[] a = new float[n * n], b = new float[n * n], c = new float[n * n];
            new Key(1).Normal<float>(a);
            new Key(2).Normal<float>(b);
            yield return ($"gemm/{n}", () => MatrixProduct.Multiply<float>(n, n, n, a, false, b, false, c));
        }
        foreach (var layer in new[] { Sigmoid(), Tanh(), Relu(), Exp(), Gelu(), Softmax(), LogSumExp() })
        {
            var function = layer.At<float>();
            var x = Normal([1024, 1024]);
            yield return ($"map/{layer.Kind}", () => Region.Run(() => function.Forward(new ForwardCall<float>(x)).Outputs.Count));
        }
        foreach (int batch in new[] { 1, 128 })
        {
            var network = Network.Of([784], MlpRaces.Relus()).ToFin().ThrowIfFail();
            var (parameters, x, answer) = (network.Initialize<float>(new Key(4)), Normal([batch, 784]), new float[batch * 10]);
            yield return ($"infer/relu/batch={batch}", () => network.ForwardInto(parameters, x, answer).ThrowIfFail());
        }
        foreach (var (name, layer, shape, batch) in new (string, Layer, Shape, int)[]
        {
            ("conv2d", Conv2d(32, 3, padding: Padding.Same), [32, 16, 16], 16), ("max-pool", MaxPool2d(2), [32, 16, 16], 16), ("batch-norm", BatchNorm(), [32, 16, 16], 16),
            ("layer-norm", LayerNorm(), [64, 128], 16), ("lstm", Lstm(64), [32, 64], 16), ("transformer-block", TransformerBlock(4), [64, 64], 8),
        })
        {
            var network = Network.Of(shape, layer).ToFin().ThrowIfFail();
            var (parameters, x, dy) = (network.Initialize<float>(new Key(4)), Normal(shape.Batched(batch)), Normal(network.OutputShapes[0].Batched(batch)));
            var step = new Step<float>(network.InitializeState<float>(), Mode.Train, new Key(5));
            yield return ($"pass/{name}", () => Region.Run(() => network.Pullback(parameters, x, step).ThrowIfFail().Back(dy).Parameters.Layout.Size));
        }

        static Tensor<float> Normal(Shape shape)
        {
            float[] numbers = new float[shape.Size];
            new Key(3).Normal<float>(numbers);
            return Tensor.From<float>(shape, numbers);
        }
    }

    /// <summary>A hundred thousand multiplications and additions, each waiting for the one before: what no compiler and no cache changes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Reference()
    {
        double sum = 1;
        for (int i = 0; i < 100_000; i++) sum = sum * 0.999999 + 1e-6;
        s_sink = sum;
    }

    private static double s_sink;
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
