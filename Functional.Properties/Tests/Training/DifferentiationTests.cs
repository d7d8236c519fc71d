using FsCheck.Xunit;
using Functional.Core;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Core.Losses;

namespace Functional.Properties.Tests;

/// <summary>Values, gradients and pullbacks tell one story, change nothing, and refuse what does not fit.</summary>
[Properties(Arbitrary = [typeof(Small)])]
public class DifferentiationTests
{
    [Property]
    public void Gradient_value_and_pullback_agree(Key key, Dims dims)
    {
        var network = (Input(dims.In) >> Dense(dims.Out) >> Residual(Dense(dims.Out) >> Tanh)).Built();
        var objective = Objective.Of(network, EuclideanLoss(Reduction.Sum)).Value();
        var parameters = network.Initialize<double>(key);
        var (x, t) = (key.Split(1).Normal([dims.Batch, dims.In]), key.Split(2).Normal([dims.Batch, dims.Out]));

        var both = objective.ValueAndGradient(parameters, x, t).Value();
        var pull = network.Pullback(parameters, x).Value();
        var seed = Subtract().Run<double>([pull.Outputs[0], t]);
        Assert.Equal(pull.Outputs, both.Outputs);
        Assert.Equal(pull.Back(seed).Parameters, both.Gradients);
        Assert.Equal(both.Value, objective.Value(parameters, x, t).Value());
        Assert.Equal(both.Gradients, objective.Gradient(parameters, x, t).Value());
        Assert.Equal(both.Gradients, network.Gradient(EuclideanLoss(Reduction.Sum), parameters, x, t).Value());
        Assert.Equal(network.Forward(parameters, x).Value(), pull.Outputs);
    }

    [Property]
    public void Going_back_is_pure_and_linear(Key key, Dims dims)
    {
        var network = (Input(dims.In) >> Dense(dims.Out) >> Tanh >> Dense(2)).Built();
        var parameters = network.Initialize<double>(key);
        var x = key.Split(1).Normal([dims.Batch, dims.In]);
        var (w, given) = (parameters.Values.ToArray(), x.ToArray());
        var pull = network.Pullback(parameters, x).Value();
        var (a, b) = (key.Split(2).Normal([dims.Batch, 2]), key.Split(3).Normal([dims.Batch, 2]));
        var (first, other, again) = (pull.Back(a), pull.Back(b), pull.Back(a));
        var together = pull.Back(a.Plus(b));

        Assert.Equal(first, again);
        Given.Near(first.Inputs[0].Plus(other.Inputs[0]), together.Inputs[0], 1e-10);
        Given.Near(first.Parameters.Values.Plus(other.Parameters.Values), together.Parameters.Values, 1e-10);
        Assert.Equal(w, parameters.Values.ToArray());
        Assert.Equal(given, x.ToArray());
    }

    private static readonly Network s_two = (from x in Input("x", 3) from y in Input("y", 2, 2) from a in Dense(x, 2) from f in Flatten(y) select (a, f)).Build().Value();
    private static readonly Parameters<double> s_parameters = s_two.Initialize<double>(new Key(1));

    private static string Refused(params ReadOnlySpan<Tensor<double>> inputs) => s_two.Forward(s_parameters, Tensors.Of(inputs)).Fault().Message;

    private static Tensor<double> Zeros(params ReadOnlySpan<int> sizes) => Tensor.Zeros<double>(Shape.Of(sizes));

    [Fact]
    public void Wrong_inputs_are_faults_with_their_names()
    {
        Assert.Equal("inputs: got 1 tensors, needed 2: x [3], y [2, 2].", Refused(Zeros(1, 3)));
        Assert.Equal("inputs: got 3 tensors, needed 2: x [3], y [2, 2].", Refused(Zeros(1, 3), Zeros(1, 2, 2), Zeros(1)));
        Assert.Equal("x: got a tensor of shape [1, 4], needed [batch, 3].", Refused(Zeros(1, 4), Zeros(1, 2, 2)));
        Assert.Equal("y: got a tensor of shape [2, 2], needed [batch, 2, 2] (put the batch in front, even of one example).", Refused(Zeros(2, 3), Zeros(2, 2)));
        Assert.Equal("y: got 3 examples, needed 2, as many as x has.", Refused(Zeros(2, 3), Zeros(3, 2, 2)));
        Assert.Equal("x: got 0 examples, needed at least one.", Refused(Zeros(0, 3), Zeros(0, 2, 2)));
        Assert.Equal("x: got a tensor of shape [], needed [batch, 3].", Refused(Zeros(), Zeros(1, 2, 2)));
        Assert.Equal("x: got no tensor, needed [batch, 3].", Refused(default, Zeros(1, 2, 2)));
    }

