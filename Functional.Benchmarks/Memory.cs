using System.Globalization;
using Functional.Core;
using LanguageExt;
using TorchSharp;
using static Functional.Core.Losses;
using static TorchSharp.torch;

namespace Functional.Benchmarks;

/// <summary>Peak memory of a whole process that does nothing but train a network at batch 2048.</summary>
internal static class Memory
{
    private const int Batch = 2048, Steps = 20;

    public static void Run(Options options)
    {
        switch (options["--of"])
        {
            case "ours":
                Ours();
                break;
            case "theirs":
                Theirs();
                break;
            default:
                double ours = Peak("ours"), theirs = Peak("theirs");
                string text = $"Peak memory of a process that trains mlp-784-512-512-10 at batch {Batch}: ours {ours:F0} MiB, TorchSharp's {theirs:F0} MiB, ratio {theirs / ours:F2}. {Machine.Name}, {DateTime.UtcNow:yyyy-MM-dd}.";
                Console.WriteLine(text);
                if (options["--page"] is { } page) Page.Fill(page, "memory", text);
                return;
        }
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmHWM", StringComparison.Ordinal));
        Console.WriteLine(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal).Trim());
    }

    private static double Peak(string of) => double.Parse(Options.Child("memory", "--of", of), CultureInfo.InvariantCulture) / 1024;

    private static void Ours()
    {
        var objective = Objective.Of(Network.Of([784], MlpRaces.Relus()).ToFin().ThrowIfFail(), SoftmaxLogLoss()).ToFin().ThrowIfFail();
        var optimizer = Optimizers.Adam(1e-3);
        var x = Core.Tensor.Build<float>([Batch, 784], index => (index[0] * 31 + index[1]) % 17 / 17f);
        var t = Core.Tensor.Build<float>([Batch, 10], index => index[0] * 7 % 10 == index[1] ? 1 : 0);
        objective.Follow(optimizer, objective.Start<float>(optimizer, new Key(1)), Enumerable.Repeat(new Batch<float>(x, t), Steps)).ThrowIfFail();
    }

    private static void Theirs()
    {
        var model = MlpRaces.Torch(() => nn.ReLU(), [784, 512, 512, 10]);
        var x = randn(Batch, 784);
        var t = randint(0, 10, [Batch]);
        var loss = nn.CrossEntropyLoss();
        var optimizer = optim.Adam(model.parameters(), 1e-3);
        for (int i = 0; i < Steps; i++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            loss.call(model.call(x), t).backward();
            optimizer.step();
        }
    }
}
