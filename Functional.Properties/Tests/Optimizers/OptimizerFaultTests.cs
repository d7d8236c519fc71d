using Functional.Core;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Core.Optimizers;
using static Functional.Properties.Tests.Given;

namespace Functional.Properties.Tests;

/// <summary>What optimizers and schedules refuse, to the word, and that a run with them never begins.</summary>
public class OptimizerFaultTests
{
    private static void Settings(string said, Optimizer optimizer) => Assert.Equal(said, string.Join(" ", optimizer.Faults.Map(fault => fault.Message)));

    private static void Rate(string said, Schedule schedule) => Assert.Equal(said, string.Join(" ", schedule.Faults.Map(fault => fault.Message)));

    [Fact]
    public void Settings_that_no_parameters_fit()
    {
        Settings("got rate -0.01, needed a finite rate of at least 0.", Adam(-0.01));
        Settings("got rate NaN, needed a finite rate of at least 0.", Sgd(double.NaN));
        Settings("got rate ∞, needed a finite rate of at least 0.".Replace("∞", $"{double.PositiveInfinity}", StringComparison.Ordinal), Lion(double.PositiveInfinity));
        Settings("got momentum 1, needed a momentum from 0 to below 1. got weight decay -1, needed a weight decay of at least 0.", Sgd(0.1, 1, weightDecay: -1));
        Settings("got momentum -0.5, needed a momentum from 0 to below 1.", Sgd(0.1, -0.5));
        foreach (var optimizer in new[] { Adam(0.1, 1, -0.5, 0), NAdam(0.1, 1, -0.5, 0) })
            Settings("got beta1 1, needed a beta1 from 0 to below 1. got beta2 -0.5, needed a beta2 from 0 to below 1. got epsilon 0, needed an epsilon above 0.", optimizer);
        Settings("got beta1 -0.5, needed a beta1 from 0 to below 1. got beta2 1, needed a beta2 from 0 to below 1. got weight decay -5, needed a weight decay of at least 0.", Lion(0.1, -0.5, 1, -5));
        Settings("got weight decay -5, needed a weight decay of at least 0.", AdamW(0.1, -5));
        Settings("got momentum decay -1, needed a momentum decay of at least 0.", NAdam(0.1, momentumDecay: -1));
        Settings("got alpha 1, needed an alpha from 0 to below 1. got epsilon -1, needed an epsilon above 0. got momentum 2, needed a momentum from 0 to below 1.", RmsProp(0.1, 1, -1, 2));
        Settings("got epsilon 0, needed an epsilon above 0. got accumulated -1, needed at least 0.", Adagrad(0.1, 0, -1));
        Settings("got rho 1, needed a rho from 0 to below 1. got epsilon 0, needed an epsilon above 0.", Adadelta(1, 1, 0));
        Settings("got history 0, needed a history of at least 1 step.", Lbfgs(history: 0));
        foreach (var right in new[] { Adam(0, 0, 0, 1e-300), Sgd(0), AdamW(0.1, 0), Lbfgs(history: 1), NoStep, Adagrad(0.1), Adadelta(), RmsProp(0.1), NAdam(0.1), Lion(0.1) }) Settings("", right);
    }

    [Fact]
    public void Settings_of_compositions_beside_those_within()
    {
        Settings("got rate -1, needed a finite rate of at least 0. got limit 0, needed a limit above 0.", Sgd(-1).ClippedByNorm(0));
        Settings("got limit -1, needed a limit above 0.", Sgd(1).ClippedByValue(-1));
        Settings("got lambda -1, needed a lambda of at least 0.", Sgd(1).Penalized(-1));
        Settings("got rate -1, needed a finite rate of at least 0.", Sgd(1).Decayed(-1));
        Settings("got batches 0, needed batches of at least 1.", Sgd(1).Accumulating(0));
        foreach (double decay in new[] { -0.5, 1 }) Settings($"got decay {decay}, needed a decay from 0 to below 1.", Sgd(1).Averaging(decay));
        Settings("got rate -1, needed a finite rate of at least 0. got rate -2, needed a finite rate of at least 0.", Sgd(-1).For("*", Sgd(-2)));
        Settings("", Sgd(1).For("*", Sgd(2)).ClippedByNorm(1).ClippedByValue(1).Penalized(0).Decayed(0).Accumulating(1).Averaging(0));
    }