    [Fact]
    public void Wrong_parameters_are_faults()
    {
        var other = (Input(3) >> Dense(2)).Built().Initialize<double>(default);
        Assert.Contains("parameters of another network", (Input(3) >> Dense(2, bias: false)).Built().Forward(other, Zeros(1, 3)).Fault().Message);
        Assert.Contains("got values of shape [3], needed [8]", s_two.Forward(new(s_parameters.Layout, Zeros(3)), [Zeros(1, 3), Zeros(1, 2, 2)]).Fault().Message);
    }

    [Fact]
    public void Wrong_gradients_of_the_outputs_are_refused()
    {
        var pull = s_two.Pullback(s_parameters, [Zeros(3, 3), Zeros(3, 2, 2)]).Value();
        string Refusal(params Tensor<double>[] gradients) => Assert.Throws<ArgumentException>(() => pull.Back(Tensors.Of<double>(gradients))).Message;
        Assert.StartsWith("The gradient of output 1 has shape [2, 2]; [3, 2] is needed.", Refusal(Zeros(2, 2)), StringComparison.Ordinal);
        Assert.StartsWith("The gradient of output 2 has shape [3, 2]; [3, 4] is needed.", Refusal(Zeros(3, 2), Zeros(3, 2)), StringComparison.Ordinal);
        Assert.Contains("0 output gradients", Refusal());
        Assert.Contains("3 output gradients", Refusal(Zeros(3, 2), Zeros(3, 4), Zeros(3, 2)));
    }

    [Fact]
    public void Data_that_cannot_be_an_epoch_are_faults()
    {
        var objective = Objective.Of((Input(3) >> Dense(2)).Built(), EuclideanLoss()).Value();
        var start = objective.Start<double>(Optimizers.Sgd(0.1), new Key(1));
        string Refusal(Tensors<double> x, Tensors<double> t, int size = 2) => objective.Epoch(Optimizers.Sgd(0.1), start, new(x, t), size).Fault().Message;
        Assert.Equal("training: got batch size -1, needed at least 1.", Refusal(Zeros(4, 3), Zeros(4, 2), -1));
        Assert.Equal("target 1: got 3 examples, needed 4, as many as input 1 has.", Refusal(Zeros(4, 3), Zeros(3, 2)));
        Assert.Equal("target 1: got 5 examples, needed 4, as many as input 1 has.", Refusal(Zeros(4, 3), Zeros(5, 2)));
        Assert.Equal("input 1: got 0 examples, needed at least one.", Refusal(Zeros(0, 3), Zeros(0, 2)));
        Assert.Equal("input 1: got a single number, needed a batch of examples.", Refusal(Zeros(), Zeros(4, 2)));
        Assert.Equal("target 1: got no tensor, needed a batch of examples.", Refusal(Zeros(4, 3), default(Tensor<double>)));
        Assert.Equal("inputs: got 1 tensors, needed 2: input1 [3], target1 [2].", Refusal(Zeros(4, 3), default));
        Assert.Contains("needed examples to learn from", Refusal(default, default));
        Assert.Equal("input1: got a tensor of shape [2, 9], needed [batch, 3].", Refusal(Zeros(4, 9), Zeros(4, 2)));
    }

    [Fact]
    public void The_memory_of_another_optimizer_is_a_fault()
    {
        var objective = Objective.Of((Input(3) >> Dense(2)).Built(), EuclideanLoss()).Value();
        var start = objective.Start<double>(Optimizers.Sgd(0.1), new Key(1));
        Assert.Contains("the memory of another optimizer", objective.Step(Optimizers.Adam(0.1), start, new(Zeros(4, 3), Zeros(4, 2))).Fault().Message);
    }

    [Fact]
    public void A_failing_batch_in_the_middle_leaves_no_trace()
    {
        var objective = Objective.Of((Input(3) >> Dense(2)).Built(), EuclideanLoss()).Value();
        var optimizer = Optimizers.Adam(0.1);
        var start = objective.Start<double>(optimizer, new Key(1));
        Batch<double> good = new(Tensor.Filled([4, 3], 1.0), Zeros(4, 2)), bad = new(Zeros(4, 3), Zeros(4, 9));
        var kept = objective.Follow(optimizer, start, [good]).Value();
        var copy = kept.Parameters.Values.ToArray();
        Assert.Contains("target1: got a tensor of shape [4, 9]", objective.Follow(optimizer, kept, [good, good, bad]).Fault().Message);
        Assert.Equal(copy, kept.Parameters.Values.ToArray());
        Assert.Equal(objective.Follow(optimizer, start, [good, good]).Value(), objective.Step(optimizer, kept, good).Value());
    }
}
