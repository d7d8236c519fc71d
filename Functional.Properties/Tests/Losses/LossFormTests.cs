using FsCheck.Xunit;
using Functional.Core;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Core.Losses;
using static Functional.Properties.Tests.Given;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests;

/// <summary>The losses by their formulas, weights of examples, penalties on parameters.</summary>
[Properties(Arbitrary = [typeof(Small)])]
public class LossFormTests
{
    [Property]
    public void Losses_of_differences(Key key, Dims dims)
    {
        var (x, t) = (key.Normal([dims.Batch, dims.In]), key.Split(1).Normal([dims.Batch, dims.In]));
        void Is(Loss loss, Func<double, double> e) => Near(PerRow(dims, (row, i) => e(x[row, i] - t[row, i])), loss.Layer.Run<double>([x, t])[0]);
        Is(AbsoluteLoss(), Math.Abs);
        Is(HuberLoss(0.7), d => Math.Abs(d) <= 0.7 ? d * d / 2 : 0.7 * (Math.Abs(d) - 0.35));
        Is(SmoothAbsoluteLoss(0.7), d => Math.Abs(d) <= 0.7 ? d * d / 1.4 : Math.Abs(d) - 0.35);
    }

    [Property]
    public void Losses_of_rows(Key key, Dims dims)
    {
        Shape shape = [dims.Batch, dims.In];
        var (x, t, p) = (key.Normal(shape), key.Split(1).Normal(shape), key.Distribution(shape));
        var signs = t.Map(v => v < 0 ? -1.0 : 1);
        Near(PerRow(dims, (row, i) => Math.Max(0, 1 - signs[row, i] * x[row, i])), HingeLoss().Layer.Run<double>([x, signs])[0]);
        Near(PerRow(dims, (row, i) => p[row, i] * (Math.Log(p[row, i]) - x[row, i])), DivergenceLoss().Layer.Run<double>([x, p])[0]);
        double Length(Tensor<double> v, int row) => Math.Sqrt(Sum(dims.In, i => v[row, i] * v[row, i]));
        Near(
            Tensor.From<double>([.. Enumerable.Range(0, dims.Batch).Select(row => 2 - Sum(dims.In, i => x[row, i] * t[row, i]) / (Length(x, row) * Length(t, row)))]),
            CosineLoss().Layer.Run<double>([x, t])[0].Map(e => e + 1));
    }

    [Fact]
    public void A_divergence_from_certainty_and_a_vector_of_length_0_are_finite()
    {
        var (logs, certain) = (Tensor.From<double>([1, 2], -1, -2), Tensor.From<double>([1, 2], 1, 0));
        Assert.Equal([1.0], DivergenceLoss().Layer.Run<double>([logs, certain])[0].ToArray());
        Assert.Equal([1.0], CosineLoss().Layer.Run<double>([Tensor.Zeros<double>([1, 2]), certain])[0].ToArray());
    }

    [Fact]
    public void A_triplet_is_trained_by_minimizing_it()
    {
        var network = (
            from a in Input(2)
            from p in Input(2)
            from n in Input(2)
            from encode in Shared(Dense(2))
            from x in encode(a)
            from y in encode(p)
            from z in encode(n)
            from error in TripletLoss(x, y, z)
            select error).Build().Value();
        var objective = Objective.Of(network, Minimize()).Value();
        var key = new Key(3);
        var parameters = network.Initialize<double>(key);
        Tensors<double> inputs = [key.Normal([4, 2]), key.Split(1).Normal([4, 2]), key.Split(2).Normal([4, 2])];
        var both = objective.ValueAndGradient(parameters, inputs, default).Value();
        Assert.Equal(network.Forward(parameters, inputs).Value()[0].ToArray().Average(), both.Value, 1e-14);
        var less = new Parameters<double>(parameters.Layout, parameters.Values.Plus(both.Gradients.Values.Map(g => -0.01 * g)));
        Assert.True(objective.Value(less, inputs, default).Value() < both.Value);
    }

