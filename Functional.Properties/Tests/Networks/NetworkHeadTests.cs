using Functional.Core;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

public class NetworkHeadTests
{
    [Fact]
    public void Body_and_head_are_the_network()
    {
        var network = Network.Of([2, 3], Flatten() >> Dense(4) >> Relu >> Softmax).ToFin().ThrowIfFail();
        var (body, head) = network.SplitHead().Match(both => both, () => throw new InvalidOperationException());
        Assert.Equal(Softmax(), head);
        Assert.Equal(Network.Of([2, 3], Flatten() >> Dense(4) >> Relu).ToFin().ThrowIfFail(), body);
        Assert.Equal(network.Layout, body.Layout);
        Assert.Equal(Input(3).Build().ToFin().ThrowIfFail(), Network.Of([3], Relu()).ToFin().ThrowIfFail().SplitHead().Match(both => both.Body, () => null!));
    }

    [Fact]
    public void A_head_has_one_input_one_output_and_no_parameters()
    {
        Assert.True(Network.Of([2], Relu() >> Dense(3)).ToFin().ThrowIfFail().SplitHead().IsNone);
        Assert.True((from x in Input(2) from a in Relu(x) from y in Add(x, a) select y).Build().ToFin().ThrowIfFail().SplitHead().IsNone);
        Assert.True((from x in Input(2) from a in Relu(x) from b in Tanh(a) select (a, b)).Build().ToFin().ThrowIfFail().SplitHead().IsNone);
        Assert.True((from x in Input(2) from a in Relu(x) from unused in Tanh(a) select a).Build().ToFin().ThrowIfFail().SplitHead().IsNone);
        Assert.True(Input(2).Build().ToFin().ThrowIfFail().SplitHead().IsNone);
    }
}
