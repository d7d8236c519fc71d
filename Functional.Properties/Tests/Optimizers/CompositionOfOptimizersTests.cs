using Functional.Core;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Core.Optimizers;

namespace Functional.Properties.Tests;

/// <summary>Optimizers as values, and what composing them means.</summary>
public class CompositionOfOptimizersTests
{
    private static readonly Network s_network = (Input(3) >> Dense(5) >> Tanh >> Dense(4)).Build().ToFin().ThrowIfFail();
    private static readonly Parameters<double> s_start = s_network.Initialize<double>(new Key(1));

    [Fact]
    public void Equal_settings_are_equal_values()
    {
        Assert.Equal(Sgd(0.1), Sgd(0.1));
        Assert.True(Sgd(0.1) == Sgd(0.1));
        Assert.NotEqual(Sgd(0.1), Sgd(0.2));
        Assert.Equal(
            Adam(Schedules.Cosine(0.1, 0, 10).WarmedUp(3)).For("*.bias", NoStep).ClippedByNorm(1), Adam(Schedules.Cosine(0.1, 0, 10).WarmedUp(3)).Freeze("*.bias").ClippedByNorm(1));
        Assert.NotEqual(Adam(0.1).Freeze("*.bias"), Adam(0.1).Freeze("*.weight"));
    }

    [Theory]
    [InlineData("dense1.*", "dense1.weight", true)]
    [InlineData("dense1.*", "dense10.weight", false)]
    [InlineData("*.bias", "block1/dense1.bias", true)]
    [InlineData("*.bias", "dense1.weight", false)]
    [InlineData("*", "anything", true)]
    [InlineData("a*b*c", "aXbbYc", true)]
    [InlineData("a*b*c", "aXbbY", false)]
    [InlineData("x|*.bias", "dense1.bias", true)]
    [InlineData("x|y", "z", false)]
    [InlineData("", "z", false)]
    public void Names_match_by_pattern(string pattern, string name, bool expected) => Assert.Equal(expected, new Names(pattern).Match(name));

    [Fact]
    public void Clipping_by_value_is_the_step_with_clipped_gradients() =>
        Same(Sgd(0.1).ClippedByValue(0.3), Sgd(0.1), g => g.Map(x => Math.Clamp(x, -0.3, 0.3)));

    [Fact]
    public void Clipping_by_norm_scales_the_gradient_to_the_norm_and_leaves_shorter_ones()
    {
        Same(Sgd(0.1).ClippedByNorm(0.5), Sgd(0.1), g =>
        {
            double norm = Math.Sqrt(g.ToArray().Sum(x => x * x));
            Assert.True(norm > 0.5);
            return g.Map(x => x * (0.5 / norm));
        }, 1e-15);
        Same(Sgd(0.1).ClippedByNorm(1e6), Sgd(0.1), g => g);
    }

    [Fact]
    public void A_norm_neither_overflows_nor_underflows()
    {
        Assert.Equal(5e30, Functional.Core.Kernels.Norm.Of<float>([3e30f, -4e30f]), 1e24);
        Assert.Equal(5e-30, Functional.Core.Kernels.Norm.Of<float>([3e-30f, -4e-30f]), 1e-36);
        Assert.Equal(5e200, Functional.Core.Kernels.Norm.Of<double>([3e200, -4e200]), 1e186);
        Assert.Equal(0, Functional.Core.Kernels.Norm.Of<double>([0, 0]));
        Assert.Equal(double.PositiveInfinity, Functional.Core.Kernels.Norm.Of<float>([1, float.NegativeInfinity]));
        Assert.Equal(double.NaN, Functional.Core.Kernels.Norm.Of<float>([1, float.NaN]));
        Assert.Equal(0, Functional.Core.Kernels.Norm.Of<double>([]));
    }

    [Fact]
    public void A_penalty_adds_to_the_gradients_of_its_names()
    {
        var penalty = new Parameters<double>(s_start.Layout, s_start.Values.Map(w => 0.1 * w)).With("dense1.bias", Tensor.Zeros<double>([5])).With("dense2.bias", Tensor.Zeros<double>([4]));
        Same(Sgd(0.1).Penalized(0.1, "*.weight"), Sgd(0.1), g => g.Plus(penalty.Values), 1e-16);
    }

