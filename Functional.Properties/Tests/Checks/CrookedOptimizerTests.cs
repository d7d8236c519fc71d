using Functional.Core;
using Functional.Properties.Tests.PlantedBugs;
using LanguageExt;
using Xunit;
using static Functional.Core.Optimizers;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Checks;

/// <summary>The laws of optimizers that speak of counting and of Adam's first step are broken by steps that are wrong in just that.</summary>
public class CrookedOptimizerTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 2)]
    [InlineData(5, 5)]
    [InlineData(5, 0)]
    public void A_step_that_is_not_counted_once_is_found(long before, long after)
    {
        Breaks("steps counted", OptimizerLaws.CheckCounted(before, after));
        Holds(OptimizerLaws.CheckCounted(before, before + 1));
    }

    [Fact]
    public void A_first_step_of_Adam_that_grows_with_the_gradient_is_found()
    {
        Holds(Step(Adam(0.1)));
        Holds(Step(new OptimizerBugs.WrongAdam()));
        Breaks("scale of the gradient", Step(new OptimizerBugs.WrongAdam { Squares = false }));
        Breaks("scale of the gradient", Step(Sgd(0.1)));
    }

    // The step of an optimizer that is taken for Adam's.
    private static Finding Step(Optimizer other)
    {
        var layout = new Layout(Seq1(new Parameter("w", [4], Initializer.Zeros)));
        var w = new Parameters<double>(layout, Probe.Draw(new Key(1), [4]));
        var at = new OptimizerCase(Adam(0.1), w, new(layout, Probe.Draw(new Key(2), [4])), other.Init(w));
        return OptimizerLaws.CheckScaleFree(at, each => other.Update(each.Parameters, each.Gradients, other.Init(each.Parameters)));
    }

    private static void Breaks(string law, Finding finding)
    {
        Assert.Equal(Verdict.Fail, finding.Verdict);
        Assert.All(finding.Violations, violation => Assert.Equal(law, violation.Law));
    }

    private static void Holds(Finding finding) => Assert.True(finding.Verdict == Verdict.Pass, string.Join('\n', finding.Violations.AsEnumerable()));
}
