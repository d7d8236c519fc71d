using Functional.Core;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Core.Losses;
using static Functional.Core.Optimizers;

namespace Functional.Properties.Tests.Documentation;

/// <summary>What the README shows of the core, run.</summary>
public class ReadmeExamples
{
    [Fact]
    public void A_network_in_LINQ()
    {
        var network =
            from image in Input(8, 8)
            from x in Flatten(image)
            from h in Dense(x, 128)
            from a in Relu(h)
            from r in Residual(a, v => from d in Dense(v, v.Size) from s in Relu(d) select s)
            from y in Dense(r, 10)
            select y;

        Assert.Equal(26_122, network.Build().ToFin().ThrowIfFail().Layout.Size);
    }

    [Fact]
    public void A_straight_line_equals_LINQ()
    {
        var line = Input(64) >> Dense(128) >> Sigmoid >> Dense(10);

        var linq = from x in Input(64) from h in Dense(x, 128) from s in Sigmoid(h) from y in Dense(s, 10) select y;
        Assert.Equal(linq.Build(), line.Build());
    }

    [Fact]
    public void One_encoder_for_two_inputs()
    {
        var siamese =
            from left in Input("left", 64)
            from right in Input("right", 64)
            from encode in Shared(Dense(16) >> Tanh)
            from a in encode(left)
            from b in encode(right)
            from difference in Subtract(a, b)
            select difference;

        Assert.Equal(64 * 16 + 16, siamese.Build().ToFin().ThrowIfFail().Layout.Size);
    }

    [Fact]
    public void Every_mistake_at_once()
    {
        var mistaken =
            from image in Input(8, 8)
            from x in Flatten(image)
            from h in Dense(x, 0)
            from parts in Split(x, 30, 30)
            from sum in Add(image, x)
            select sum;

        string text = string.Join("\n", mistaken.Build().Match(_ => Seq<Fault>.Empty, faults => faults));

        Assert.Equal("""
            dense1: got units 0, needed units of at least 1.
            split1: got parts 30 + 30 = 60, needed parts that add up to 64, axis 0 of [64] (a last part of 4 is missing).
            add1: got [8, 8] and [64], needed inputs of one shape (the sizes agree: Reshape to [8, 8]).
            """.ReplaceLineEndings("\n"), text);
    }

    [Fact]
    public void Gradients_are_functions_and_training_is_a_sequence()
    {
        var network = (Input(2) >> Dense(8) >> Tanh >> Dense(2)).Build().ToFin().ThrowIfFail();
        var xor = new Batch<float>(Tensor.From(new float[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } }), Tensor.From(new float[,] { { 1, 0 }, { 0, 1 }, { 0, 1 }, { 1, 0 } }));

        var objective = Objective.Of(network, SoftmaxLogLoss()).ToFin().ThrowIfFail();
        var start = objective.Start<float>(Adam(0.05), new Key(42));

        var gradient = objective.Gradient(start.Parameters, xor.Inputs, xor.Targets);      // a plain function: ∂E/∂w

        var best = objective.Epochs(Adam(0.05), start, xor, batchSize: 4)                  // a lazy sequence of immutable states
            .Take(200)
            .MinBy(epoch => epoch.Loss)!;

        Assert.True(gradient.IsSucc);
        Assert.InRange(best.Loss, 0, 0.05);
    }
}
