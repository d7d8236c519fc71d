using Functional.Core;
using LanguageExt.Common;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

/// <summary>Runs as sequences of states: steps and epochs agree, can be left and taken up anywhere, and ask the usual questions.</summary>
public class TrainingSequenceTests
{
    internal static readonly Objective Objective = Objective.Of((Input(3) >> Dense(5) >> Tanh >> Dense(2)).Build().ToFin().ThrowIfFail(), Losses.SoftmaxLogLoss()).ToFin().ThrowIfFail();
    internal static readonly Batch<float> Data = Make(23, 0), HeldOut = Make(9, 5);

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, OptimizerCatalog.All.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Steps_pass_through_the_states_of_epochs_and_any_of_them_can_be_gone_on_from(int number)
    {
        var optimizer = OptimizerCatalog.All[number];
        var start = Objective.Start<float>(optimizer, new Key(1));
        var held = new MeasuredSet<float>(HeldOut, Metrics.Accuracy<float>());
        var epochs = Objective.Epochs(optimizer, start, Data, 4, held).Take(3).ToArray();
        var steps = Objective.Steps(optimizer, start, Data, 4, held).Take(18).ToArray();
        Assert.Equal(epochs[0], steps[5]);
        Assert.Equal(epochs[2], steps[17]);
        foreach (int i in new[] { 0, 3, 7, 10 })
        {
            Assert.Equal(epochs[2], Objective.Epochs(optimizer, steps[i], Data, 4, held).ElementAt(steps[i].Epoch == 0 ? 2 : 1));
            Assert.Equal(steps[i + 1], Objective.Steps(optimizer, steps[i], Data, 4, held).First());
        }
    }

    [Fact]
    public void A_state_says_where_it_is()
    {
        var optimizer = Optimizers.Sgd(Schedules.Step(0.1, 0.5, 6));
        var steps = Objective.Steps(optimizer, Objective.Start<float>(optimizer, new Key(2)), Data, 4, new(HeldOut, Metrics.Accuracy<float>()), new(Data, Metrics.TopK<float>(1))).Take(12).ToArray();
        Assert.Equal([4, 8, 12, 16, 20, 0, 4], steps.Take(7).Select(state => state.Position.Examples));
        Assert.Equal([0, 0, 0, 0, 0, 1, 1], steps.Take(7).Select(state => state.Epoch));
        Assert.Equal(Enumerable.Range(1, 12).Select(i => (long)i), steps.Select(state => state.Step));
        Assert.Equal([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05], steps.Take(7).Select(state => state.Rate));
        Assert.Null(steps[4].Validation);
        Assert.Equal(steps[5].Validation!.Loss, Objective.Value(steps[5].Parameters, HeldOut.Inputs, HeldOut.Targets).ThrowIfFail(), 1e-6);
        Assert.InRange(steps[5].Validation!["accuracy"], 0, 1);
        Assert.InRange(steps[5].Training!["top1"], 0, 1);
        Assert.Equal(steps[5].Validation, steps[8].Validation);
        Assert.Contains("there are accuracy", Assert.Throws<KeyNotFoundException>(() => steps[5].Validation!["auc"]).Message);
        Assert.Equal(2, steps[11].History.Count);
        Assert.Equal(new EpochSummary(2, steps[11].History[1].Loss, steps[11].Validation!.Loss), steps[11].History[1]);
        Assert.Equal(steps[11].Loss, steps[11].History[1].Loss, 1e-6);
        Assert.True(steps[11].Elapsed > steps[0].Elapsed);
    }

    [Fact]
    public void The_norm_of_the_gradient_is_that_of_the_last_batch()
    {
        var optimizer = Optimizers.Sgd(0.1);
        var start = Objective.Start<float>(optimizer, new Key(3));
        var gradient = Objective.Gradient(start.Parameters, Data.Inputs, Data.Targets).ThrowIfFail();
        double norm = Math.Sqrt(gradient.Values.ToArray().Sum(g => (double)g * g));
        Assert.Equal(norm, Objective.Step(optimizer, start, Data).ThrowIfFail().GradientNorm, 1e-6);
        Assert.Equal(norm, Objective.Epoch(optimizer, start, Data, 100).ThrowIfFail().GradientNorm, 1e-5);
    }

