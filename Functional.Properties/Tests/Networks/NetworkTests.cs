using FsCheck.Xunit;
using Functional.Core;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests;

/// <summary>Networks run as their layers do: nested, with several inputs and outputs, deep.</summary>
[Properties(Arbitrary = [typeof(Small)])]
public class NetworkTests
{
    [Property]
    public void A_network_is_its_layers_one_after_another(Key key, Dims dims)
    {
        var network = (Input(dims.In) >> Dense(dims.Out) >> Tanh >> Softmax).Built();
        var parameters = network.Initialize<double>(key);
        var x = key.Normal([dims.Batch, dims.In]);
        var byHand = Softmax().Run<double>(Tanh().Run<double>(Dense(dims.Out).Run<double>(x, parameters.All)));
        Assert.Equal(byHand, network.Forward(parameters, x).Value());
    }

    [Property]
    public void A_network_is_a_layer(Key key, Dims dims)
    {
        var inner = (Input(dims.In) >> Dense(dims.Out) >> Tanh).Built();
        var flat = (Input(dims.In) >> Dense(dims.Out) >> Tanh >> Dense(2)).Built();
        var nested = (Input(dims.In) >> inner >> Dense(2)).Built();
        var twice = (Input(dims.In) >> (Network.Of([dims.In], inner).Value() >> Dense(2))).Built();
        Assert.Equal("network1/dense1.weight, network1/dense1.bias, dense1.weight, dense1.bias", nested.ParameterNames());
        Assert.Equal("network1/network1/dense1.weight, network1/network1/dense1.bias, dense1.weight, dense1.bias", twice.ParameterNames());

        var w = key.Normal([flat.Layout.Size]);
        var (x, dy) = (key.Split(1).Normal([dims.Batch, dims.In]), key.Split(2).Normal([dims.Batch, 2]));
        var pulls = new[] { flat, nested, twice }.Select(network => network.Pullback(new Parameters<double>(network.Layout, w), x).Value()).ToList();
        Assert.All(pulls, pull => Assert.Equal(pulls[0].Outputs, pull.Outputs));
        Assert.All(pulls, pull => Assert.Equal(pulls[0].Back(dy).Inputs, pull.Back(dy).Inputs));
        Assert.All(pulls, pull => Assert.Equal(pulls[0].Back(dy).Parameters.Values, pull.Back(dy).Parameters.Values));

        // The same as a plain layer, outside any network.
        Assert.Equal(inner.Forward(new Parameters<double>(inner.Layout, key.Normal([inner.Layout.Size])), x).Value(), inner.Run<double>(x, new Parameters<double>(inner.Layout, key.Normal([inner.Layout.Size])).All));
    }

    [Fact]
    public void Sharing_inside_a_nested_network_stays()
    {
        var inner = (from x in Input(3) from s in Shared(Dense(3)) from a in s(x) from b in s(a) select b).Built();
        var outer = (from x in Input(3) from a in inner.On(x) from b in inner.On(a) select b).Built();
        Assert.Equal(
            "network1/shared1/dense1.weight, network1/shared1/dense1.bias, network2/shared1/dense1.weight, network2/shared1/dense1.bias",
            outer.ParameterNames());
        var shared = (from x in Input(3) from s in Shared(inner) from a in s(x) from b in s(a) select b).Built();
        Assert.Equal(12, shared.Layout.Size);
    }

    [Fact]
    public void A_network_is_bound_to_its_shapes() => Assert.Equal(
        "network1: got inputs [4], needed [3] (a built network is bound to its input shapes).",
        (Input(4) >> (Input(3) >> Dense(2)).Built()).Build().Faults());

