using Functional.Core;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Documentation;

/// <summary>What <c>docs/verify-your-layer.md</c> shows: the code runs, and the output in it is what comes out.</summary>
public class VerifyYourLayerTests
{
    private static readonly string s_document = File.ReadAllText(Path.Combine(DocumentationTests.RootFolder, "docs", "verify-your-layer.md")).ReplaceLineEndings("\n");

    [Fact]
    public void Failures_as_values()
    {
        Validation<Violation, LawReport> result = Verify.Check(new ForgetfulScaleLayer(), Seq1(Shape.Of(4)));
        var thrown = Assert.Throws<LawViolationException>(() => Verify.Layer(new ForgetfulScaleLayer(), [4]));
        Assert.Equal(thrown.Report.Broken.Map(broken => broken.Violations), result.Match(_ => None, violations => Some(violations)));
    }

    [Fact]
    public void The_printed_case_and_the_replay_line_run_as_they_stand()
    {
        var small = Assert.Throws<LawViolationException>(() =>
            Verify.Case(new LayerCase(new ForgetfulScaleLayer(),
                Inputs: [Tensor.From<double>([2, 1], 1, 1)],
                Parameters: [Tensor.From<double>([1], -1)],
                Mode: Mode.Train, Key: new Key(17314740229060664143)))
        );
        Assert.Contains("δw of a batch is the sum over its examples", small.Message, StringComparison.Ordinal);
        var replayed = Assert.Throws<LawViolationException>(() =>
            Verify.Layer(new ForgetfulScaleLayer(), new VerifyOptions { First = 1, Cases = 1 }, [4])
        );
        Assert.Contains(replayed.Message, s_document, StringComparison.Ordinal);
    }

    [Fact]
    public void At_other_points()
    {
        var options = new VerifyOptions { Cases = 200, Kinds = Seq(ValueKind.Probability, ValueKind.Distribution) };
        Verify.Layer(new RowLossLayer<LogLossFunction>(), options, [5], [5]);
        Assert.Equal(200 * Verify.Scale, Verify.Report(new RowLossLayer<LogLossFunction>(), Seq(Shape.Of(5), Shape.Of(5)), options).Cases);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Without_a_case_nothing_is_verified(int cases)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Verify.Layer(new ForgetfulScaleLayer(), new VerifyOptions { Cases = cases }, [4]));
        Assert.Contains($"Cases is {cases}; at least 1 is needed", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new VerifyOptions() with { Cases = cases });
    }

    [Fact]
    public void What_multiplies_the_cases_is_a_number_from_1_on()
    {
        Assert.Equal((1, 1, 200), (Verify.ScaleOf(null), Verify.ScaleOf(""), Verify.ScaleOf("200")));
        foreach (string given in new[] { "many", "0", "-1", "1.5", "99999999999" })
            Assert.Equal(
                $"The environment variable FUNCTIONAL_CASES is \"{given}\"; a whole number of at least 1 is needed.",
                Assert.Throws<InvalidOperationException>(() => Verify.ScaleOf(given)).Message);
    }

    [Fact]
    public void Every_law_is_listed() => Assert.All(LayerLaws.All, law => Assert.Contains($"| {law.Name} |", s_document, StringComparison.Ordinal));
}