    [Property]
    public void Weights_of_examples_scale_their_errors(Key key, Dims dims)
    {
        var network = Network.Of([dims.In], Dense(dims.Out)).Value();
        var parameters = network.Initialize<double>(key);
        var (x, t, w) = (key.Normal([dims.Batch, dims.In]), key.Split(1).Normal([dims.Batch, dims.Out]), key.Split(2).Normal([dims.Batch]));
        var weighted = Objective.Of(network, EuclideanLoss(Reduction.Sum).Weighted()).Value().ValueAndGradient(parameters, x, [t, w]).Value();
        var each = Enumerable.Range(0, dims.Batch)
            .Select(i => Objective.Of(network, EuclideanLoss(Reduction.Sum)).Value().ValueAndGradient(parameters, x.Slice(i, 1), t.Slice(i, 1)).Value()).ToList();
        Assert.Equal(Sum(dims.Batch, i => w[i] * each[i].Value), weighted.Value, 1e-10);
        var gradient = each.Select((one, i) => one.Gradients.Values.Map(g => w[i] * g)).Aggregate((a, b) => a.Plus(b));
        Near(gradient, weighted.Gradients.Values, 1e-10);
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        var network = Network.Of([4], Dense(3)).Value();
        foreach (double wrong in new[] { 0, -1, double.NaN })
        {
            Assert.Contains($"delta {wrong}", Objective.Of(network, HuberLoss(wrong)).Faults());
            Assert.Contains($"beta {wrong}", Objective.Of(network, SmoothAbsoluteLoss(wrong)).Faults());
        }
        Assert.Contains("a delta above 0", Objective.Of(network, HuberLoss(0)).Faults());
        Assert.Contains("a beta above 0 (for 0 take AbsoluteLoss)", Objective.Of(network, SmoothAbsoluteLoss(0)).Faults());
        var weighted = EuclideanLoss().Weighted().Layer;
        Assert.Contains("inputs [3], [3], [2]", weighted.Outputs(Seq(Shape.Of(3), Shape.Of(3), Shape.Of(2))).Fault().Message);
        Assert.Contains("last a weight of shape []", weighted.Outputs(Seq1(Shape.Scalar)).Fault().Message);
        Assert.Equal(Seq1(Shape.Scalar), weighted.Outputs(Seq(Shape.Of(3), Shape.Of(3), Shape.Scalar)).Value());
    }

    [Fact]
    public void Penalties_are_added_to_the_error_and_its_gradient()
    {
        var network = Network.Of([3], Dense(4) >> Tanh >> Dense(2)).Value();
        var plain = Objective.Of(network, EuclideanLoss()).Value();
        var penalised = plain.With(new Penalty(L2: 0.3), new Penalty(L1: 0.2, On: "dense2.bias"));
        var key = new Key(9);
        var start = network.Initialize<double>(key);
        var parameters = new Parameters<double>(start.Layout, key.Normal(start.Values.Shape));
        var (x, t) = (key.Split(1).Normal([5, 3]), key.Split(2).Normal([5, 2]));
        var (before, after) = (plain.ValueAndGradient(parameters, x, t).Value(), penalised.ValueAndGradient(parameters, x, t).Value());

        double squares = new[] { "dense1.weight", "dense2.weight" }.Sum(name => parameters[name].ToArray().Sum(w => w * w));
        Assert.Equal(before.Value + 0.15 * squares + 0.2 * parameters["dense2.bias"].ToArray().Sum(Math.Abs), after.Value, 1e-12);
        Assert.Equal(after.Value, penalised.Value(parameters, x, t).Value(), 1e-14);
        Near(before.Gradients["dense1.weight"].Plus(parameters["dense1.weight"].Map(w => 0.3 * w)), after.Gradients["dense1.weight"]);
        Near(before.Gradients["dense2.bias"].Plus(parameters["dense2.bias"].Map(w => 0.2 * Math.Sign(w))), after.Gradients["dense2.bias"]);
        Assert.Equal(before.Gradients["dense1.bias"], after.Gradients["dense1.bias"]);
    }

    [Theory]
    [InlineData("weight", true, true)]
    [InlineData("dense2.weight", false, true)]
    [InlineData("residual1/dense2.weight", false, true)]
    [InlineData("", true, true)]
    [InlineData("eight", false, false)]
    public void A_penalty_is_for_the_parameters_whose_names_end_so(string on, bool first, bool second)
    {
        var penalty = new Penalty(L2: 1, On: on);
        Assert.Equal((first, second), (penalty.Covers("dense1.weight"), penalty.Covers("residual1/dense2.weight")));
    }

    private static Tensor<double> PerRow(Dims dims, Func<int, int, double> term) =>
        Tensor.From<double>([.. Enumerable.Range(0, dims.Batch).Select(row => Sum(dims.In, i => term(row, i)))]);
}
