using FsCheck.Xunit;
using Functional.Core;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Core.Losses;
using static Functional.Properties.Tests.Given;

namespace Functional.Properties.Tests;

/// <summary>A batch's error is the sum or the mean of its examples' errors, and so is its gradient.</summary>
[Properties(Arbitrary = [typeof(Small)])]
public class ReductionTests
{
    [Property]
    public void Sum_and_mean_are_those_of_the_examples(Key key, Dims dims)
    {
        var network = Network.Of([dims.In], Dense(dims.Out)).Value();
        var (sum, mean) = (Objective.Of(network, EuclideanLoss(Reduction.Sum)).Value(), Objective.Of(network, EuclideanLoss()).Value());
        var parameters = network.Initialize<double>(key);
        var (x, t) = (key.Normal([dims.Batch, dims.In]), key.Split(1).Normal([dims.Batch, dims.Out]));
        var each = Enumerable.Range(0, dims.Batch).Select(i => sum.ValueAndGradient(parameters, x.Slice(i, 1), t.Slice(i, 1)).Value()).ToList();
        var (whole, average) = (sum.ValueAndGradient(parameters, x, t).Value(), mean.ValueAndGradient(parameters, x, t).Value());

        double total = each.Sum(one => one.Value);
        var gradient = each.Select(one => one.Gradients).Aggregate((a, b) => a.Plus(b)).Values;
        Assert.Equal(1, whole.Value / total, 1e-12);
        Assert.Equal(1, average.Value / (total / dims.Batch), 1e-12);
        Near(gradient, whole.Gradients.Values);
        Near(gradient.Map(g => g / dims.Batch), average.Gradients.Values);
    }

    [Fact]
    public void Errors_of_several_outputs_add_up()
    {
        var network = (from i in Input(3) from left in Dense(i, 2) from right in Dense(i, 4) select (left, right)).Build().Value();
        var objective = Objective.Of(network, EuclideanLoss(Reduction.Sum), SoftmaxLogLoss()).Value();
        var key = new Key(5);
        var parameters = network.Initialize<double>(key);
        var (x, a, b) = (key.Normal([4, 3]), key.Normal([4, 2]), key.Distribution([4, 4]));
        var predictions = network.Forward(parameters, x).Value();
        double first = EuclideanLoss().Layer.Run<double>([predictions[0], a])[0].ToArray().Sum();
        double second = SoftmaxLogLoss().Layer.Run<double>([predictions[1], b])[0].ToArray().Average();
        var both = objective.ValueAndGradient(parameters, x, [a, b]).Value();
        Assert.Equal(first + second, both.Value, 1e-12);
        Assert.Equal(predictions, both.Outputs);
    }

    [Fact]
    public void A_loss_is_needed_for_every_output()
    {
        var network = (from i in Input(3) from left in Dense(i, 2) from right in Dense(i, 4) select (left, right)).Build().Value();
        Assert.Equal("got 1 losses, needed 2, one for each output of the network.", Objective.Of(network, EuclideanLoss()).Faults());
    }
}
