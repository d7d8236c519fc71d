using Functional.Core;
using Functional.Core.Kernels;
using Xunit;
using Xunit.Abstractions;
using static Functional.Core.Layers;
using static Functional.Core.Losses;

namespace Functional.Properties.Tests;

/// <summary>
/// A training step in its steady state allocates at most 256 bytes a layer, whatever the batch and the widths, and causes no collection above generation 0; inference
/// into a caller's buffer likewise. A layer is one application of a layer in the built network, where composite layers stand as their parts: a transformer
/// block counts as its norms, projections, attention, sums and activation. The loss counts as no layer, and what it allocates counts.
/// </summary>
[Collection("Alone")]
public sealed class AllocationTests(ITestOutputHelper output) : IDisposable
{
    private const int BytesALayer = 256;
    private const int Vocabulary = 20;

    private readonly int _before = Workers.Count;

    public void Dispose() => Workers.Count = _before;

    private static readonly Dictionary<string, (Func<Pipeline<Wire>> Network, int Small, int Large)> s_networks = new()
    {
        ["dense"] = (() => Input(64) >> Dense(96) >> Relu >> Dense(64) >> Sigmoid, 3, 1000),
        ["convolution"] = (() => Input(3, 12, 12) >> Conv2d(8, 3, padding: 1) >> Conv2d(4, 3), 2, 60),
        ["max pool"] = (() => Input(3, 12, 12) >> MaxPool2d(2) >> Conv2d(4, 3), 2, 150),
        ["batch norm"] = (() => Input(8, 6, 6) >> BatchNorm() >> BatchNorm(), 2, 150),
        ["batch norm of features"] = (() => Input(64) >> BatchNorm() >> Dense(16), 3, 700),
        ["layer norm"] = (() => Input(6, 32) >> LayerNorm() >> LayerNorm(), 2, 300),
        ["attention"] = (() => Input(12, 32) >> MultiHeadAttention(4), 2, 100),
        ["causal attention alone"] = (() => from x in Input(12, 32) from y in Attention(x, x, x, 2, isCausal: true) select y, 2, 100),
        ["transformer"] = (() => Input(10) >> Embedding(Vocabulary, 32) >> LearnedPositions() >> TransformerBlock(4, dropout: 0.1) >> TransformerBlock(4, isCausal: true), 2, 120),
        ["lstm"] = (() => Input(8, 24) >> Lstm(40), 3, 200),
        ["gru"] = (() => Input(8, 24) >> Gru(40), 3, 200),
        ["rnn in both directions"] = (() => Input(8, 24) >> Rnn(40, layers: 2, isBidirectional: true), 3, 200),
        ["dropout"] = (() => Input(64) >> Dropout(0.3) >> Dense(64) >> Dropout(), 3, 700),
        ["embedding"] = (() => Input(10) >> Embedding(Vocabulary, 32) >> Flatten >> Dense(8), 3, 200),
        ["residual"] = (() => Input(64) >> Residual(Dense(64) >> Tanh) >> Residual(LayerNorm() >> Dense(64)), 3, 700),
        ["concat and split"] = (
            () => from x in Input(64)
                  from parts in Split(x, 20, 30, 14)
                  from a in Dense(parts[0], 20)
                  from y in Concat(parts[2], a, parts[1])
                  select y, 3, 700),
    };

    public static TheoryData<string> Names => [.. s_networks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_allocates_at_most_256_bytes_a_layer(string name)
    {
        var (network, small, large) = s_networks[name];
        foreach (int batch in new[] { small, large })
            foreach (int workers in new[] { 1, 2 })
            {
                Workers.Count = workers;
                var (steps, layers) = Training(network(), batch);
                Holds(name, batch, workers, Garbage.BytesATime(steps, BytesALayer * layers), layers);
            }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Inference_into_memory_of_the_callers_allocates_at_most_256_bytes_a_layer(string name)
    {
        var (network, small, large) = s_networks[name];
        foreach (int batch in new[] { small, large })
            foreach (int workers in new[] { 1, 2 })
            {
                Workers.Count = workers;
                var (times, layers) = Inference(network(), batch);
                Holds(name, batch, workers, Garbage.BytesATime(times, BytesALayer * layers), layers);
            }
    }

    [Fact]
    public void Steps_of_an_epoch_allocate_as_little()
    {
        var network = s_networks["dense"].Network().Build().ToFin().ThrowIfFail();
        var objective = Objective.Of(network, EuclideanLoss()).ToFin().ThrowIfFail();
        var (optimizer, data) = (Optimizers.Adam(1e-6), Data(network, 60));
        var start = objective.Start<float>(optimizer, new Key(5));
        // As many examples in one batch or in several, so that their order costs the same.
        double bytes = Garbage.BytesATime(steps => objective.Epoch(optimizer, start, data, 60 / steps).ThrowIfFail(), BytesALayer * network.Nodes.Count);
        Holds("an epoch", 60, Workers.Count, bytes, network.Nodes.Count);
    }

    [Theory]
    [InlineData("transformer")]
    [InlineData("lstm")]
    [InlineData("batch norm")]
    public void Many_steps_cause_no_collection_above_generation_0(string name)
    {
        var (network, small, _) = s_networks[name];
        Workers.Count = 2;
        var (steps, _) = Training(network(), small);
        var (times, _) = Inference(network(), small);
        steps(3);
        times(3);
        Assert.Equal(0, Garbage.LaterCollections(() => steps(400)));
        Assert.Equal(0, Garbage.LaterCollections(() => times(400)));
    }

    private void Holds(string name, int batch, int workers, double bytes, int layers)
    {
        output.WriteLine($"{name}, batch {batch}, {workers} workers: {bytes / layers:N0} bytes a layer of {layers}");
        Assert.True(bytes / layers <= BytesALayer, $"{name}, batch {batch}, {workers} workers: {bytes:N0} bytes for {layers} layers");
    }

    private static (Action<int> Steps, int Layers) Training(Pipeline<Wire> pipeline, int batch)
    {
        var network = pipeline.Build().ToFin().ThrowIfFail();
        var objective = Objective.Of(network, EuclideanLoss()).ToFin().ThrowIfFail();
        // So small a rate that the numbers stay about as they are.
        var optimizer = Optimizers.Adam(1e-6);
        var data = Data(network, batch);
        var state = objective.Start<float>(optimizer, new Key(5));
        return (steps => state = objective.Follow(optimizer, state, Enumerable.Repeat(data, steps)).ThrowIfFail(), network.Nodes.Count);
    }

    private static (Action<int> Times, int Layers) Inference(Pipeline<Wire> pipeline, int batch)
    {
        var network = pipeline.Build().ToFin().ThrowIfFail();
        var (parameters, step) = (network.Initialize<float>(new Key(1)), new Step<float>(network.InitializeState<float>()));
        var x = Numbers(network, batch);
        float[] answer = new float[network.OutputShapes[0].Size * batch];
        return (times =>
        {
            for (int i = 0; i < times; i++) network.ForwardInto(parameters, x, answer, step).ThrowIfFail();
        }, network.Nodes.Count);
    }

    private static Batch<float> Data(Network network, int batch) =>
        new(Numbers(network, batch), Tensor.Filled<float>(network.OutputShapes[0].Batched(batch), 0.5f));

    // Whole numbers, of use for a table's rows as for anything else.
    private static Tensor<float> Numbers(Network network, int batch) =>
        Tensor.Build<float>(network.Inputs[0].Shape.Batched(batch), at => (at[0] * 5 + at[1] * 3) % Vocabulary);
}
