using Functional.Core;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Core.Optimizers;

namespace Functional.Properties.Tests.Golden;

/// <summary>Ten steps of each optimizer against libtorch's: every loss, and the weights at the end.</summary>
public class GoldenTrajectories
{
    private static readonly Dictionary<string, Optimizer> s_optimizers = new()
    {
        ["sgd lr=0.1"] = Sgd(0.1),
        ["sgd lr=0.1 momentum=0.9"] = Sgd(0.1, momentum: 0.9),
        ["sgd lr=0.1 momentum=0.9 nesterov weight_decay=0.01"] = Sgd(0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01),
        ["adam lr=0.01"] = Adam(0.01),
        ["adamw lr=0.01 weight_decay=0.1"] = AdamW(0.01, weightDecay: 0.1),
        ["rmsprop lr=0.01"] = RmsProp(0.01),
        ["adagrad lr=0.1"] = Adagrad(0.1),
    };

    public static TheoryData<string> Names => [.. GoldenFile.Trajectories.Select(trajectory => trajectory.GetProperty("optimizer").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Losses_and_final_weights_are_those_of_libtorch(string name)
    {
        var golden = GoldenFile.Trajectories.Single(trajectory => trajectory.GetProperty("optimizer").GetString() == name);
        var network = Network.Of([6], Dense(5) >> Tanh >> Dense(3)).ToFin().ThrowIfFail();
        var objective = Objective.Of(network, Losses.SoftmaxLogLoss()).ToFin().ThrowIfFail();
        var labels = golden.Tensor("labels");
        var batch = new Batch<double>(golden.Tensor("x"), Tensor.Build<double>([labels.Size, 3], index => labels[index[0]] == index[1] ? 1 : 0));
        var state = objective.Start<double>(s_optimizers[name], default);
        foreach (var start in golden.GetProperty("start").EnumerateObject())
            state = state with { Parameters = state.Parameters.With(start.Name, start.Value.Tensor()) };
        foreach (double loss in golden.Doubles("losses"))
        {
            state = objective.Step(s_optimizers[name], state, batch).ThrowIfFail();
            Assert.Equal(loss, state.Loss, 1e-10 * loss);
        }
        foreach (var end in golden.GetProperty("end").EnumerateObject())
            GoldenFile.Close(end.Value.Tensor(), state.Parameters[end.Name], $"{name} {end.Name}");
    }
}
