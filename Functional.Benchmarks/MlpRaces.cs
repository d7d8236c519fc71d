using Functional.Core;
using LanguageExt;
using TorchSharp;
using static Functional.Core.Layers;
using static Functional.Core.Losses;
using static TorchSharp.torch;

namespace Functional.Benchmarks;

/// <summary>Training steps and predictions of two multilayer perceptrons, from equal weights on equal data; both must reach the same loss.</summary>
internal static class MlpRaces
{
    private static readonly string[] s_kinds = ["train", "infer"];
    private static readonly int[] s_batches = [1, 8, 32, 128, 512, 2048];

    public static IEnumerable<(string Name, Func<IEnumerable<Race>> Make)> All() => s_batches.SelectMany(batch => new[]
    {
        Group("mlp-784-128-10-sigmoid", batch, (kind, name) => Races(kind, name, Sigmoids(), () => nn.Sigmoid(), [784, 128, 10], batch, adam: false)),
        Group("mlp-784-512-512-10-relu", batch, (kind, name) => Races(kind, name, Relus(), () => nn.ReLU(), [784, 512, 512, 10], batch, adam: true)),
    }).SelectMany(pair => pair);

    /// <summary>784-128-10.</summary>
    public static Layer Sigmoids() => Dense(128) >> Sigmoid >> Dense(10);

    /// <summary>784-512-512-10.</summary>
    public static Layer Relus() => Dense(512) >> Relu >> Dense(512) >> Relu >> Dense(10);

    // Training and inference are groups of their own, so each has a process.
    private static IEnumerable<(string, Func<IEnumerable<Race>>)> Group(string network, int batch, Func<string, string, IEnumerable<Race>> races) =>
        s_kinds.Select<string, (string, Func<IEnumerable<Race>>)>(kind =>
            ($"{kind}/{network}/batch={batch}", () => races(kind, $"{kind}/{network}/batch={batch}")));

    private static IEnumerable<Race> Races(
        string kind, string name, Layer layers, Func<nn.Module<torch.Tensor, torch.Tensor>> activation, int[] widths, int batch, bool adam)
    {
        var network = Network.Of([widths[0]], layers).ToFin().ThrowIfFail();
        var model = Torch(activation, widths);
        return [Contest.Of(kind, name, network, model, batch, adam ? Optimizers.Adam(1e-3) : Optimizers.Sgd(1e-2, momentum: 0.9),
            adam ? optim.Adam(model.parameters(), 1e-3) : optim.SGD(model.parameters(), 1e-2, momentum: 0.9))];
    }

    public static nn.Module<torch.Tensor, torch.Tensor> Torch(Func<nn.Module<torch.Tensor, torch.Tensor>> activation, int[] widths)
    {
        var layers = new List<(string, nn.Module<torch.Tensor, torch.Tensor>)>();
        for (int i = 0; i + 1 < widths.Length; i++)
        {
            layers.Add(($"dense{i}", nn.Linear(widths[i], widths[i + 1])));
            if (i + 2 < widths.Length) layers.Add(($"act{i}", activation()));
        }
        return nn.Sequential(layers);
    }
}
