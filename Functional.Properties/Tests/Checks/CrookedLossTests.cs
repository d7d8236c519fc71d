using Functional.Core;
using Functional.Properties.Tests.PlantedBugs;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Checks;

/// <summary>Each law of reductions is broken by a loss that is wrong in what it says, while the other holds.</summary>
public class CrookedLossTests
{
    // Under the sum the gradient from above is 1, so nobody misses it there.
    [Fact]
    public void A_loss_that_ignores_the_gradient_from_above_is_not_divided()
    {
        var at = At(new RowLossLayer<EuclideanAlone>());
        Breaks("mean and sum", LossLaws.MeanIsSumOverCount(at.Network, at.Loss, at.Parameters, at.Inputs, at.Targets));
        Holds(LossLaws.SumOfExamples(at.Network, at.Loss, at.Parameters, at.Inputs, at.Targets));
    }

    [Fact]
    public void A_loss_that_mixes_examples_is_not_their_sum()
    {
        var at = At(new MixingLoss());
        Breaks("sum of examples", LossLaws.SumOfExamples(at.Network, at.Loss, at.Parameters, at.Inputs, at.Targets));
        Holds(LossLaws.MeanIsSumOverCount(at.Network, at.Loss, at.Parameters, at.Inputs, at.Targets));
    }

    private static LossPoint At(LossLayer loss) => new(new Key(1), loss, Seq(Shape.Of(4), Shape.Of(4)), Seq(ValueKind.Real, ValueKind.Real), 3);

    private static void Breaks(string law, Finding finding)
    {
        Assert.Equal(Verdict.Fail, finding.Verdict);
        Assert.All(finding.Violations, violation => Assert.Equal(law, violation.Law));
    }

    private static void Holds(Finding finding) => Assert.True(finding.Verdict == Verdict.Pass, string.Join('\n', finding.Violations.AsEnumerable()));

    /// <summary>To each example's error the first one's is added; the gradient is that of this.</summary>
    private sealed record MixingLoss : LossLayer
    {
        private static LossLayer Right => Losses.EuclideanLoss().Layer;

        public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Right.Outputs(inputs);

        public override Differentiable<T> At<T>()
        {
            var right = Right.At<T>();
            return new(
                (in ForwardCall<T> call) =>
                {
                    var result = right.Forward(call);
                    T first = result.Outputs[0].Span[0];
                    return result with { Outputs = result.Outputs[0].Map(error => error + first) };
                },
                (in BackwardCall<T> call) =>
                {
                    T sum = T.Zero;
                    foreach (T each in call.Dy.Span) sum += each;
                    int place = 0;
                    return right.Backward(call with { OutputGradients = call.Dy.Map(each => place++ == 0 ? each + sum : each) });
                });
        }
    }
}