    [Fact]
    public void Decay_of_all_names_is_AdamW()
    {
        var (a, b) = (Run(Adam(0.1).Decayed(0.1 * 0.3), 5), Run(AdamW(0.1, 0.3), 5));
        for (int i = 0; i < a.Values.Size; i++) Assert.Equal(b.Values.Span[i], a.Values.Span[i], 1e-14);
    }

    [Fact]
    public void A_group_steps_as_if_it_were_alone()
    {
        var both = Run(Adam(0.01).For("*.bias", Sgd(0.1, momentum: 0.9)), 4);
        var (adam, sgd) = (Run(Adam(0.01), 4), Run(Sgd(0.1, momentum: 0.9), 4));
        foreach (var entry in s_start.Layout.Entries)
            Assert.Equal((entry.Name.EndsWith(".bias", StringComparison.Ordinal) ? sgd : adam)[entry.Name], both[entry.Name]);
    }

    [Fact]
    public void Each_begins_with_what_its_own_optimizer_remembers_at_first()
    {
        double[] First(Optimizer optimizer, int slot, string name)
        {
            var entry = s_start.Layout.Entries.Find(entry => entry.Name == name).IfNone(() => throw new InvalidOperationException(name));
            return optimizer.Init(s_start).Slots[slot].Span.Slice(entry.Offset, entry.Shape.Size).ToArray();
        }

        var group = Sgd(0.1, momentum: 0.9).For("*.bias", Adagrad(0.1, accumulated: 0.5));
        Assert.All(First(group, 0, "dense1.bias").Concat(First(group, 0, "dense2.bias")), static v => Assert.Equal(0.5, v));
        Assert.All(First(group, 0, "dense1.weight").Concat(First(group, 0, "dense2.weight")), static v => Assert.Equal(0, v));
        // Adam remembers a second buffer, which the group of one buffer leaves alone, and the other way round.
        foreach (var rest in new[] { Adagrad(0.1, accumulated: 0.5).For("*.bias", Adam(0.1)), Adagrad(0.1, accumulated: 0.5).For("*.bias", NoStep) })
        {
            Assert.All(First(rest, 0, "dense2.weight"), static v => Assert.Equal(0.5, v));
            Assert.Equal(rest is GroupedOptimizer { Group: FrozenOptimizer } ? 0.5 : 0, First(rest, 0, "dense2.bias")[0]);
        }
        Assert.All(First(Adagrad(0.1, accumulated: 0.5).For("*.bias", Adam(0.1)), 1, "dense1.weight"), static v => Assert.Equal(0, v));
    }

    [Fact]
    public void What_fits_no_parameter_is_said_wherever_it_stands()
    {
        string? Said(Optimizer optimizer) => optimizer.Misfit(s_start.Layout)?.Message;
        Optimizer wrong = Adam(0.1).Freeze("dense9.*");
        Assert.Null(Said(Adam(0.1).Freeze("dense1.*").ClippedByNorm(1)));
        foreach (var optimizer in new[]
        {
            wrong, wrong.ClippedByNorm(1), wrong.Penalized(0.1, "*.weight"), wrong.Accumulating(2), wrong.For("*.bias", Sgd(0.1)), Sgd(0.1).For("*.bias", wrong),
            wrong.Decayed(0.1, "*.weight"), wrong.ClippedByValue(1),
        })
        {
            Assert.Contains("the names \"dense9.*\"", Said(optimizer));
            Assert.Contains("dense1.weight", Said(optimizer));
        }
        Assert.Contains("dense8", Said(Adam(0.1).Penalized(0.1, "dense8.*")));
        Assert.Contains("dense8", Said(wrong.Penalized(0.1, "dense8.*")));
        Assert.Contains("batches 0", Said(Adam(0.1).Accumulating(0)));
        Assert.Contains("at least 1", Said(Adam(0.1).Accumulating(0)));
        Assert.Null(Said(Adam(0.1).Accumulating(1)));
        Assert.Contains("history 0", Said(Lbfgs(history: 0)));
        Assert.Null(Said(Lbfgs(history: 1)));
    }

