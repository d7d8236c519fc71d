using Functional.Core;
using Functional.Core.Kernels;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Checks;

/// <summary>The laws of pipelines, composition and networks, at layers drawn from a key.</summary>
[Collection("Workers")]
public class CompositionTests
{
    public static TheoryData<int> Seeds => Given.Seeds(30);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Pipelines_are_a_monad(int seed)
    {
        var key = new Key((ulong)seed).For("monad");
        Layer first = Any(key.Split(0)), second = Any(key.Split(1)), third = Any(key.Split(2));
        var pipeline = Input(1 + key.Below(4, 0)) >> first;
        Pipeline<Wire> Skip(Wire x) => from y in second.On(x) from z in Dense(y, x.Size) from sum in Add(x, z) select sum;
        Laws.Hold(PipelineLaws.LeftUnit(3, width => Input(width) >> first >> second), seed);
        Laws.Hold(PipelineLaws.RightUnit(pipeline), seed);
        Laws.Hold(PipelineLaws.Associative(pipeline, Skip, third.On), seed);
        Laws.Hold(PipelineLaws.Associative(pipeline, x => Dense(x, 0), Skip), seed);
        Laws.Hold(PipelineLaws.Repeatable(pipeline.SelectMany(Skip)), seed);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Layers_are_a_category(int seed)
    {
        var key = new Key((ulong)seed).For("category");
        Layer f = Any(key.Split(0)), g = Any(key.Split(1)), h = Any(key.Split(2)).Named("last");
        Laws.Hold(CompositionLaws.Associative(f, g, h), seed);
        Laws.Hold(CompositionLaws.LeftUnit(f), seed);
        Laws.Hold(CompositionLaws.RightUnit(f), seed);
        Laws.Hold(CompositionLaws.LeftUnit(f >> g), seed);
        Laws.Hold(CompositionLaws.Composed(f, g, Probe.Draw(key.For("x"), [1 + key.Below(3, 3), 4]), key), seed);
        Laws.Hold(CompositionLaws.Composed(f >> g, Residual(Tanh() >> Sigmoid) >> Softmax, Probe.Draw(key.For("x"), [2, 3]), key), seed);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_network_is_the_same_in_a_region_and_as_a_layer(int seed)
    {
        var key = new Key((ulong)seed).For("network");
        var network = (
            from x in Input(3)
            from y in Input(4)
            from shared in Shared(Dense(5) >> Any(key))
            from a in shared(x)
            from b in shared(x)
            from c in (Any(key.Split(1)) >> Dense(a.Size)).On(y)
            from sum in Add(a, b, c)
            from rest in Softmax(sum)
            select (sum, rest)).Build().ToFin().ThrowIfFail();
        var parameters = network.Initialize<double>(key);
        Tensors<double> inputs = [Probe.Draw(key.For("x"), [3, 3]), Probe.Draw(key.For("y"), [3, 4])];
        Laws.Hold(NetworkLaws.Region(network, parameters, inputs), seed);
        Laws.Hold(NetworkLaws.AsLayer(network, parameters, inputs, new Step<double>(Mode: Mode.Train, Key: key)), seed);
    }

    [Fact]
    public void One_thread_gives_the_bits_of_many()
    {
        var network = (Input(300) >> Dense(400) >> Tanh >> Dense(200) >> Sigmoid >> Dense(20) >> Softmax).Build().ToFin().ThrowIfFail();
        var parameters = network.Initialize<float>(new Key(3));
        float[] numbers = new float[256 * 300];
        new Key(4).Normal<float>(numbers);
        var x = Tensor.From<float>([256, 300], numbers);
        int before = Workers.Count;
        try
        {
            var results = new[] { 1, 2, 3, 7 }.Select(count =>
            {
                Workers.Count = count;
                var pullback = network.Pullback(parameters, x).ThrowIfFail();
                var (dx, dw) = pullback.Back(pullback.Outputs);
                return (pullback.Outputs, dx, dw.Values);
            }).ToArray();
            Assert.All(results, result => Assert.Equal(results[0], result));
        }
        finally
        {
            Workers.Count = before;
        }
    }

    private static Layer Any(Key key) => key.Below(6, 9) switch
    {
        0 => Dense(1 + key.Below(4, 10)),
        1 => Tanh(),
        2 => Relu(),
        3 => Softmax(),
        4 => Dense(2, bias: false) >> Sigmoid,
        _ => LogSoftmax(),
    };
}
