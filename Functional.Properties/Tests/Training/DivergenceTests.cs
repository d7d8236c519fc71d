using Functional.Core;
using LanguageExt.Common;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

/// <summary>A run that leaves the finite says at which step, in which layer, which tensor first, and gives the state before it.</summary>
public class DivergenceTests
{
    private static readonly Objective s_objective = TrainingSequenceTests.Objective;
    private static readonly Batch<float> s_data = TrainingSequenceTests.Data;

    [Fact]
    public void A_loss_that_overflows_is_traced_to_the_first_layer_that_did()
    {
        // The square of 1e20 overflows in the loss, after a network that is finite.
        var network = (Input(1) >> Dense(1)).Build().ToFin().ThrowIfFail();
        var objective = Objective.Of(network, Losses.EuclideanLoss()).ToFin().ThrowIfFail();
        var batch = new Batch<float>(Tensor.From(new float[,] { { 1 } }), Tensor.From(new float[,] { { 1e20f } }));
        var optimizer = Optimizers.Sgd(0.1);
        var start = objective.Start<float>(optimizer, new Key(1));
        var divergence = Of(objective.Step(optimizer, start, batch));
        Assert.Equal((1, "euclideanloss1", "its output"), (divergence.Step, divergence.Layer, divergence.Tensor));
        Assert.Equal(start, divergence.LastGood);
        Assert.Contains("training diverged at step 1, in epoch 1: euclideanloss1: its output holds ", divergence.Message);
        Assert.Contains("(a smaller rate or clipping the gradient may help; the state before that step is in this error)", divergence.Message);
    }

    [Fact]
    public void An_index_outside_a_table_is_not_laid_to_the_rate()
    {
        var objective = Objective.Of((Input(1) >> Embedding(3, 2) >> Flatten).Build().ToFin().ThrowIfFail(), Losses.EuclideanLoss()).ToFin().ThrowIfFail();
        var optimizer = Optimizers.Sgd(0.1);
        var batch = new Batch<float>(Tensor.From(new float[,] { { 7 } }), Tensor.From(new float[,] { { 1, 1 } }));
        var divergence = Of(objective.Step(optimizer, objective.Start<float>(optimizer, new Key(1)), batch));
        Assert.Contains("embedding1: its output holds NaN (what the layer got is finite, but perhaps not of the kind that it takes: an index outside a table", divergence.Message);
        Assert.DoesNotContain("rate", divergence.Message);
    }

    [Fact]
    public void An_input_that_is_not_finite_is_named()
    {
        var optimizer = Optimizers.Sgd(0.1);
        var start = s_objective.Start<float>(optimizer, new Key(1));
        var bad = s_data with { Inputs = s_data.Inputs[0].Map(x => x > 0.99f ? float.NaN : x) };
        var divergence = Of(s_objective.Step(optimizer, start, bad));
        Assert.Equal(("", "input1"), (divergence.Layer, divergence.Tensor));
        Assert.True(float.IsNaN(divergence.Value));
        Assert.Contains("input1 holds NaN (the examples are to be cleaned, or filled in;", divergence.Message);
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_named_at_its_own_step_though_the_loss_was_finite()
    {
        // At its third step the schedule is infinite times a gradient: the weights go, and the loss only at the step after.
        var optimizer = Optimizers.Sgd(Schedule.Of(step => step == 2 ? double.PositiveInfinity : 0.1));
        var start = s_objective.Start<float>(optimizer, new Key(2));
        var steps = s_objective.Steps(Optimizers.Sgd(0.1), start, s_data, 4).Take(2).ToArray();
        var divergence = Of(s_objective.Epoch(optimizer, start, s_data, 4));
        Assert.Equal(3, divergence.Step);
        Assert.Equal("dense2", divergence.Layer);
        Assert.Equal("dense2.bias after the step", divergence.Tensor);
        Assert.Equal(steps[1].Parameters, divergence.LastGood.Parameters);
        Assert.Equal(steps[1].Optimizer, divergence.LastGood.Optimizer);

        // Found also where no later loss shows it.
        Assert.Equal(3, Of(s_objective.Follow(optimizer, steps[1], [s_data])).Step);
    }

    [Fact]
    public void The_backward_run_is_searched_from_its_beginning()
    {
        // E = ½ Σ (y − t)² is finite in float at 1e19; its gradient times x = 1e20 is not.
        var network = (Input(1) >> Dense(1)).Build().ToFin().ThrowIfFail();
        var objective = Objective.Of(network, Losses.EuclideanLoss()).ToFin().ThrowIfFail();
        var optimizer = Optimizers.Sgd(0.1);
        var start = objective.Start<float>(optimizer, new Key(1));
        start = start with { Parameters = start.Parameters.With("dense1.weight", Tensor.Zeros<float>([1, 1])) };
        var batch = new Batch<float>(Tensor.From(new float[,] { { 1e20f } }), Tensor.From(new float[,] { { 1e19f } }));
        var divergence = Of(objective.Step(optimizer, start, batch));
        Assert.Equal(("dense1", "the gradient of dense1.weight"), (divergence.Layer, divergence.Tensor));
        Assert.Equal(start, divergence.LastGood);
    }

    [Fact]
    public void A_lazy_run_throws_it_with_the_last_good_state()
    {
        var optimizer = Optimizers.Sgd(Schedule.Of(step => step == 8 ? double.NaN : 0.1));
        var start = s_objective.Start<float>(optimizer, new Key(3));
        var seen = new List<TrainingState<float>>();
        var error = Assert.ThrowsAny<ErrorException>(() =>
        {
            foreach (var state in s_objective.Epochs(optimizer, start, s_data, 4)) seen.Add(state);
        }).ToError();
        var divergence = Assert.IsType<Divergence<float>>(error);
        Assert.Single(seen);
        Assert.Equal(9, divergence.Step);
        Assert.Equal(8, divergence.LastGood.Step);
        Assert.All(divergence.LastGood.Parameters.Values.ToArray(), w => Assert.True(float.IsFinite(w)));
    }

    private static Divergence<float> Of(LanguageExt.Fin<TrainingState<float>> fin) => Assert.IsType<Divergence<float>>(fin.Match(_ => null!, error => error));
}
