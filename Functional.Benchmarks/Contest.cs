using Functional.Core;
using LanguageExt;
using TorchSharp;
using static Functional.Core.Losses;
using static TorchSharp.torch;

namespace Functional.Benchmarks;

/// <summary>One network of ten classes in both systems, from equal weights on equal data; before the race both must have reached the same loss.</summary>
internal static class Contest
{
    /// <param name="kind"><c>train</c> for whole steps, <c>infer</c> for predictions.</param>
    /// <param name="name">The race's name.</param>
    /// <param name="network">Ours.</param>
    /// <param name="model">Theirs, its parameters in the order of ours.</param>
    /// <param name="batch">Examples in a batch.</param>
    /// <param name="optimizer">Ours.</param>
    /// <param name="torchOptimizer">Theirs.</param>
    public static Race Of(
        string kind, string name, Network network, nn.Module<torch.Tensor, torch.Tensor> model, int batch, Optimizer optimizer, optim.Optimizer torchOptimizer)
    {
        var objective = Objective.Of(network, SoftmaxLogLoss()).ToFin().ThrowIfFail();
        var key = new Key(7);
        var shape = network.Inputs[0].Shape;
        float[] pixels = new float[batch * shape.Size];
        key.For("x").Normal<float>(pixels);
        long[] labels = [.. Enumerable.Range(0, batch).Select(i => (long)(i * 7 % 10))];
        var x = Core.Tensor.From<float>(shape.Batched(batch), pixels);
        var t = Core.Tensor.Build<float>([batch, 10], index => labels[index[0]] == index[1] ? 1 : 0);
        var state = objective.Start<float>(optimizer, key);

        CopyWeights(state.Parameters, model);
        var torchX = tensor(pixels, [batch, .. shape.Select(size => (long)size)]);
        var torchT = tensor(labels);
        var loss = nn.CrossEntropyLoss();
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
        if (!(Math.Abs(torchLoss - state.Loss) <= 2e-3 * (1 + Math.Abs(torchLoss))))
            throw new InvalidOperationException($"{name}: our loss {state.Loss}, TorchSharp's {torchLoss}.");

        // A good part of an epoch, fewer steps where one takes long.
        int steps = Math.Clamp(20480 / batch, 10, 500);
        if (shape.Rank > 1) steps = Math.Clamp(512 / batch, 4, 100);
        var batches = Enumerable.Repeat(data, steps);
        var parameters = state.Parameters;
        float[] answer = new float[batch * 10];
        return kind == "train"
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

    /// <summary>Gives a model our weights, in order.</summary>
    public static void CopyWeights(Parameters<float> from, nn.Module to)
    {
        using var quiet = no_grad();
        foreach (var ((_, parameter), ours) in to.named_parameters().Zip(from.All))
            parameter.copy_(tensor(ours.ToArray(), parameter.shape));
    }
}