    [Fact]
    public void A_held_state_does_not_change_while_the_run_goes_on()
    {
        var optimizer = Optimizers.Adam(0.1).Averaging(0.9);
        var held = Objective.Steps(optimizer, Objective.Start<float>(optimizer, new Key(4)), Data, 4).Take(8).ToArray();
        var copies = held.Select(state => (state.Parameters.Values.ToArray(), state.Optimizer.Slots.Select(slot => slot.ToArray()).ToArray())).ToArray();
        _ = Objective.Epochs(optimizer, held[3], Data, 5).Take(3).Last();
        foreach (var (state, copy) in held.Zip(copies, (state, copy) => (state, copy)))
        {
            Assert.Equal(copy.Item1, state.Parameters.Values.ToArray());
            Assert.Equal(copy.Item2, state.Optimizer.Slots.Select(slot => slot.ToArray()));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(6)]
    public void Cancelling_between_two_steps_leaves_a_state_to_go_on_from(int steps)
    {
        var optimizer = Optimizers.Adam(0.1);
        var start = Objective.Start<float>(optimizer, new Key(5));
        using var source = new CancellationTokenSource();
        if (steps == 0) source.Cancel();
        int seen = 0;
        var left = Objective.Epoch(optimizer, start, Data, 4, (_, _) => { if (++seen == steps) source.Cancel(); }, source.Token).ThrowIfFail();
        Assert.Equal(steps, left.Step);
        Assert.Equal(steps == 6 ? 1 : 0, left.Epoch);
        var end = Objective.Epochs(optimizer, left, Data, 4).First(state => state.Epoch == 2);
        Assert.Equal(Objective.Epochs(optimizer, start, Data, 4).ElementAt(1), end);
        Assert.Empty(Objective.Epochs(optimizer, start, Data, 4, cancellation: new CancellationToken(true)));
    }

    [Fact]
    public async Task Batches_that_arrive_are_learned_from_as_they_come()
    {
        var optimizer = Optimizers.Sgd(0.1, momentum: 0.9);
        var start = Objective.Start<float>(optimizer, new Key(6));
        Batch<float>[] batches = [.. Enumerable.Range(0, 5).Select(i => Make(4, i))];
        var expected = Objective.Steps(optimizer, start, batches).ToArray();
        var actual = new List<TrainingState<float>>();
        await foreach (var state in Objective.Steps(optimizer, start, Arriving(batches))) actual.Add(state);
        Assert.Equal(expected, actual);
        Assert.Equal(expected[^1], Objective.Follow(optimizer, start, batches).ThrowIfFail());
        int count = 0;
        await foreach (var _ in Objective.Steps(optimizer, start, Arriving(batches)).UntilNoBetterFor(1, state => state.Step)) count++;
        Assert.Equal(2, count);
    }

    [Fact]
    public void Usual_questions_have_names()
    {
        double[] losses = [5, 4, 4.5, 3, 3, 3.5, double.NaN, 1];
        Assert.Equal([5, 4, 4.5, 3], losses.Until(x => x < 4));
        Assert.Equal([5], losses.Until(x => x == 5));
        Assert.Equal(losses, losses.Until(_ => false));
        Assert.Equal([5, 4, 4.5], losses.UntilNoBetterFor(1, x => x));
        Assert.Equal([5, 4, 4.5, 3, 3, 3.5], losses.UntilNoBetterFor(2, x => x));
        Assert.Equal(losses[..7], losses.UntilNoBetterFor(3, x => x));
        Assert.Equal(losses, losses.UntilNoBetterFor(9, x => x));
        Assert.Equal(1, losses.Best(x => x));
        Assert.Equal(2, new[] { double.NaN, 3, 2, double.NaN }.Best(x => x));
        Assert.Equal((3, 0), new[] { (3, 0), (3, 1) }.Best(x => x.Item1));
        Assert.Throws<InvalidOperationException>(() => Array.Empty<double>().Best(x => x));
    }

    [Fact]
    public void Averages_of_states_are_averages_of_their_weights()
    {
        var optimizer = Optimizers.Sgd(0.5);
        var states = Objective.Steps(optimizer, Objective.Start<float>(optimizer, new Key(7)), Data, 4).Take(4).ToArray();
        var averaged = states.Averaged();
        var moving = states.Ema(0.75).ToArray();
        for (int i = 0; i < averaged.Parameters.Values.Size; i++)
        {
            Assert.Equal(states.Average(state => state.Parameters.Values.Span[i]), averaged.Parameters.Values.Span[i], 1e-6f);
            double mean = states[0].Parameters.Values.Span[i];
            foreach (var state in states.Skip(1)) mean = 0.75 * mean + 0.25 * state.Parameters.Values.Span[i];
            Assert.Equal(mean, moving[3].Parameters.Values.Span[i], 1e-6);
        }
        Assert.Equal(states[3].Step, averaged.Step);
    }

    [Fact]
    public void The_rate_falls_on_a_plateau()
    {
        var plateau = new Plateau(Factor: 0.1, Patience: 2, Threshold: 0.01);
        Assert.Equal(1, plateau.At([]));
        Assert.Equal(1, plateau.At([5, 5, 5]));
        Assert.Equal(0.1, plateau.At([5, 5, 5, 5]));
        Assert.Equal(0.1, plateau.At([5, 5, 5, 4.96, 4.96, 4.96]));
        Assert.Equal(0.01, plateau.At([5, 5, 5, 4.96, 4.96, 4.96, 5]), 1e-15);
        Assert.Equal(1, plateau.At([5, 5, 5, 4.9, 5, 5]));
        Assert.Equal(0.05, new Plateau(0.1, 0, Least: 0.05).At([1, 1, 1, 1]));

        // As a function of the states so far: a rate that the run cannot do without, falling as its losses say, also when taken up again.
        var falls = new Plateau(0.5, 0, Threshold: 0.5);
        Optimizer By(TrainingState<float> state) => Optimizers.Sgd(0.1 * falls.At(state.History.Select(epoch => epoch.Validation)));
        var held = new MeasuredSet<float>(HeldOut);
        var all = Objective.Epochs(By, Objective.Start<float>(Optimizers.Sgd(0.1), new Key(8)), Data, 4, held).Take(6).ToArray();
        Assert.Equal(0.1, all[1].Rate);
        Assert.Equal(0.05, all[2].Rate);
        Assert.Equal(0.025, all[3].Rate);
        Assert.Equal(all[5], Objective.Epochs(By, all[2], Data, 4, held).ElementAt(2));
    }

    [Fact]
    public void What_does_not_fit_is_a_fault_that_says_so()
    {
        string Of(Optimizer optimizer) => Objective.Step(optimizer, Objective.Start<float>(optimizer, default), Data).Fault().Message;
        Assert.Contains("got the names \"dense7.*\", needed a pattern that some parameter has: dense1.weight", Of(Optimizers.Adam(0.1).Freeze("dense7.*")));
        Assert.Contains("\"x\"", Of(Optimizers.Adam(0.1).Decayed(0.1, "x").ClippedByNorm(1)));
        Assert.Contains("got batches 0", Of(Optimizers.Adam(0.1).Accumulating(0)));
        Assert.Contains("got history 0", Of(Optimizers.Lbfgs(history: 0)));
        var late = Objective.Start<float>(Optimizers.Sgd(0.1), default) with { Position = new(50, 1) };
        Assert.Contains("learned from 50 examples", Objective.Epoch(Optimizers.Sgd(0.1), late, Data, 4).Fault().Message);
        Assert.Contains("memory of another optimizer", Assert.ThrowsAny<ErrorException>(() => Objective.Epochs(Optimizers.Adam(0.1), late with { Position = default }, Data, 4).First()).Message);
    }

    private static async IAsyncEnumerable<Batch<float>> Arriving(IEnumerable<Batch<float>> batches)
    {
        foreach (var batch in batches)
        {
            await Task.Yield();
            yield return batch;
        }
    }

    private static Batch<float> Make(int count, int seed) => new(
        Tensor.Build<float>([count, 3], at => MathF.Sin(at[0] * 3 + at[1] + seed)), Tensor.Build<float>([count, 2], at => (at[0] + seed) % 2 == at[1] ? 1 : 0));
}
