using FsCheck.Xunit;
using Functional.Core;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Core.Losses;
using static Functional.Properties.Tests.Given;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests;

/// <summary>Cross-entropy from class numbers against the log loss of the probabilities that they stand for, and its mean as PyTorch defines it.</summary>
[Properties(Arbitrary = [typeof(Small)])]
public class CrossEntropyTests
{
    [Property]
    public void It_is_the_log_loss_of_one_hot_targets(Key key, Dims dims)
    {
        var (x, dy, classes) = (key.Normal([dims.Batch, dims.In]), key.Split(1).Normal([dims.Batch]), Classes(key, dims.Batch, dims.In));
        var oneHot = Matrix(dims.Batch, dims.In, (row, c) => classes[row] == c ? 1 : 0);
        var (layer, plain) = (CrossEntropy().Layer, SoftmaxLogLoss().Layer);
        Near(plain.Run<double>([x, oneHot])[0], layer.Run<double>([x, classes])[0]);
        var back = layer.Back<double>([x, classes], dy);
        Near(plain.Back<double>([x, oneHot], dy).Inputs[0], back.Inputs[0]);
        Assert.Equal(Tensor.Zeros<double>([dims.Batch]), back.Inputs[1]);
    }

    [Property]
    public void Smoothing_is_a_mixture_with_equal_probabilities(Key key, Dims dims)
    {
        var (x, classes) = (key.Normal([dims.Batch, dims.In]), Classes(key, dims.Batch, dims.In));
        var smooth = Matrix(dims.Batch, dims.In, (row, c) => (classes[row] == c ? 0.8 : 0) + 0.2 / dims.In);
        Near(SoftmaxLogLoss().Layer.Run<double>([x, smooth])[0], CrossEntropy(smoothing: 0.2).Layer.Run<double>([x, classes])[0]);
    }

    [Fact]
    public void The_mean_divides_by_the_weights_of_the_rows_that_count()
    {
        var network = Network.Of([2, 3], Dense(3)).Value();
        var loss = CrossEntropy(classWeights: Seq(0.5, 2, 4), ignored: -100);
        var (mean, sum) = (Objective.Of(network, loss).Value(), Objective.Of(network, loss with { Reduction = Reduction.Sum }).Value());
        var parameters = network.Initialize<double>(new Key(1));
        var (x, classes) = (new Key(2).Normal([3, 2, 3]), Tensor.From<double>([3, 2], 0, 1, -100, 2, 1, -100));
        const double Weights = 0.5 + 2 + 4 + 2;
        var (whole, average) = (sum.ValueAndGradient(parameters, x, classes).Value(), mean.ValueAndGradient(parameters, x, classes).Value());
        Assert.Equal(whole.Value / Weights, average.Value, 1e-14);
        Assert.Equal(average.Value, mean.Value(parameters, x, classes).Value(), 1e-15);
        Near(whole.Gradients.Values.Map(g => g / Weights), average.Gradients.Values);

        // By hand: Σ v (log Σ exp − x_t) over the rows that count.
        var y = network.Forward(parameters, x).Value()[0].Reshape([6, 3]);
        double[] v = [0.5, 2, 0, 4, 2, 0];
        int[] t = [0, 1, 0, 2, 1, 0];
        double expected = Sum(6, row => v[row] * (Math.Log(Sum(3, c => Math.Exp(y[row, c]))) - y[row, t[row]]));
        Assert.Equal(expected, whole.Value, 1e-12);
    }

    [Fact]
    public void Logits_of_ten_thousand_are_fine()
    {
        var x = Tensor.From<float>([2, 3], 1e4f, -1e4f, 0, -1e4f, 1e4f, 0);
        var classes = Tensor.From<float>([2], 1, 1);
        Assert.Equal([2e4f, 0], CrossEntropy().Layer.Run<float>([x, classes])[0].ToArray());
        Assert.Equal([1, -1, 0, 0, 0, 0], CrossEntropy().Layer.Back<float>([x, classes], Tensor.From<float>(1, 1)).Inputs[0].ToArray());
    }