    [Fact]
    public void Schedules()
    {
        const string Steps = "got steps 0, needed a number of steps of at least 1.";
        Rate("got rate -1, needed a finite rate of at least 0. got factor -2, needed a finite rate of at least 0. got every 0, needed a number of steps of at least 1.", Core.Schedules.Step(-1, -2, 0));
        Rate("got rate -1, needed a finite rate of at least 0. got factor -2, needed a finite rate of at least 0. got every 0, needed a number of steps above 0.", Core.Schedules.Exponential(-1, -2, 0));
        Rate("got from -1, needed a finite rate of at least 0. got to -2, needed a finite rate of at least 0. " + Steps + " got power -1, needed a power of at least 0.", Core.Schedules.Polynomial(-1, -2, 0, -1));
        Rate("got from -1, needed a finite rate of at least 0. got to -2, needed a finite rate of at least 0. " + Steps, Core.Schedules.Cosine(-1, -2, 0));
        Rate("got longer 0.5, needed a factor of at least 1.", Core.Schedules.CosineWithRestarts(1, 0, 1, 0.5));
        Rate("got highest -1, needed a finite rate of at least 0. " + Steps + " got rising 2, needed a share from 0 to 1. got divide 0, needed a divisor above 0. got final 0, needed a divisor above 0.", Core.Schedules.OneCycle(-1, 0, 2, 0, 0));
        Rate("got rate -1, needed a finite rate of at least 0. got steps -1, needed a number of steps of at least 0. got from -1, needed a share of at least 0.", ((Schedule)(-1)).WarmedUp(-1, -1));
        Rate("got rate -1, needed a finite rate of at least 0. got rate -2, needed a finite rate of at least 0. got steps -1, needed a number of steps of at least 0.", ((Schedule)(-1)).Then(-1, -2));
        Rate("got rate -1, needed a finite rate of at least 0. got rate -2, needed a finite rate of at least 0.", (Schedule)(-1) * (Schedule)(-2));
        foreach (var right in new[]
        {
            Core.Schedules.Step(1, 0.5, 1), Core.Schedules.Exponential(1, 0.5), Core.Schedules.Polynomial(1, 0, 1), Core.Schedules.Cosine(1, 0, 1), Core.Schedules.CosineWithRestarts(1, 0, 1),
            Core.Schedules.OneCycle(1, 1), Core.Schedules.OneCycle(1, 1, 0), Core.Schedules.OneCycle(1, 1, 1), ((Schedule)1).WarmedUp(0), ((Schedule)1).Then(0, 0), Schedule.Of(_ => -1),
        })
        {
            Rate("", right);
        }
    }

    [Fact]
    public void A_run_does_not_begin_and_the_text_of_an_optimizer_holds_its_settings_only()
    {
        var objective = Objective.Of(Network.Of([2], Dense(1)).Value(), Losses.EuclideanLoss()).Value();
        var wrong = Sgd(0.1).ClippedByNorm(-1);
        var state = objective.Start<double>(wrong, new Key(1));
        Assert.Equal("optimizer: got limit -1, needed a limit above 0.", objective.Step(wrong, state, new Batch<double>(Tensor.Zeros<double>([1, 2]), Tensor.Zeros<double>([1, 1]))).Fault().Message);
        Assert.Equal("SgdOptimizer { Rate = ConstantSchedule { Rate = 0.1 }, Momentum = 0, Nesterov = False, WeightDecay = 0 }", Sgd(0.1).ToString());
    }
}
