using Functional.Core;
using Functional.Properties.Tests.Reports;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Checks;

/// <summary>A law that breaks prints its case as C#, and that C# breaks it again.</summary>
public class FindingTests
{
    [Fact]
    public void The_printed_case_breaks_the_law_again()
    {
        Layer odd = new NeverEqual();
        Tensors<double> x = Probe.Draw(new Key(1), [2, 3]);
        var plain = (Input(3) >> Dense(3)).Built();
        var placed = (Input(3) >> new CrookedLayer(Flaw.KnowsItsPlace)).Built();
        var unwritten = (Input(3) >> Dense(2) >> new CrookedLayer(Flaw.LeavesLastUnwritten)).Built();
        var counting = (Input(3) >> new CrookedLayer(Flaw.CountsCalls)).Built();
        var step = new Step<double>(counting.InitializeState<double>(), Mode.Train, new Key(2));
        var undivided = new RowLossLayer<PlantedBugs.EuclideanAlone>();
        var euclidean = Losses.EuclideanLoss().Layer;
        var at = Case(Optimizers.Sgd(0.1, weightDecay: 0.1));
        Finding[] findings =
        [
            CompositionLaws.LeftUnit(odd),
            CompositionLaws.RightUnit(odd),
            CompositionLaws.Composed(Dense(2), new Restless(), x, new Key(3)),
            NetworkLaws.Region(unwritten, unwritten.Initialize<double>(new Key(4)), x),
            NetworkLaws.AsLayer(counting, counting.Initialize<double>(new Key(5)), x, step),
            LossLaws.MeanIsSumOverCount(plain, undivided, plain.Initialize<double>(new Key(6)), x, Probe.Draw(new Key(9), [2, 3])),
            LossLaws.SumOfExamples(placed, euclidean, placed.Initialize<double>(new Key(7)), x, Probe.Draw(new Key(8), [2, 3])),
            OptimizerLaws.Still.Check(at),
        ];
        Assert.Equal(Enumerable.Repeat(Verdict.Fail, findings.Length), findings.Select(finding => finding.Verdict));
        object?[] again = SnippetCompiler.Given([.. findings.Select(finding => finding.Case!)], typeof(FindingTests).Namespace!, typeof(PlantedBugs.EuclideanAlone).Namespace!);
        foreach (var (finding, other) in findings.Zip(again.Cast<Finding>()))
        {
            Assert.Equal(Verdict.Fail, other.Verdict);
            Assert.Equal(finding.Violations[0].Law, other.Violations[0].Law);
            // What a layer that is no function gives is another number at every call; the case is the same.
            Assert.Equal(finding.Case, other.Case);
            Assert.Contains(finding.Case!.Split('\n')[0], Assert.Throws<FalsifiedException>(() => Verify.Holds(finding)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_a_broken_pipeline_built_is_printed()
    {
        int calls = 0;
        var finding = PipelineLaws.LeftUnit(1, start => Input(start + calls++) >> Tanh);
        int[] sizes = Assert.IsType<int[]>(SnippetCompiler.Given([$"{finding.Case}\nVerify.Value(new[] {{ left.OutputShapes[0].Size, right.OutputShapes[0].Size }});"])[0]);
        Assert.Equal(new[] { 1, 2 }, sizes.Order());
        Assert.Contains(" does not build: dense1: got units 0", PipelineLaws.LeftUnit(1, start => Input(start) >> Dense(1 - calls++ % 2)).Case, StringComparison.Ordinal);
    }

    [Fact]
    public void A_law_of_ones_own_prints_the_case_as_it_was_given()
    {
        var law = new OptimizerLaw("never", "nothing is ever right", given =>
        {
            new PlantedBugs.OptimizerBugs.OverwritingSgd().Update(given.Parameters, given.Gradients, given.State);
            return new(Verdict.Fail, new Violation("never", "nothing is ever right", "everywhere", 0, 1, 0));
        });
        var at = Case(Optimizers.Sgd(0.1));
        string before = $"{at}";
        Assert.Equal(before, law.Check(at).Case);
        Assert.NotEqual(before, $"{at}");
    }

    [Fact]
    public void What_holds_holds_and_what_cannot_be_told_does_not()
    {
        Verify.Holds(Finding.Pass);
        Assert.Null(OptimizerLaws.Still.Check(Case(Optimizers.Sgd(0.1))).Case);
        Assert.Equal("Inconclusive", Assert.Throws<FalsifiedException>(() => Verify.Holds(Finding.Inconclusive)).Message);
    }

    private static OptimizerCase Case(Optimizer optimizer)
    {
        var layout = new Layout(Seq1(new Parameter("w", [2], Initializer.Zeros)));
        var w = new Parameters<double>(layout, Tensor.From<double>([2], 1, -0.5));
        return new(optimizer, w, new(layout, Tensor.From<double>([2], 0.25, 3)), optimizer.Init(w));
    }

    /// <summary>A layer that is never equal to itself.</summary>
    public sealed record NeverEqual : Layer
    {
        public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => inputs;
        public override Differentiable<T> At<T>() => Tanh().At<T>();
        public bool Equals(NeverEqual? other) => false;
        public override int GetHashCode() => 0;
    }

    /// <summary>y = x and the number of calls.</summary>
    public sealed record Restless : Layer
    {
        private static int s_calls;
        public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => inputs;
        public override Differentiable<T> At<T>() => new(
            (in ForwardCall<T> call) => new(call.X.Map(x => x + T.CreateChecked(++s_calls))),
            (in BackwardCall<T> call) => new(call.Dy));
    }
}