    [Fact]
    public void Several_inputs_and_outputs()
    {
        var network = (
            from x in Input("x", 3)
            from y in Input("y", 2)
            from joined in Concat(x, y)
            from parts in Split(joined, 1, 4)
            from squared in Multiply(x, x)
            select Seq(parts[1], squared, y, parts[1])).Build().Value();
        Tensors<double> inputs = [Tensor.From<double>([1, 3], 1, 2, 3), Tensor.From<double>([1, 2], 4, 5)];
        var pull = network.Pullback(network.Initialize<double>(default), inputs).Value();
        var last = Tensor.From<double>([1, 4], 2, 3, 4, 5);
        Assert.Equal([last, Tensor.From<double>([1, 3], 1, 4, 9), inputs[1], last], (IEnumerable<Tensor<double>>)pull.Outputs);

        // Both uses of the last part, both factors of the square, and both ways from y count.
        var (back, _) = pull.Back([Tensor.From<double>([1, 4], 1, 10, 100, 1000), Tensor.From<double>([1, 3], 1, 1, 1), Tensor.From<double>([1, 2], 7, 7), Tensor.From<double>([1, 4], 2, 20, 200, 2000)]);
        Assert.Equal([Tensor.From<double>([1, 3], 2, 3 + 4, 30 + 6), Tensor.From<double>([1, 2], 307, 3007)], (IEnumerable<Tensor<double>>)back);
    }

    [Fact]
    public void What_leads_nowhere_has_gradient_0()
    {
        var network = (from x in Input(2) from unused in Input(3) from dead in Dense(x, 4) from y in Dense(x, 2) select y).Built();
        var parameters = network.Initialize<double>(new Key(1));
        var pull = network.Pullback(parameters, [Tensor.Filled([5, 2], 1.0), Tensor.Filled([5, 3], 1.0)]).Value();
        // In poisoned memory, so that a gradient left unwritten would show.
        var (inputs, gradients) = Region.Run(
            () => { var (i, g) = pull.Back(Tensor.Filled([5, 2], 1.0)); return new Both(i, g); }, poison: true);
        Assert.Equal(Tensor.Zeros<double>([5, 3]), inputs[1]);
        Assert.Equal(Tensor.Zeros<double>([4, 2]), gradients["dense1.weight"]);
        Assert.Equal(Tensor.Filled([2], 5.0), gradients["dense2.bias"]);
    }

    private sealed record Both(Tensors<double> Inputs, Gradients<double> Gradients) : IPromotable<Both>
    {
        public Both Promote() => new(Inputs.Promote(), Gradients.Promote());
    }

    [Fact]
    public void Layers_take_their_names_and_repeat_them_with_numbers()
    {
        var network = (Input(3) >> Dense(3).Named("in") >> Dense(3).Named("in") >> Dense(3) >> (Dense(3) >> Tanh).Named("block") >> Dense(3)).Built();
        Assert.Equal("in, in_2, dense1, block/dense1, block/tanh1, dense2", string.Join(", ", network.Nodes.Map(node => node.Path)));
    }

    [Fact]
    public void Deep_networks_build_and_run()
    {
        const int Depth = 1000;
        var line = Enumerable.Repeat(Dense(2), Depth).Aggregate(Input(2), (pipeline, layer) => pipeline >> layer).Built();
        var chain = (Input(2) >> Enumerable.Repeat(Dense(2), Depth).Aggregate((a, b) => a >> b)).Built();
        var nested = Enumerable.Range(0, 100).Aggregate(Dense(2), (inner, _) => Residual(inner));
        var deep = (Input(2) >> nested).Built();
        Assert.Equal(line, chain);
        Assert.Equal(Depth * 6, line.Layout.Size);
        foreach (var network in new[] { line, deep })
        {
            var objective = Objective.Of(network, Losses.EuclideanLoss()).Value();
            var x = Tensor.Filled([3, 2], 1.0);
            Assert.True(double.IsFinite(objective.ValueAndGradient(network.Initialize<double>(new Key(1)), x, x).Value().Value));
            Assert.NotEmpty(network.Summary);
        }
    }

    [Fact]
    public void One_network_serves_many_threads()
    {
        var network = (Input(5) >> Dense(7) >> Tanh >> Dense(3)).Built();
        var objective = Objective.Of(network, Losses.SoftmaxLogLoss()).Value();
        var parameters = network.Initialize<double>(new Key(3));
        Gradients<double> At(int i) => objective.Gradient(parameters, new Key((ulong)i).Normal([4, 5]), new Key((ulong)i).Distribution([4, 3])).Value();
        var alone = Enumerable.Range(0, 64).Select(At).ToList();
        var together = new Gradients<double>[64];
        Parallel.For(0, 64, i => together[i] = At(i));
        Assert.Equal(alone, together);
    }
}
