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
    private static readonly int[] s_batches = [1, 8, 32, 128, 512, 2048];

    public static IEnumerable<Func<IEnumerable<Race>>> All() => s_batches.SelectMany(batch => new Func<IEnumerable<Race>>[]
    {
        () => Races("mlp-784-128-10-sigmoid", Dense(128) >> Sigmoid >> Dense(10), () => nn.Sigmoid(), [784, 128, 10], batch, adam: false),
        () => Races("mlp-784-512-512-10-relu", Dense(512) >> Relu >> Dense(512) >> Relu >> Dense(10), () => nn.ReLU(), [784, 512, 512, 10], batch, adam: true),
    });

    private static IEnumerable<Race> Races(
        string name, Layer layers, Func<nn.Module<torch.Tensor, torch.Tensor>> activation, int[] widths, int batch, bool adam)
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
            throw new InvalidOperationException($"{name}/batch={batch}: our loss {state.Loss}, TorchSharp's {torchLoss}.");

        // An epoch's worth of steps at small batches, fewer where one takes long.
        int steps = Math.Clamp(4096 / batch, 10, 500);
        var batches = Enumerable.Repeat(data, steps);
        yield return new($"train/{name}/batch={batch}", () => state = objective.Follow(optimizer, state, batches).ThrowIfFail(), Theirs, steps);

        var parameters = state.Parameters;
        yield return new(
            $"infer/{name}/batch={batch}",
            () => Region.Run(() => network.Forward(parameters, x).Map(_ => 0)),
            () =>
            {
                using var scope = NewDisposeScope();
                using var quiet = no_grad();
                model.call(torchX);
            });
    }

    private static nn.Module<torch.Tensor, torch.Tensor> Torch(Func<nn.Module<torch.Tensor, torch.Tensor>> activation, int[] widths)
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
