using FsCheck.Xunit;
using Functional.Core;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

/// <summary>A region changes where memory comes from and nothing else; what outlives it is refused, never wrong.</summary>
[Properties(Arbitrary = [typeof(Small)])]
public class RegionProperties
{
    [Property]
    public bool The_result_is_that_of_the_function(Key key, Dims dims)
    {
        var network = Network.Of([dims.In], Dense(dims.Out) >> Tanh >> Dense(2)).Value();
        var objective = Objective.Of(network, Losses.EuclideanLoss()).Value();
        var parameters = network.Initialize<double>(key);
        var (x, t) = (key.Normal([dims.Batch, dims.In]), key.Split(1).Normal([dims.Batch, 2]));
        ValueAndGradient<double> Step() => objective.ValueAndGradient(parameters, x, t).Value();

        var outside = Step();
        var inside = Region.Run(Step);
        var poisoned = Region.Run(Step, poison: true);
        var fallible = Region.Run(() => objective.ValueAndGradient(parameters, x, t)).Value();
        return new[] { inside, poisoned, fallible }.All(result =>
            result.Value.Equals(outside.Value) && result.Gradients == outside.Gradients && result.Outputs == outside.Outputs);
    }

    [Fact]
    public void What_escapes_is_refused_with_the_way_out()
    {
        Tensor<double> escaped = default;
        Region.Run(() => escaped = Tensor.From(1.0, 2.0));
        var message = Assert.Throws<InvalidOperationException>(() => escaped.Span.Length).Message;
        Assert.Contains("shape [2] was read after the region it was made in had ended", message);
        Assert.Contains("Promote()", message);
        Assert.Throws<InvalidOperationException>(() => escaped[0]);
        Assert.Throws<InvalidOperationException>(() => escaped.Slice(0, 1)[0]);
        Assert.Throws<InvalidOperationException>(() => escaped.Promote());
        Assert.Throws<InvalidOperationException>(() => escaped.ToArray());
        Assert.Throws<InvalidOperationException>(() => escaped == Tensor.From(1.0, 2.0));
    }

    [Fact]
    public void What_escapes_stays_refused_when_the_memory_is_used_again()
    {
        Tensor<double> escaped = default;
        Region.Run(() => escaped = Tensor.From(1.0, 2.0));
        for (int i = 0; i < 3; i++)
            Region.Run(() =>
            {
                var now = Tensor.From(3.0, 4.0);
                Assert.Throws<InvalidOperationException>(() => escaped[0]);
                return now;
            });
    }

    [Fact]
    public void What_is_in_a_result_that_cannot_be_promoted_escapes() =>
        Assert.Throws<InvalidOperationException>(() => Region.Run(() => new[] { Tensor.From(1.0) })[0][0]);

    [Fact]
    public void What_is_promoted_survives()
    {
        Tensors<double> kept = default;
        var returned = Region.Run(() =>
        {
            kept = new Tensors<double>().Append([Tensor.From(1.0), default, Tensor.From(3.0)]).Promote();
            return Tensor.From(4.0, 5.0).Slice(1, 1);
        });
        for (int i = 0; i < 3; i++) Region.Run(() => Tensor.From(7.0, 7.0, 7.0, 7.0));
        Assert.Equal(Tensor.From(5.0), returned);
        Assert.Equal([Tensor.From(1.0), default, Tensor.From(3.0)], (IEnumerable<Tensor<double>>)kept);
    }

    [Fact]
    public void Promoting_costs_nothing_outside()
    {
        var tensor = Tensor.From(1.0, 2.0);
        Assert.True(tensor.Promote().Span == tensor.Span);
    }

    [Fact]
    public void Regions_nest()
    {
        Tensor<double> inner = default;
        var sum = Region.Run(() =>
        {
            var outer = Tensor.From(1.0);
            var kept = Region.Run(() =>
            {
                inner = Tensor.From(2.0);
                Assert.Equal(1.0, outer[0]);
                return inner.Plus(outer);
            });
            Assert.Throws<InvalidOperationException>(() => inner[0]);
            var again = Region.Run(() => Region.Run(() => outer));
            var after = Tensor.From(10.0);
            Assert.Equal((1.0, 1.0), (outer[0], again[0]));
            return kept.Plus(after);
        });
        Assert.Equal(13.0, sum[0]);
    }

    [Fact]
    public void An_exception_ends_the_region()
    {
        Tensor<double> escaped = default;
        Assert.Throws<FormatException>(() => Region.Run(() => Region.Run<Tensor<double>>(() =>
        {
            escaped = Tensor.From(1.0);
            throw new FormatException();
        })));
        Assert.Throws<InvalidOperationException>(() => escaped[0]);
        // Outside again: what is made now needs no promotion, and the next region works.
        var outside = Tensor.From(2.0);
        Assert.Equal(3.0, Region.Run(() => Tensor.From(3.0))[0]);
        Assert.Equal(2.0, outside[0]);
    }

    [Fact]
    public void Many_steps_fold_like_without_a_region()
    {
        var next = (Tensor<double> x) => x.Map(v => v * 1.0001 + 0.1).Plus(Tensor.Zeros<double>(x.Shape));
        var start = Tensor.Build<double>([100], index => index[0]);
        var (inside, outside) = (start, start);
        for (int i = 0; i < 2000; i++)
        {
            var before = inside;
            (inside, outside) = (Region.Run(() => next(before)), next(outside));
        }
        Assert.Equal(outside, inside);
    }

    [Fact]
    public void Two_number_types_live_beside_each_other()
    {
        var both = Region.Run(() => Tensor.From(1.5f).To<float, double>().Plus(Tensor.From(2.5f, 9).Slice(0, 1).To<float, double>()));
        Assert.Equal(4.0, both[0]);
    }

    [Fact]
    public void Poison_shows_what_was_left_unwritten()
    {
        var left = Region.Run(() => Tensor.Fresh<double>([3]).Done(), poison: true);
        Assert.All(left.ToArray(), x => Assert.True(double.IsNaN(x)));
        var again = Region.Run(() => Tensor.Zeros<double>([3]), poison: true);
        Assert.Equal(Tensor.From(0.0, 0.0, 0.0), again);
    }

    [Fact]
    public void Big_tensors_and_many_of_them_do_not_overlap()
    {
        var sums = Region.Run(() =>
        {
            var all = Enumerable.Range(0, 60).Select(i => Tensor.Filled([200 * (i % 7 + 1)], (double)i)).ToList();
            return Tensor.From<double>([.. all.Select((tensor, i) => tensor.ToArray().All(x => x == i) ? 1.0 : 0.0)]);
        });
        Assert.All(sums.ToArray(), ok => Assert.Equal(1, ok));
    }

    [Fact]
    public void A_tensor_of_another_threads_region_is_refused_after_it()
    {
        Tensor<double> escaped = default;
        var thread = new Thread(() => Region.Run(() => escaped = Tensor.From(1.0)));
        thread.Start();
        thread.Join();
        Assert.Throws<InvalidOperationException>(() => escaped[0]);
    }
}