    [Fact]
    public void What_is_no_class_gives_NaN_there_and_nowhere_else()
    {
        var x = Tensor.Zeros<double>([3, 2]);
        var classes = Tensor.From<double>(0, 2, 1);
        Assert.Equal([Math.Log(2), double.NaN, Math.Log(2)], CrossEntropy().Layer.Run<double>([x, classes])[0].ToArray());
        Assert.Equal([-0.5, 0.5, double.NaN, double.NaN, 0.5, -0.5], CrossEntropy().Layer.Back<double>([x, classes], Tensor.From<double>(1, 1, 1)).Inputs[0].ToArray());
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        var network = Network.Of([4], Dense(3)).Value();
        Assert.Contains("2 class weights for 3 classes", Objective.Of(network, CrossEntropy(classWeights: Seq(1.0, 2))).Faults());
        Assert.Contains("smoothing 1.5", Objective.Of(network, CrossEntropy(smoothing: 1.5)).Faults());
        Assert.Contains("a smoothing from 0 to 1", Objective.Of(network, CrossEntropy(smoothing: -0.1)).Faults());
        foreach (double weight in new[] { -1, double.NaN, double.PositiveInfinity })
            Assert.Contains("class weights of at least 0", Objective.Of(network, CrossEntropy(classWeights: Seq(1, weight, 1))).Faults());
        Assert.Empty(new CrossEntropyLayer { Smoothing = 1, ClassWeights = Seq(0.0, 1) }.Faults);
        Assert.Contains("one weight a class", Objective.Of(network, CrossEntropy(classWeights: Seq(1.0, 2))).Faults());
        Assert.Contains("a number []", CrossEntropy().Layer.Outputs(Seq(Shape.Scalar, Shape.Scalar)).Fault().Message);
        Assert.Contains("class numbers of shape []", CrossEntropy().Layer.Outputs(Seq(Shape.Of(3), Shape.Of(2))).Fault().Message);
        Assert.DoesNotContain("SoftmaxLogLoss", CrossEntropy().Layer.Outputs(Seq(Shape.Of(3), Shape.Of(2))).Fault().Message);
        Assert.Contains("SoftmaxLogLoss", CrossEntropy().Layer.Outputs(Seq(Shape.Of(3), Shape.Of(3))).Fault().Message);
        // There it would be one softmax over all rows.
        Assert.DoesNotContain("SoftmaxLogLoss", CrossEntropy().Layer.Outputs(Seq(Shape.Of(2, 3), Shape.Of(2, 3))).Fault().Message);
    }

    [Fact]
    public void One_hot_targets_are_told_what_takes_them()
    {
        string Refusal(Loss loss, Shape input, params Tensor<double>[] targets)
        {
            var network = Network.Of(input, Dense(3)).Value();
            return Objective.Of(network, loss).Value().Value(network.Initialize<double>(new Key(1)), Tensor.Zeros<double>(input.Batched(32)), [.. targets]).Fault().Message;
        }
        var oneHot = OneHot.Of<double>([.. Enumerable.Range(0, 32).Select(i => i % 3)], 3);
        const string Expected = "target1: got a tensor of shape [32, 3], needed [batch] (CrossEntropy takes class numbers; for one-hot targets take SoftmaxLogLoss).";
        Assert.Equal(Expected, Refusal(CrossEntropy(), [4], oneHot));
        Assert.Equal(Expected, Refusal(CrossEntropy().Weighted(), [4], oneHot, Tensor.Zeros<double>([32])));
        Assert.Equal("target1: got a tensor of shape [32, 4], needed [batch].", Refusal(CrossEntropy(), [4], Tensor.Zeros<double>([32, 4])));
        Assert.Equal(
            "target1: got a tensor of shape [32, 2, 3], needed [batch, 2] (CrossEntropy takes class numbers, one for each one-hot row).",
            Refusal(CrossEntropy(), [2, 4], Tensor.Zeros<double>([32, 2, 3])));
    }

    private static Tensor<double> Classes(Key key, int batch, int count) =>
        Tensor.Build<double>([batch], index => key.Below(count, (ulong)index[0]));
}
