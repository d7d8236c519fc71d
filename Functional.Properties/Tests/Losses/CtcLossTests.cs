using FsCheck.Xunit;
using Functional.Core;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Core.Losses;
using static Functional.Properties.Tests.Given;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests;

/// <summary>CTC against the sum over all paths one by one, as the loss is defined.</summary>
[Properties(Arbitrary = [typeof(Small)])]
public class CtcLossTests
{
    [Property]
    public void It_is_the_sum_over_all_paths(Key key)
    {
        int steps = 1 + key.Below(5, 0), classes = 2 + key.Below(2, 1), room = 1 + key.Below(3, 2), blank = key.Below(classes, 3);
        var x = key.Normal([1, steps, classes]);
        int[] labels = [.. Enumerable.Range(0, room - key.Below(2, 4)).Select(i => Other(key.Split((ulong)i).Below(classes - 1, 0), blank))];
        var t = Tensor.From<double>([1, room], [.. labels.Select(label => (double)label), .. Enumerable.Repeat(-1.0, room - labels.Length)]);
        var loss = CtcLoss(room, blank).Layer;

        var (likelihood, uses) = Enumerated(x, labels, blank, steps);
        double error = loss.Run<double>([x, t])[0].Span[0];
        var dx = loss.Back<double>([x, t], Tensor.From<double>(2)).Inputs[0];
        if (likelihood == 0)
        {
            Assert.Equal(double.PositiveInfinity, error);
            Assert.All(dx.ToArray(), number => Assert.Equal(double.NaN, number));
            var skipping = CtcLoss(room, blank, skipsImpossible: true).Layer;
            Assert.Equal(0, skipping.Run<double>([x, t])[0].Span[0]);
            Assert.All(skipping.Back<double>([x, t], Tensor.From<double>(2)).Inputs[0].ToArray(), number => Assert.Equal(0, number));
            return;
        }
        Assert.Equal(-Math.Log(likelihood), error, 1e-12);
        // δx = p − the share of the likelihood whose paths have the class at the step.
        var p = Softmax().Run<double>(x)[0];
        Near(Tensor.From<double>([1, steps, classes], [.. p.ToArray().Select((share, i) => 2 * (share - uses[i] / likelihood))]), dx);
    }

    [Fact]
    public void What_is_impossible_by_a_logit_is_skipped_too()
    {
        var (x, t) = (Tensor.From<double>([1, 1, 3], 0, double.NegativeInfinity, 1), Tensor.From<double>([1, 1], 1));
        var layer = CtcLoss(1, skipsImpossible: true).Layer;
        Assert.Equal(0, layer.Run<double>([x, t])[0].Span[0]);
        Assert.Equal(Tensor.Zeros<double>([1, 1, 3]), layer.Back<double>([x, t], Tensor.From<double>(1)).Inputs[0]);
        Assert.Equal(double.PositiveInfinity, CtcLoss(1).Layer.Run<double>([x, t])[0].Span[0]);
    }

    [Fact]
    public void Steps_beyond_the_length_count_nothing()
    {
        var (x, t) = (new Key(5).Normal([3, 6, 4]), Tensor.From<double>([3, 3], 1, 2, -1, 3, 3, 1, -1, -1, -1));
        var (layer, cut) = (CtcLoss(3, hasLengths: true).Layer, CtcLoss(3).Layer);
        double[] lengths = [4, 6, 2];
        var errors = layer.Run<double>([x, t, Tensor.From<double>(lengths)])[0];
        var dx = layer.Back<double>([x, t, Tensor.From<double>(lengths)], Tensor.From<double>(1, 1, 1)).Inputs[0];
        for (int example = 0; example < 3; example++)
        {
            int length = (int)lengths[example];
            var part = Tensor.From<double>([1, length, 4], x.Slice(example, 1).Span[..(4 * length)]);
            Assert.Equal(cut.Run<double>([part, t.Slice(example, 1)])[0].Span[0], errors.Span[example], 1e-13);
            Near(cut.Back<double>([part, t.Slice(example, 1)], Tensor.From<double>(1)).Inputs[0], Tensor.From<double>([1, length, 4], dx.Slice(example, 1).Span[..(4 * length)]));
            Assert.All(dx.Slice(example, 1).ToArray()[(4 * length)..], number => Assert.Equal(0, number));
        }
    }

    [Fact]
    public void Long_sequences_do_not_underflow()
    {
        // Each path has the same probability, 5^−T, and there are (T + L over 2L) of them where neighbouring labels differ.
        const int Steps = 2000, Labels = 3;
        var x = Tensor.Zeros<float>([1, Steps, 5]);
        double paths = 0;
        for (int i = 0; i < 2 * Labels; i++) paths += Math.Log(Steps + Labels - i) - Math.Log(i + 1);
        double expected = Steps * Math.Log(5) - paths;
        Assert.Equal(expected, CtcLoss(Labels).Layer.Run<float>([x, Tensor.From<float>([1, Labels], 1, 2, 3)])[0].Span[0], 0.01);
        Assert.All(CtcLoss(Labels).Layer.Back<float>([x, Tensor.From<float>([1, Labels], 1, 2, 3)], Tensor.From<float>(1)).Inputs[0].ToArray(), number => Assert.True(float.IsFinite(number)));
    }

