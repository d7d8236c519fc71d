using Functional.Core;
using Functional.Facade;
using static Functional.Core.Layers;
using static Functional.Core.Losses;
using static Functional.Core.Optimizers;

namespace Functional.Properties.Tests.Documentation;

/// <summary>What the README shows, as the one program that it says it is: its blocks in their order, below its <c>using</c> lines alone.</summary>
public class ReadmeExamples
{
    [Xunit.Fact]
    public void The_code_is_one_program()
    {
        var digits =
            from image in Input(8, 8)
            from x in Flatten(image)
            from h in Dense(x, 128)
            from a in Relu(h)
            from r in Residual(a, v => from d in Dense(v, v.Size) from s in Relu(d) select s)
            from y in Dense(r, 10)
            select y;

        var siamese =
            from left in Input("left", 64)
            from right in Input("right", 64)
            from encode in Shared(Dense(16) >> Tanh)
            from a in encode(left)
            from b in encode(right)
            from difference in Subtract(a, b)
            select difference;

        var line = Input(2) >> Dense(8) >> Tanh >> Dense(2);

        Network network = line.Build().ToFin().ThrowIfFail();               // to be trained with functions, below
        Model untrained = Model.Create(digits, seed: 1);                    // to be trained without monads: untrained.Fit(…)

        var mistaken =
            from image in Input(8, 8)
            from x in Flatten(image)
            from h in Dense(x, 0)
            from parts in Split(x, 30, 30)
            from sum in Add(image, x)
            select sum;

        string mistakes = mistaken.Build().Match(_ => "none", faults => string.Join("\n", faults));

        float[][] rows = [.. Enumerable.Range(0, 90).Select(i => new[] { i % 3, i % 2, MathF.Sin(i), MathF.Cos(i) })];      // say these are flowers
        int[] labels = [.. Enumerable.Range(0, 90).Select(i => i % 3)];                                                      // and their kinds

        Network flowers = NetworkBuilder.Input(4).Dense(16).Relu().Dense(3).Build();
        var (training, heldOut) = Examples.Labelled(rows, labels, classes: 3).Split(part: 0.2, seed: 1);

        Model model = Model.Create(flowers).Fit(training, new() { Epochs = 60, BatchSize = 16, Optimizer = Adam(0.01) });

        double accuracy = model.Evaluate(heldOut).Accuracy;
        int kind = model.PredictClass(rows[7]);

        model.Save("flowers.safetensors");
        Model same = Model.Load("flowers.safetensors");                     // the file holds the network too

        var answers = new int[rows.Length];
        Parallel.For(0, rows.Length, i => answers[i] = model.PredictClass(rows[i]));             // no locks, nothing to dispose

        Model best = Model.Create(flowers).Train(training, new() { Validation = heldOut })      // a lazy sequence of epochs, each with its model
            .Take(100)
            .Until(epoch => epoch.Validation!.Loss < 0.01)
            .Best(epoch => epoch.Validation!.Loss)
            .Model;

        var xor = new Batch<float>(
            Tensor.From(new float[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } }),
            Tensor.From(new float[,] { { 1, 0 }, { 0, 1 }, { 0, 1 }, { 1, 0 } }));

        var objective = Objective.Of(network, SoftmaxLogLoss()).ToFin().ThrowIfFail();
        var start = objective.Start<float>(Adam(0.05), new Key(42));

        var gradient = objective.Gradient(start.Parameters, xor.Inputs, xor.Targets);      // a plain function: ∂E/∂w

        var trained = objective.Epochs(Adam(0.05), start, xor, batchSize: 4)               // a lazy sequence of immutable states
            .Take(200)
            .MinBy(epoch => epoch.Loss)!;

        Tensor<float> outputs = network.Forward(trained.Parameters, xor.Inputs).ThrowIfFail()[0];

        Verify.Layer(new ScaleLayer(), [4]);

        Xunit.Assert.Equal(26_122, untrained.Network.Layout.Size);
        Xunit.Assert.Equal(64 * 16 + 16, siamese.Build().ToFin().ThrowIfFail().Layout.Size);
        Xunit.Assert.Equal((from x in Input(2) from h in Dense(x, 8) from s in Tanh(h) from y in Dense(s, 2) select y).Build(), line.Build());
        Xunit.Assert.Equal("""
            dense1: got units 0, needed units of at least 1.
            split1: got parts 30 + 30 = 60, needed parts that add up to 64, axis 0 of [64] (a last part of 4 is missing).
            add1: got [8, 8] and [64], needed inputs of one shape (the sizes agree: Reshape to [8, 8]).
            """.ReplaceLineEndings("\n"), mistakes);

        Xunit.Assert.InRange(accuracy, 0.9, 1);
        Xunit.Assert.Equal(kind, same.PredictClass(rows[7]));
        Xunit.Assert.Equal(rows.Select(row => model.PredictClass(row)), answers);
        Xunit.Assert.Equal(flowers, best.Network);

        Xunit.Assert.True(gradient.IsSucc);
        Xunit.Assert.InRange(trained.Loss, 0, 0.05);
        Xunit.Assert.All(Enumerable.Range(0, 4), i => Xunit.Assert.Equal(xor.Targets[0][i, 1] == 1, outputs[i, 1] > outputs[i, 0]));
    }
}
