using Functional.Core;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

/// <summary>Training as functions from state to state.</summary>
public class TrainingTests
{
    private static readonly Network s_network = (Input(3) >> Dense(5) >> Tanh >> Dense(2)).Build().ToFin().ThrowIfFail();
    private static readonly Objective s_objective = Objective.Of(s_network, Losses.SoftmaxLogLoss()).ToFin().ThrowIfFail();
    private static readonly Batch<float> s_data = new(
        Tensor.Build<float>([23, 3], at => MathF.Sin(at[0] * 3 + at[1])), Tensor.Build<float>([23, 2], at => at[0] % 2 == at[1] ? 1 : 0));

    public static TheoryData<string> Names => ["sgd", "momentum", "nesterov", "adam"];

    private static Optimizer Named(string name) => name switch
    {
        "sgd" => Optimizers.Sgd(0.1),
        "momentum" => Optimizers.Sgd(0.1, momentum: 0.9),
        "nesterov" => Optimizers.Sgd(0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01),
        _ => Optimizers.Adam(0.01),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Going_on_after_k_of_n_epochs_equals_n_epochs_bit_for_bit(string name)
    {
        var optimizer = Named(name);
        var start = s_objective.Start<float>(optimizer, new Key(1));
        var all = s_objective.Epochs(optimizer, start, s_data, 4).Take(6).ToArray();
        var resumed = s_objective.Epochs(optimizer, all[1], s_data, 4).Take(4).ToArray();
        Assert.Equal(all[5], resumed[3]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_epoch_is_the_fold_of_its_steps_and_changes_no_state_that_anyone_holds(string name)
    {
        var optimizer = Named(name);
        var start = s_objective.Start<float>(optimizer, new Key(2));
        var kept = (start.Parameters.Values.ToArray(), start.Optimizer.Slots.Select(slot => slot.ToArray()).ToArray());
        Batch<float>[] batches = [.. Enumerable.Range(0, 5).Select(i => new Batch<float>(s_data.Inputs[0].Slice(4 * i, 4), s_data.Targets[0].Slice(4 * i, 4)))];

        var stepwise = batches.Aggregate(start, (state, batch) => s_objective.Step(optimizer, state, batch).ThrowIfFail());
        Assert.Equal(stepwise, s_objective.Follow(optimizer, start, batches).ThrowIfFail());

        Assert.Equal(kept.Item1, start.Parameters.Values.ToArray());
        Assert.Equal(kept.Item2, start.Optimizer.Slots.Select(slot => slot.ToArray()).ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_update_is_pure(string name)
    {
        var optimizer = Named(name);
        var state = s_objective.Step(optimizer, s_objective.Start<float>(optimizer, new Key(3)), s_data).ThrowIfFail();
        var gradients = s_objective.Gradient(state.Parameters, s_data.Inputs, s_data.Targets).ThrowIfFail();
        var before = (state.Parameters.Values.ToArray(), gradients.Values.ToArray(), state.Optimizer.Slots.Select(slot => slot.ToArray()).ToArray());
        var first = optimizer.Update(state.Parameters, gradients, state.Optimizer);
        var second = optimizer.Update(state.Parameters, gradients, state.Optimizer);
        Assert.Equal(first, second);
        Assert.Equal(state.Optimizer.Step + 1, first.State.Step);
        Assert.Equal(before.Item1, state.Parameters.Values.ToArray());
        Assert.Equal(before.Item2, gradients.Values.ToArray());
        Assert.Equal(before.Item3, state.Optimizer.Slots.Select(slot => slot.ToArray()).ToArray());
    }

    [Fact]
    public void A_sum_is_the_mean_times_the_batch()
    {
        var sum = Objective.Of(s_network, Losses.SoftmaxLogLoss(Reduction.Sum)).ToFin().ThrowIfFail();
        var parameters = s_network.Initialize<double>(new Key(4));
        Tensor<double> x = s_data.Inputs[0].To<float, double>(), t = s_data.Targets[0].To<float, double>();
        var mean = s_objective.ValueAndGradient(parameters, x, t).ThrowIfFail();
        var total = sum.ValueAndGradient(parameters, x, t).ThrowIfFail();
        Assert.Equal(23 * mean.Value, total.Value, 1e-12 * total.Value);
        for (int i = 0; i < mean.Gradients.Values.Size; i++) Assert.Equal(23 * mean.Gradients.Values.Span[i], total.Gradients.Values.Span[i], 1e-12);
    }

    [Fact]
    public void What_does_not_fit_is_a_fault_that_says_so()
    {
        var optimizer = Optimizers.Sgd(0.1);
        var start = s_objective.Start<float>(optimizer, new Key(5));
        Assert.Contains("got batch size 0, needed at least 1", Message(s_objective.Epoch(optimizer, start, s_data, 0)));
        Assert.Contains("input1: got a tensor of shape [2, 4], needed [batch, 3]", Message(s_objective.Value(start.Parameters, Tensor.Zeros<float>([2, 4]), Tensor.Zeros<float>([2, 2]))));
        Assert.Contains("target1: got 3 examples, needed 2", Message(s_objective.Value(start.Parameters, Tensor.Zeros<float>([2, 3]), Tensor.Zeros<float>([3, 2]))));
        Assert.Contains("put the batch in front", Message(s_network.Forward(start.Parameters, Tensor.Zeros<float>([3]))));
        var other = (Input(3) >> Dense(4)).Build().ToFin().ThrowIfFail().Initialize<float>(default);
        Assert.Contains("parameters of another network", Message(s_network.Forward(other, Tensor.Zeros<float>([1, 3]))));
        Assert.Contains("2 losses", Message(Objective.Of(s_network, Losses.SoftmaxLogLoss(), Losses.EuclideanLoss()).ToFin()));
    }

    private static string Message<A>(LanguageExt.Fin<A> fin) => fin.Match(_ => "no fault", error => error.Message);
}