    [Fact]
    public void What_is_no_label_gives_NaN()
    {
        var x = new Key(1).Normal([3, 4, 3]);
        var t = Tensor.From<double>([3, 2], 1, 3, 0, 1, 1, 2);
        double[] errors = CtcLoss(2).Layer.Run<double>([x, t])[0].ToArray();
        Assert.Equal([true, true, false], errors.Select(double.IsNaN));
        Assert.Equal([true, true, false], CtcLoss(2, hasLengths: true).Layer.Run<double>([x, Tensor.From<double>([3, 2], 1, 2, 1, 2, 1, 2), Tensor.From<double>(5, -1, 4)])[0].ToArray().Select(double.IsNaN));
    }

    [Fact]
    public void A_network_learns_where_labels_stand()
    {
        // A label stands wherever its own input is 1, which the loss is not told.
        var key = new Key(3);
        const int Count = 64, Length = 8;
        double[] x = new double[Count * Length * 3], t = new double[Count * 3];
        for (int i = 0; i < Count; i++)
            for (int label = 0, step = 0; label < 3; label++)
            {
                int kind = key.Below(2, (ulong)(4 * i + label));
                t[3 * i + label] = 1 + kind;
                step += key.Split(1).Below(2, (ulong)(4 * i + label));
                x[(i * Length + step) * 3 + 1 + kind] = 1;
                step += 2;
            }
        var objective = Objective.Of(Network.Of([Length, 3], Dense(3)).Value(), CtcLoss(3)).Value();
        var data = new Batch<double>(Tensor.From<double>([Count, Length, 3], x), Tensor.From<double>([Count, 3], t));
        var optimizer = Optimizers.Adam(0.1);
        var states = objective.Epochs(optimizer, objective.Start<double>(optimizer, key), data, Count).Take(150).ToList();
        Assert.InRange(states[^1].Loss, 0, 0.2 * states[0].Loss);
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        var network = Network.Of([5, 4], Dense(3)).Value();
        Assert.Contains("blank 3 of 3 classes", Objective.Of(network, CtcLoss(2, blank: 3)).Faults());
        Assert.Contains("labels", Objective.Of(network, CtcLoss(0)).Faults());
        Assert.Contains("blank and padding", Objective.Of(network, CtcLoss(2, blank: 1, padding: 1)).Faults());
        Assert.Contains("logits of shape [3]", Objective.Of(Network.Of([4], Dense(3)).Value(), CtcLoss(2)).Faults());
        Assert.Contains("blank -1", string.Join(", ", new CtcLayer(2) { Blank = -1, Padding = -2 }.Faults));
        Assert.Equal(-1, new CtcLayer(2).Padding);
        Assert.Contains("[2]: labels", new CtcLayer(2).Outputs(Seq(Shape.Of(5, 4), Shape.Of(3))).Fault().Message);
        Assert.DoesNotContain("and a length", new CtcLayer(2).Outputs(Seq(Shape.Of(5, 4), Shape.Of(3))).Fault().Message);
        Assert.Contains("targets [3], []", new CtcLayer(2) { HasLengths = true }.Outputs(Seq(Shape.Of(5, 4), Shape.Of(3), Shape.Scalar)).Fault().Message);
        Assert.Contains("[2], []: labels and a length", new CtcLayer(2) { HasLengths = true }.Outputs(Seq(Shape.Of(5, 4), Shape.Of(3), Shape.Scalar)).Fault().Message);
        Assert.Contains("targets [3]", new CtcLayer(2).Outputs(Seq(Shape.Of(5, 4), Shape.Of(3))).Fault().Message);
    }

    private static int Other(int number, int blank) => number < blank ? number : number + 1;

    /// <summary>The likelihood of the labels, and how much of it goes through each class at each step.</summary>
    private static (double Likelihood, double[] Uses) Enumerated(Tensor<double> x, int[] labels, int blank, int steps)
    {
        int classes = x.Shape[2], paths = (int)Math.Pow(classes, steps);
        var p = Softmax().Run<double>(x)[0];
        double likelihood = 0;
        double[] uses = new double[steps * classes];
        for (int number = 0; number < paths; number++)
        {
            int[] path = [.. Enumerable.Range(0, steps).Select(step => number / (int)Math.Pow(classes, step) % classes)];
            var joined = path.Where((symbol, step) => step == 0 || symbol != path[step - 1]).Where(symbol => symbol != blank);
            if (!joined.SequenceEqual(labels)) continue;
            double chance = path.Select((symbol, step) => p[0, step, symbol]).Aggregate(1.0, (product, factor) => product * factor);
            likelihood += chance;
            for (int step = 0; step < steps; step++) uses[step * classes + path[step]] += chance;
        }
        return (likelihood, uses);
    }
}
