using FsCheck.Xunit;
using Functional.Core;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

/// <summary>Pipelines are a monad and layers a category, up to equality of the built networks; all ways to write a network agree.</summary>
[Properties(Arbitrary = [typeof(Small)])]
public class PipelineLawTests
{
    // Arrows from wire to pipeline, drawn by a key, the last one a mistake now and then.
    private static Func<Wire, Pipeline<Wire>> Arrow(Key key) => key.Below(7, 0) switch
    {
        0 => x => Dense(x, 1 + key.Below(4, 1)),
        1 => Sigmoid,
        2 => x => Residual(x, v => from d in Dense(v, v.Size) from s in Tanh(d) select s),
        3 => x => from two in Shared(Dense(x.Size)) from a in two(x) from b in two(a) from sum in Add(a, b) select sum,
        4 => Pipeline.Return,
        5 => x => from parts in Split(x, x.Size) from y in Input(x.Shape) from sum in Add(parts[0], y) select sum,
        _ => x => Dense(x, -1),
    };

    private static Layer Draw(Key key) => key.Below(5, 0) switch
    {
        0 => Dense(1 + key.Below(4, 1)),
        1 => Softmax(),
        2 => Residual(Dense(3) >> Relu),
        3 => Identity(),
        _ => (Dense(2) >> Tanh).Named("block"),
    };

    private static bool Same(Pipeline<Wire> a, Pipeline<Wire> b)
    {
        var (first, second) = (a.Build(), b.Build());
        return first.Faults() == second.Faults() && first.Match(
            network => network == second.Value() && network.GetHashCode() == second.Value().GetHashCode() && network.Summary == second.Value().Summary,
            _ => second.IsFail);
    }

    [Property]
    public bool Return_is_a_left_unit(Key key) =>
        Same(Input(3).SelectMany(x => Pipeline.Return(x).SelectMany(Arrow(key))), Input(3).SelectMany(Arrow(key)));

    [Property]
    public bool Return_is_a_right_unit(Key key)
    {
        var pipeline = Input(3).SelectMany(Arrow(key));
        return Same(pipeline.SelectMany(Pipeline.Return), pipeline);
    }

    [Property]
    public bool Binding_is_associative(Key key)
    {
        var (p, f, g) = (Input(3).SelectMany(Arrow(key)), Arrow(key.Split(1)), Arrow(key.Split(2)));
        return Same(p.SelectMany(f).SelectMany(g), p.SelectMany(x => f(x).SelectMany(g)));
    }

    [Property]
    public bool Select_is_a_functor(Key key)
    {
        var p = Input(3).SelectMany(Arrow(key));
        return Same(p.Select(x => x), p) && p.Select(x => x.Size).Select(size => size + 1).Run(new Draft(new object())).Value == p.Select(x => x.Size + 1).Run(new Draft(new object())).Value;
    }

    [Property]
    public bool Composition_is_associative_as_values_and_as_networks(Key key)
    {
        var (f, g, h) = (Draw(key), Draw(key.Split(1)), Draw(key.Split(2)));
        return (f >> g) >> h == f >> (g >> h)
            && ((f >> g) >> h).GetHashCode() == (f >> (g >> h)).GetHashCode()
            && Same((Input(3) >> f >> g) >> h, Input(3) >> (f >> (g >> h)));
    }

    [Property]
    public bool Identity_is_its_unit(Key key)
    {
        var f = Draw(key);
        return Identity() >> f == f && f >> Identity() == f && Same(Input(3) >> Identity() >> f, Input(3) >> f) && Same(Input(3) >> Identity(), Input(3));
    }

    [Fact]
    public void Query_method_and_line_give_equal_networks()
    {
        var query = from x in Input(4) from h in Dense(x, 5) from a in Tanh(h) from y in Dense(a, 2) select y;
        var method = Input(4).SelectMany(x => Dense(x, 5)).SelectMany(Tanh).SelectMany(a => Dense(a, 2));
        var then = Input(4).Then(Dense(5)).Then(Tanh()).Then(Dense(2));
        var line = Input(4) >> Dense(5) >> Tanh >> Dense(2);
        var layer = Input(4) >> (Dense(5).Then(Tanh()) >> Dense(2));
        foreach (var other in new[] { method, then, line, layer })
        {
            Assert.Equal(query.Built(), other.Built());
            Assert.Equal(query.Built().GetHashCode(), other.Built().GetHashCode());
        }
        Assert.Equal(query.Built(), Network.Of([4], Dense(5) >> Tanh >> Dense(2)).Value());
    }

    [Fact]
    public void Building_twice_gives_equal_networks() => Assert.True(Same(Input(3) >> Dense(2), Input(3) >> Dense(2)));

    [Fact]
    public void Naming_a_layer_or_writing_it_out_is_the_same()
    {
        var layer = Dense(3);
        Assert.True(Same(
            from x in Input(3) from a in layer.On(x) from b in layer.On(a) select b,
            from x in Input(3) from a in Dense(x, 3) from b in Dense(a, 3) select b));
    }

    [Fact]
    public void Networks_differ_in_whatever_makes_them_differ()
    {
        Pipeline<Wire>[] all =
        [
            Input(3) >> Dense(3), Input(3) >> Dense(4), Input(4) >> Dense(3), Input("x", 3) >> Dense(3), Input(3) >> Dense(3) >> Tanh, Input(3) >> Tanh >> Dense(3),
            Input(3) >> Dense(3, bias: false), Input(3) >> Dense(3).Named("head"), Input(3) >> (Dense(3) >> Tanh).Named("head"),
            Input(3) >> (Dense(3) as DenseLayer)! with { WeightInitializer = Initializer.HeNormal },
            from x in Input(3) from y in Dense(x, 3) from z in Dense(x, 3) select z,
            from x in Input(3) from y in Dense(x, 3) from z in Dense(x, 3) select y,
            from x in Input(3) from y in Dense(x, 3) from z in Dense(y, 3) select z,
            from x in Input(3) from s in Shared(Dense(3)) from y in s(x) from z in s(y) select z,
        ];
        for (int i = 0; i < all.Length; i++)
            for (int j = 0; j < all.Length; j++)
                Assert.True(all[i].Built() == all[j].Built() == (i == j), $"{i} and {j}");
    }
}
