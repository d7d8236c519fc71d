using Functional.Core;
using Functional.Core.Kernels;
using Functional.Properties.Tests.PlantedBugs;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests;

/// <summary>The optimizers of the library do what their doc comments say, number by number, at any length, alone and as every optimizer has to.</summary>
[Collection("Workers")]
public class OptimizerDefinitionTests
{
    private static readonly (Optimizer Optimizer, OptimizerLaw Definition)[] s_all =
    [
        (Optimizers.Sgd(0.1), Sgd(0, 0, false)),
        (Optimizers.Sgd(0.1, weightDecay: 0.01), Sgd(0, 0.01, false)),
        (Optimizers.Sgd(0.1, momentum: 0.9), Sgd(0.9, 0, false)),
        (Optimizers.Sgd(0.1, momentum: 0.9, weightDecay: 0.01), OptimizerBugs.SgdDefinition),
        (Optimizers.Sgd(0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01), Sgd(0.9, 0.01, true)),
        (Optimizers.Adam(0.1), OptimizerBugs.AdamDefinition),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, s_all.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_step_follows_the_definition(int number)
    {
        var (optimizer, definition) = s_all[number];
        foreach (var at in new OptimizerBug("right", definition, optimizer).Cases)
            Assert.All(OptimizerLaws.All.Add(definition), law => Holds(law.Check(at)));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void At_lengths_that_are_worked_on_in_parts(int number)
    {
        var (optimizer, definition) = s_all[number];
        foreach (int length in new[] { 37, Chunks.Grain, 2 * Chunks.Grain + 5 })
            foreach (int workers in new[] { 1, 3 }) With(workers, () => Holds(definition.Check(At(optimizer, length, steps: 2))));
    }

    [Fact]
    public void A_memory_that_is_not_its_own_is_refused()
    {
        var (small, large) = (At(Optimizers.Adam(0.1), 3, steps: 1), At(Optimizers.Adam(0.1), 4, steps: 1));
        Assert.True(small.Optimizer.Remembers(small.State, small.Parameters));
        Assert.False(small.Optimizer.Remembers(large.State, small.Parameters));
        Assert.False(small.Optimizer.Remembers(small.State with { Slots = [small.State.Slots[0]] }, small.Parameters));
        Assert.False(small.Optimizer.Remembers(small.State with { Slots = [small.State.Slots[0], default] }, small.Parameters));
        Assert.False(Optimizers.Sgd(0.1).Remembers(small.State, small.Parameters));
    }

    // SGD: d = g + λ w; b′ = μ b + d; w′ = w − η b′, or with Nesterov's momentum w′ = w − η (d + μ b′). Without momentum nothing is remembered.
    private static OptimizerLaw Sgd(double momentum, double decay, bool nesterov) => OptimizerBugs.Definition("SGD follows its definition", (old, g, _) =>
    {
        double d = g + decay * old.W, b = momentum * old.First + d;
        return new(old.W - 0.1 * (nesterov ? d + momentum * b : b), momentum == 0 ? 0 : b);
    });

    private static OptimizerCase At(Optimizer optimizer, int length, int steps)
    {
        var layout = new Layout(Seq1(new Parameter("w", [length], Initializer.Zeros)));
        Tensor<double> Draw(string of) => CaseMaker.Values(new Key(3).For(of), [length], ValueFamily.Normal, ValueKind.Real);
        var at = new OptimizerCase(optimizer, new(layout, Draw("w")), new(layout, Draw("g")), optimizer.Init(new Parameters<double>(layout, Draw("w"))));
        for (int step = 0; step < steps; step++)
        {
            var (w, state) = optimizer.Update(at.Parameters, at.Gradients, at.State);
            at = at with { Parameters = w, State = state, Gradients = new(layout, Draw($"g{step}")) };
        }
        return at;
    }

    private static void With(int workers, Action action)
    {
        int before = Workers.Count;
        try
        {
            Workers.Count = workers;
            action();
        }
        finally
        {
            Workers.Count = before;
        }
    }

    private static void Holds(Finding finding) => Assert.True(finding.Verdict == Verdict.Pass, string.Join('\n', finding.Violations.AsEnumerable()));
}