    [Fact]
    public void What_is_frozen_stays_and_the_rest_moves()
    {
        var end = Run(Adam(0.01).Freeze("dense1.*"), 4);
        Assert.Equal(s_start["dense1.weight"], end["dense1.weight"]);
        Assert.Equal(s_start["dense1.bias"], end["dense1.bias"]);
        Assert.Equal(Run(Adam(0.01), 4)["dense2.weight"], end["dense2.weight"]);
    }

    [Fact]
    public void The_norm_of_a_group_is_its_own()
    {
        // The biases alone have a norm below the limit, all gradients together one above it.
        var g = Gradients(0);
        double biases = Math.Sqrt(g["dense1.bias"].ToArray().Concat(g["dense2.bias"].ToArray()).Sum(x => x * x)), all = Functional.Core.Kernels.Norm.Of(g.Values.Span);
        Assert.True(biases < all * 0.9);
        var end = Run(NoStep.For("*.bias", Sgd(0.1).ClippedByNorm(biases * 1.01)), 1);
        Assert.Equal(Run(Sgd(0.1), 1)["dense2.bias"], end["dense2.bias"]);
    }

    [Fact]
    public void Accumulating_k_gradients_is_one_step_along_their_mean()
    {
        var end = Run(Adam(0.01).Accumulating(3), 6);
        var (w, state) = (s_start, Adam(0.01).Init(s_start));
        for (int i = 0; i < 6; i += 3)
        {
            var mean = Gradients(i).Plus(Gradients(i + 1)).Plus(Gradients(i + 2)).Values.Map(x => x / 3);
            (w, state) = Adam(0.01).Update(w, new(w.Layout, mean), state);
        }
        Assert.Equal(w, end);
        Assert.Equal(Run(Adam(0.01).Accumulating(3), 3), Run(Adam(0.01).Accumulating(3), 5));
        Assert.Equal(7, Sgd(Schedule.Of(step => step)).Accumulating(3).RateAt(23));
    }

    [Fact]
    public void Averaging_leaves_the_steps_alone_and_keeps_the_average()
    {
        var average = Sgd(0.1).Averaging(0.8);
        var (w, state) = (s_start, average.Init(s_start));
        double[] expected = s_start.Values.ToArray();
        for (int i = 0; i < 5; i++)
        {
            (w, state) = average.Update(w, Gradients(i), state);
            for (int j = 0; j < expected.Length; j++) expected[j] = 0.8 * expected[j] + 0.2 * w.Values.Span[j];
        }
        Assert.Equal(Run(Sgd(0.1), 5), w);
        var kept = average.Average(new TrainingState<double>(w, s_network.InitializeState<double>(), state, default, 0, 5, 0));
        for (int j = 0; j < expected.Length; j++) Assert.Equal(expected[j], kept.Values.Span[j], 1e-15);
    }

    private static Gradients<double> Gradients(int step) => new(s_start.Layout, Tensor.Build<double>(s_start.Values.Shape, at => Math.Sin(at[0] * 1.3 + step)));

    private static Parameters<double> Run(Optimizer optimizer, int steps)
    {
        var (w, state) = (s_start, optimizer.Init(s_start));
        for (int i = 0; i < steps; i++) (w, state) = optimizer.Update(w, Gradients(i), state);
        return w;
    }

    private static void Same(Optimizer composed, Optimizer plain, Func<Tensor<double>, Tensor<double>> gradient, double tolerance = 0)
    {
        var expected = plain.Update(s_start, new(s_start.Layout, gradient(Gradients(0).Values)), plain.Init(s_start)).Parameters;
        var actual = Run(composed, 1);
        for (int i = 0; i < expected.Values.Size; i++) Assert.Equal(expected.Values.Span[i], actual.Values.Span[i], tolerance);
    }
}
