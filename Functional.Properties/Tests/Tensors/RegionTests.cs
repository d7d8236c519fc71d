using Functional.Core;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

[Collection("Workers")]
public class RegionTests
{
    [Fact]
    public void What_a_region_returns_lives_on()
    {
        var tensor = Region.Run(() => Tensor.Build<float>([3], at => at[0]));
        for (int i = 0; i < 10; i++) Region.Run(() => Tensor.Filled<float>([3], 9));
        Assert.Equal(Tensor.From<float>(0, 1, 2), tensor);
    }

    [Fact]
    public void What_escapes_gives_a_clear_error_and_never_other_numbers()
    {
        Tensor<float> escaped = default, slice = default;
        Region.Run(() =>
        {
            escaped = Tensor.Filled<float>([4], 1);
            slice = escaped.Slice(1, 2);
            return 0;
        });
        Assert.Contains("after the region it was made in had ended", Assert.Throws<InvalidOperationException>(() => escaped.Span[0]).Message);
        Region.Run(() =>
        {
            Tensor.Filled<float>([4], 2);
            Assert.Throws<InvalidOperationException>(() => escaped.Span[0]);
            Assert.Throws<InvalidOperationException>(() => slice.Span[0]);
            return 0;
        });
    }

    [Fact]
    public void Tensors_of_narrow_numbers_fit()
    {
        for (int size = 1; size < 20_000; size += 1237)
            Assert.Equal(size, Region.Run(() => Tensor.Filled<Half>([size], (Half)1).ToArray().Count(one => one == (Half)1)));
    }

    [Fact]
    public void What_an_onlooker_makes_lives_on()
    {
        var objective = TrainingSequenceTests.Objective;
        var optimizer = Optimizers.Sgd(0.1);
        var kept = new List<Tensor<double>>();
        _ = objective.Epoch(optimizer, objective.Start<float>(optimizer, new Key(1)), TrainingSequenceTests.Data, 8, (loss, _) => kept.Add(Tensor.From<double>(loss))).ThrowIfFail();
        Assert.All(kept, loss => Assert.True(loss[0] > 0));
        var keeping = Metrics.Of<float, Keep>("kept", (p, t) => new([p, t.Map(x => -x)]), all => all.Seen.Sum(tensor => tensor.ToArray().Length));
        Assert.Equal(2 * 23 * 2, objective.Measure(objective.Start<float>(optimizer, new Key(1)).Parameters, objective.Start<float>(optimizer, new Key(1)).State, new MeasuredSet<float>(TrainingSequenceTests.Data, keeping) { BatchSize = 5 }).ThrowIfFail()["kept"]);
    }

    private sealed record Keep(Tensor<float>[] Seen) : ITally<Keep>
    {
        public static Keep AdditiveIdentity => new([]);

        public static Keep operator +(Keep left, Keep right) => new([.. left.Seen, .. right.Seen]);
    }

    [Fact]
    public void What_a_layer_makes_for_all_its_steps_lives_on()
    {
        var model = Functional.Facade.Model.Create(Layers.Input(2) >> new WithTable());
        for (int i = 0; i < 3; i++) Assert.Equal([11, 22], model.Predict([1, 2]));
    }

    private sealed record WithTable : Layer
    {
        public override LanguageExt.Fin<LanguageExt.Seq<Shape>> Outputs(LanguageExt.Seq<Shape> inputs) => inputs;

        public override Differentiable<T> At<T>()
        {
            var table = Tensor.Build<T>([2], at => T.CreateChecked(10 * (at[0] + 1)));
            return new((in ForwardCall<T> call) => new(call.X.Plus(table.Reshape(call.X.Shape))), (in BackwardCall<T> call) => new(call.Dy));
        }
    }

    [Fact]
    public void Regions_nest()
    {
        var sum = Region.Run(() =>
        {
            var outer = Tensor.Filled<float>([2], 1);
            var inner = Region.Run(() => Tensor.Filled<float>([2], 2).Plus(outer));
            return inner.Plus(outer);
        });
        Assert.Equal(Tensor.From<float>(4, 4), sum);
    }

    [Fact]
    public void An_exception_ends_a_region_as_a_return_does()
    {
        Tensor<float> escaped = default;
        Assert.Throws<InvalidOperationException>(() => Region.Run<int>(() =>
        {
            escaped = Tensor.Filled<float>([2], 1);
            throw new InvalidOperationException("thrown inside");
        }));
        Assert.Throws<InvalidOperationException>(() => escaped.Span[0]);
        Assert.Equal(1, Tensor.Filled<float>([2], 1).Span[0]);
    }

    [Fact]
    public void Poisoned_memory_is_not_a_number()
    {
        float first = Region.Run(() => Tensor.Fresh<float>([2]).Done().Span[0], poison: true);
        Assert.True(float.IsNaN(first));
    }

    [Fact]
    public void A_network_gives_the_same_bits_inside_and_outside()
    {
        var network = (Input(7) >> Dense(9) >> Sigmoid >> Dense(4)).Build().ToFin().ThrowIfFail();
        var objective = Objective.Of(network, Functional.Core.Losses.SoftmaxLogLoss()).ToFin().ThrowIfFail();
        var parameters = network.Initialize<float>(new Key(1));
        var x = Tensor.Build<float>([5, 7], at => MathF.Cos(at[0] + 3 * at[1]));
        var t = Tensor.Filled<float>([5, 4], 0.25f);
        var outside = objective.ValueAndGradient(parameters, x, t).ThrowIfFail();
        for (int i = 0; i < 3; i++)
        {
            var inside = Region.Run(() => objective.ValueAndGradient(parameters, x, t).ThrowIfFail(), poison: i == 2);
            Assert.Equal(outside.Value, inside.Value);
            Assert.Equal(outside.Gradients, inside.Gradients);
            Assert.Equal(outside.Outputs, inside.Outputs);
        }
    }

    [Fact]
    public void A_steady_state_takes_no_new_memory()
    {
        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++) Region.Run(static () => Tensor.Zeros<float>([10_000]).Span.Length);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Allocated();
        Assert.InRange(Allocated() / 100, 0, 400);
    }
}
