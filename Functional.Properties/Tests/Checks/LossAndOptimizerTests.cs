using Functional.Core;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Core.Optimizers;

namespace Functional.Properties.Tests.Checks;

/// <summary>The laws of optimizers; those of losses are in <see cref="ReductionLaws"/>.</summary>
public class LossAndOptimizerTests
{
    public static TheoryData<int> Seeds => Given.Seeds(20);

    private static readonly Network s_network = (Input(3) >> Dense(5) >> Tanh >> Dense(4)).Build().ToFin().ThrowIfFail();

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Optimizers_are_pure_and_count(int seed)
    {
        var key = new Key((ulong)seed).For("optimizers");
        foreach (var optimizer in OptimizerCatalog.All)
        {
            var at = At(key, optimizer);
            foreach (var law in OptimizerLaws.All)
            {
                Laws.Hold(law.Check(at), seed);
                Laws.Hold(law.Check(Advanced(at, 3)), seed);
            }
        }
        Laws.Hold(OptimizerLaws.Still.Check(At(key, Sgd(0.1))), seed);
        Laws.Hold(OptimizerLaws.ScaleFree.Check(At(key, Adam(0.1))), seed);
        Laws.Hold(OptimizerLaws.ScaleFree.Check(At(key, Adam(1, epsilon: 1e-3))), seed);
    }

    [Fact]
    public void No_optimizer_of_the_library_is_missing()
    {
        static IEnumerable<Optimizer> Parts(Optimizer optimizer) => optimizer.GetType().GetProperties()
            .Where(property => property.PropertyType == typeof(Optimizer)).SelectMany(property => Parts((Optimizer)property.GetValue(optimizer)!)).Prepend(optimizer);
        var inCatalog = OptimizerCatalog.All.SelectMany(Parts).Select(optimizer => optimizer.GetType()).ToHashSet();
        Assert.Empty(typeof(Optimizer).Assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract && typeof(Optimizer).IsAssignableFrom(type) && !inCatalog.Contains(type)).Select(type => type.Name));
    }

    [Fact]
    public void A_crooked_optimizer_is_found()
    {
        var key = new Key(1);
        Assert.Equal(Verdict.Fail, OptimizerLaws.Repeatable.Check(At(key, new Crooked(Counts: true))).Verdict);
        Assert.Equal(Verdict.Fail, OptimizerLaws.Written.Check(At(key, new Crooked(Skips: true))).Verdict);
        Assert.Equal(Verdict.Fail, OptimizerLaws.InPlace.Check(At(key, new Crooked(LooksAhead: true))).Verdict);
        Assert.Equal(Verdict.Fail, OptimizerLaws.Still.Check(At(key, Sgd(0.1, weightDecay: 0.1))).Verdict);
        Assert.Equal(Verdict.Pass, OptimizerLaws.Repeatable.Check(At(key, new Crooked())).Verdict);
    }

    private static OptimizerCase At(Key key, Optimizer optimizer)
    {
        var w = s_network.Initialize<double>(key);
        return new(optimizer, w, new(w.Layout, Probe.Draw(key.For("g"), w.Values.Shape)), optimizer.Init(w));
    }

    private static OptimizerCase Advanced(OptimizerCase at, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            var (parameters, state) = at.Optimizer.Update(at.Parameters, at.Gradients, at.State);
            at = at with { Parameters = parameters, State = state };
        }
        return at;
    }

    private sealed record Crooked(bool Counts = false, bool Skips = false, bool LooksAhead = false) : Optimizer
    {
        private static int s_calls;

        protected override int Slots => 0;

        protected override void Advance<T>(in OptimizerStep<T> step)
        {
            T rate = T.CreateChecked(Counts ? ++s_calls : 1);
            int written = step.Weights.Length - (Skips ? 1 : 0);
            for (int i = 0; i < written; i++)
                step.NewWeights[i] = step.Weights[i] - rate * (step.Gradients[i] + (LooksAhead ? step.Weights[(i + step.Weights.Length - 1) % step.Weights.Length] : T.Zero));
        }
    }
}
