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
        var objective = Objective.Of(network, SoftmaxLogLoss()).ToFin().ThrowIfFail();
        var optimizer = adam ? Optimizers.Adam(1e-3) : Optimizers.Sgd(1e-2, momentum: 0.9);
        var key = new Key(7);
        float[] pixels = new float[batch * widths[0]];
        key.For("x").Normal<float>(pixels);
        long[] labels = [.. Enumerable.Range(0, batch).Select(i => (long)(i * 7 % 10))];
        var x = Core.Tensor.From<float>([batch, widths[0]], pixels);
        var t = Core.Tensor.Build<float>([batch, 10], index => labels[index[0]] == index[1] ? 1 : 0);
        var state = objective.Start<float>(optimizer, key);

        var model = Torch(activation, widths);
        CopyWeights(state.Parameters, model);
        var torchX = tensor(pixels, [batch, widths[0]]);
        var torchT = tensor(labels);
        var loss = nn.CrossEntropyLoss();
        optim.Optimizer torchOptimizer = adam ? optim.Adam(model.parameters(), 1e-3) : optim.SGD(model.parameters(), 1e-2, momentum: 0.9);

        var data = new Batch<float>(x, t);
        double torchLoss = 0;
        void Theirs()
        {
            using var scope = NewDisposeScope();
            torchOptimizer.zero_grad();
            var error = loss.call(model.call(torchX), torchT);
            error.backward();
            torchOptimizer.step();
        }
        double TheirLoss()
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            return loss.call(model.call(torchX), torchT).item<float>();
        }

        // The losses after the same few steps agree to what different orders of summation in float allow.
        for (int i = 0; i < 5; i++)
        {
            state = objective.Step(optimizer, state, data).ThrowIfFail();
            torchLoss = TheirLoss();
            Theirs();
        }
        if (!(Math.Abs(torchLoss - state.Loss) <= 1e-3 * (1 + Math.Abs(torchLoss))))
            throw new InvalidOperationException($"{name}: our loss {state.Loss}, TorchSharp's {torchLoss}.");

        // An epoch's worth of steps at small batches, fewer where one takes long.
        int steps = Math.Clamp(4096 / batch, 10, 500);
        var batches = Enumerable.Repeat(data, steps);
        var parameters = state.Parameters;
        float[] answer = new float[batch * 10];
        yield return kind == "train"
            ? new(name, () => state = objective.Follow(optimizer, state, batches).ThrowIfFail(), Theirs, steps)
            : new(
                name,
                () => network.ForwardInto(parameters, x, answer).ThrowIfFail(),
                () =>
                {
                    using var scope = NewDisposeScope();
                    using var quiet = no_grad();
                    model.call(torchX);
                });
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

    private static void CopyWeights(Parameters<float> from, nn.Module<torch.Tensor, torch.Tensor> to)
    {
        using var quiet = no_grad();
        foreach (var ((_, parameter), ours) in to.named_parameters().Zip(from.All))
            parameter.copy_(tensor(ours.ToArray(), parameter.shape));
    }
}
