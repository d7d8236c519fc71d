using FsCheck.Xunit;
using Functional.Core;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

/// <summary>Sharing is asked for, never an accident: one set of parameters for each <c>Shared</c>, whose gradients add up.</summary>
[Properties(Arbitrary = [typeof(Small)])]
public class SharedTests
{
    [Fact]
    public void A_shared_layer_has_one_set_of_parameters()
    {
        var network = (
            from x in Input(3)
            from y in Input(3)
            from encode in Shared(Dense(4))
            from a in encode(x)
            from b in encode(y)
            from sum in Add(a, b)
            select sum).Built();

        Assert.Equal("shared1/dense1.weight, shared1/dense1.bias", network.ParameterNames());
    }

    [Fact]
    public void A_layer_used_twice_without_sharing_has_two()
    {
        var dense = Dense(4);
        var network = (from x in Input(3) from a in dense.On(x) from b in dense.On(x) from sum in Add(a, b) select sum).Built();

        Assert.Equal("dense1.weight, dense1.bias, dense2.weight, dense2.bias", network.ParameterNames());
    }

    [Fact]
    public void Two_shared_layers_declared_before_their_uses_are_two()
    {
        var network = (
            from x in Input(3)
            from first in Shared(Dense(4))
            from second in Shared(Dense(4))
            from a in first(x)
            from b in second(x)
            from c in second(x)
            from sum in Add(a, b, c)
            select sum).Built();

        Assert.Equal(2 * (3 * 4 + 4), network.Layout.Size);
    }

    [Fact]
    public void A_shared_layer_keeps_its_path_to_itself()
    {
        var network = (
            from x in Input(3)
            from own in Shared(Dense(3))
            from residual in Residual(Dense(3)).Named("shared1").On(x)
            from a in own(residual)
            from inner in Residual(a, v => from s in Shared(Dense(3)) from o in own(v) from b in s(o) select b)
            select inner).Built();

        Assert.Equal(
            "shared1_2/dense1.weight, shared1_2/dense1.bias, shared1/dense1.weight, shared1/dense1.bias, residual1/shared1/dense1.weight, residual1/shared1/dense1.bias",
            network.ParameterNames());
    }

    [Fact]
    public void Named_shared_layers_keep_their_names() => Assert.Equal(
        "encode/encode.weight, encode/encode.bias",
        (from x in Input(3) from s in Shared(Dense(3).Named("encode")) from a in s(x) from b in s(a) select b).Built().ParameterNames());

    [Property]
    public void Gradients_of_the_uses_add_up(Key key, Dims dims)
    {
        Pipeline<Wire> Siamese(Func<Wire, Pipeline<Func<Wire, Pipeline<Wire>>>> left, Func<Wire, Pipeline<Func<Wire, Pipeline<Wire>>>> right) =>
            from x in Input(dims.In)
            from y in Input(dims.In)
            from first in left(x)
            from second in right(y)
            from a in first(x)
            from b in second(y)
            from product in Multiply(a, b)
            select product;

        Func<Wire, Pipeline<Wire>>? encode = null;
        var shared = Siamese(_ => Shared(Dense(dims.Out) >> Tanh).Select(use => encode = use), _ => Pipeline.Return(encode!)).Built();
        // By hand: two sets of parameters that happen to hold the same numbers.
        Func<Wire, Pipeline<Wire>> own = wire => (Dense(dims.Out) >> Tanh).On(wire);
        var apart = Siamese(_ => Pipeline.Return(own), _ => Pipeline.Return(own)).Built();

        var w = key.Normal([shared.Layout.Size]);
        var both = Tensor.From<double>([2 * w.Size], [.. w.ToArray(), .. w.ToArray()]);
        Tensors<double> inputs = [key.Split(1).Normal([dims.Batch, dims.In]), key.Split(2).Normal([dims.Batch, dims.In])];
        var dy = key.Split(3).Normal([dims.Batch, dims.Out]);
        var (one, two) = (shared.Pullback(new(shared.Layout, w), inputs).Value(), apart.Pullback(new(apart.Layout, both), inputs).Value());

        Assert.Equal(two.Outputs, one.Outputs);
        var (sharedBack, apartBack) = (one.Back(dy), two.Back(dy));
        Assert.Equal(apartBack.Inputs, sharedBack.Inputs);
        var halves = apartBack.Parameters.Values.Reshape([2, w.Size]);
        Given.Near(halves.Example(0).Plus(halves.Example(1)), sharedBack.Parameters.Values, 1e-13);
    }
}
