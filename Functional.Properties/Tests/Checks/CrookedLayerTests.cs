using System.Numerics;
using Functional.Core;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Checks;

/// <summary>Each flaw is found by the law that is about it, at a small case, with words that help.</summary>
public class CrookedLayerTests
{
    [Fact]
    public void The_layer_without_a_flaw_obeys_every_law()
    {
        var report = Verify.Report(new CrookedLayer(Flaw.None), Seq1(Shape.Of(2, 3)));
        Assert.True(report.Holds, report.ToString());
        Assert.Equal((48 * Verify.Scale, 0), (report.Cases, report.Inconclusive));
        // Laws of batches say nothing of a batch of 1, that of inference nothing of training, that of float nothing of large numbers.
        var checkedLess = new Dictionary<string, int> { ["batch additivity"] = 36, ["batch independence"] = 36, ["batch order"] = 36, ["inference certain"] = 24, ["single precision"] = 32, ["state kept"] = 48 };
        Assert.All(report.Tallies, tally => Assert.Equal(checkedLess.GetValueOrDefault(tally.Law, 48) * Verify.Scale, tally.Checked));
    }

    [Fact]
    public void What_could_not_be_told_is_counted_and_too_much_of_it_fails()
    {
        Assert.True(new LawTally("a law", 10, 1).IsConclusive);
        Assert.True(new LawTally("a law", 99, 1).IsConclusive);
        Assert.True(new LawTally("a law", 200, 2).IsConclusive);
        Assert.False(new LawTally("a law", 9, 1).IsConclusive);
        Assert.False(new LawTally("a law", 99, 2).IsConclusive);
        Assert.False(new LawTally("a law", 299, 3).IsConclusive);

        // No step is short enough for its waves and long enough for their height: differences are near the gradient, but hardly know.
        var report = Verify.Report(new ElementwiseLayer<Rough>(), Seq1(Shape.Of(3)), new VerifyOptions { Families = Seq1(ValueFamily.Normal), VariesShapes = false });
        Assert.True(report.Broken.IsNone, report.ToString());
        Assert.False(report.Holds);
        Assert.Contains("gradient is inconclusive at", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("at most 1 % may be", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("The first of them:\n  Verify.Layer(new ElementwiseLayer<", report.ToString(), StringComparison.Ordinal);
        Assert.Throws<LawViolationException>(() => Verify.Case(report.Tallies.First(tally => tally.Inconclusive > 0).Doubtful!));
    }

    [Fact]
    public void A_difference_that_is_hardly_known_proves_nothing()
    {
        // Off by a tenth with an error estimate as large: neither near nor far.
        Assert.Equal(Verdict.Inconclusive, GradientLaw.Judge(new Slope(1, 0.05, 1, 1, false), 1.1, 1));
        Assert.Equal(Verdict.Inconclusive, GradientLaw.Judge(new Slope(1, 0.05, 1, 1, false), 0, 1));
        Assert.Equal(Verdict.Inconclusive, GradientLaw.Judge(new Slope(1, 0.05, 1, 1, false), 9, 1));
        Assert.Equal(Verdict.Inconclusive, GradientLaw.Judge(new Slope(double.NaN, 0.05, 1, 1, false), double.NaN, 1));
        Assert.Equal(Verdict.Pass, GradientLaw.Judge(new Slope(1, 1e-12, 1, 1, false), 1 + 1e-12, 1));
        Assert.Equal(Verdict.Pass, GradientLaw.Judge(new Slope(1e-17, 1e-15, 0, 0, false), 0, 1));
        Assert.Equal(Verdict.Fail, GradientLaw.Judge(new Slope(1, 1e-12, 1, 1, false), 1.001, 1));
    }

    [Theory]
    [InlineData(Flaw.PromisesTooMuch, "shapes", "promised was shape")]
    [InlineData(Flaw.Throws, "shapes", "InvalidOperationException: three is a crowd")]
    [InlineData(Flaw.ChangesInput, "inputs unchanged", null)]
    [InlineData(Flaw.CountsCalls, "repetition", null)]
    [InlineData(Flaw.LeavesLastUnwritten, "every element written", null)]
    [InlineData(Flaw.ForgetsStateInInference, "state kept", null)]
    [InlineData(Flaw.LooksAtWants, "wants", null)]
    [InlineData(Flaw.LastExampleOnly, "batch additivity", "is the gradient of example 1 alone: δw of a batch is the sum over its examples")]
    [InlineData(Flaw.MeanOverBatch, "batch additivity", "it is the mean of its examples' gradients, where the sum is due")]
    [InlineData(Flaw.MixesQuietly, "batch independence", null)]
    [InlineData(Flaw.KnowsItsPlace, "batch additivity", null)]
    [InlineData(Flaw.ClipsGradient, "linearity", null)]
    [InlineData(Flaw.SignOfInput, "gradient", "the gradient of input has the wrong sign")]
    [InlineData(Flaw.DropsGain, "gradient", "the gradient of parameter 'gain' is 0 everywhere")]
    [InlineData(Flaw.TwiceTheGain, "gradient", "the gradient of parameter 'gain' is 2 times what is due, everywhere: is it added")]
    [InlineData(Flaw.TransposedGain, "gradient", "the gradient of parameter 'gain' is the transpose of what is due")]
    [InlineData(Flaw.LastElementWrong, "gradient", "in its last element only: does a loop end too early?")]
    [InlineData(Flaw.OnlyNegativeWrong, "gradient", "the gradient of input is wrong exactly where its value is negative")]
    public void A_flaw_is_found_by_the_law_that_is_about_it(Flaw flaw, string law, string? hint)
    {
        var counterexample = Broken(new CrookedLayer(flaw), [2, 3]);
        Assert.Equal(law, counterexample.Violations[0].Law);
        if (hint is not null) Assert.Contains(hint, counterexample.ToString(), StringComparison.Ordinal);
        if (flaw is not Flaw.Throws) Assert.InRange(counterexample.Case.Batch, 1, 2);
        // The small case and the replayed one break the same law again.
        Assert.Equal(law, Verify.Run([counterexample.Case]).Broken.Map(again => again.Violations[0].Law));
    }

    [Fact]
    public void What_is_wrong_at_other_shapes_than_asked_for_is_found()
    {
        var asIs = new VerifyOptions { VariesShapes = false };
        foreach (var (layer, law) in new (Layer, string)[]
        {
            (new PlantedBugs.DensePastIndex(3), "gradient"), (new PlantedBugs.DenseWidthOne(1), "gradient"), (new PlantedBugs.DenseManyExamples(2), "batch additivity"),
        })
        {
            Verify.Layer(layer, asIs, [3]);
            Assert.Equal(law, Broken(layer, [3]).Violations[0].Law);
        }
    }

    [Fact]
    public void A_hint_that_fits_the_small_case_only_is_not_given()
    {
        // y = x³ with 3 x |x| for its derivative, and with x²: a few numbers would look like a sign or a factor.
        foreach (var layer in new Layer[] { new ElementwiseLayer<CubeOfSign>(), new ElementwiseLayer<CubeOfSquare>() })
            Assert.DoesNotContain("times what is due", Broken(layer, [5]).ToString(), StringComparison.Ordinal);
        Assert.Contains("is 1.001 times what is due, everywhere", Broken(new ElementwiseLayer<CubeScarcely>(), [5]).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_mode_sees_what_is_wrong_in_the_tenth_digit()
    {
        var points = new VerifyOptions { Cases = 48, Families = Seq1(ValueFamily.Normal) }.Points(new CrookedLayer(Flaw.ScarcelyWrong), Seq1(Shape.Of(2, 3)));
        // Where the random direction happens to weigh little on the gain, the difference drowns in the allowance.
        Assert.True(points.Count(at => AdjointLaw.Adjoint.Check(at).Verdict == Verdict.Fail) > 48 / 2);
    }

    // Memory that was not cleared is caught where it holds NaN, in a poisoned region or at the caller's destination.
    [Fact]
    public void A_gradient_added_to_what_the_memory_held_is_found() =>
        Assert.Contains(Broken(new CrookedLayer(Flaw.AddsToDestination), [2, 3]).Violations[0].Law, new[] { "every element written", "destination" });

    [Theory]
    [InlineData(Flaw.SignOfInput)]
    [InlineData(Flaw.DropsGain)]
    [InlineData(Flaw.MeanOverBatch)]
    [InlineData(Flaw.LeavesLastUnwritten)]
    public void Shapes_shrink_to_one_element(Flaw flaw) =>
        Assert.Equal(1, Broken(new CrookedLayer(flaw), [2, 3]).Case.InputShapes[0].Size);

    [Fact]
    public void A_transpose_shrinks_only_as_far_as_it_shows() =>
        Assert.Equal(Shape.Of(2, 2), Broken(new CrookedLayer(Flaw.TransposedGain), [5, 4]).Case.InputShapes[0]);

    [Fact]
    public void The_replay_line_finds_it_again()
    {
        var found = Broken(new CrookedLayer(Flaw.Throws), [2]);
        Assert.Equal("Verify.Layer(new CrookedLayer(Flaw.Throws), new VerifyOptions { First = 2, Cases = 1 }, [2]);", found.Found.Origin);
        var error = Assert.Throws<LawViolationException>(() => Verify.Layer(new CrookedLayer(Flaw.Throws), new VerifyOptions { First = 2, Cases = 1 }, [2]));
        Assert.Equal(found.ToString(), error.Message);
    }

    [Fact]
    public void Violations_come_as_values_too()
    {
        Assert.True(Verify.Check(new CrookedLayer(Flaw.None), Seq1(Shape.Of(2)), new VerifyOptions { Cases = 4 }).IsSuccess);
        var failed = Verify.Check(new CrookedLayer(Flaw.SignOfInput), Seq1(Shape.Of(2)));
        failed.Match(_ => Assert.Fail("found nothing"), violations => Assert.Equal("gradient", violations[0].Law));
    }

    [Fact]
    public void Inputs_that_the_layer_does_not_take_are_an_error_of_the_caller()
    {
        var error = Assert.Throws<ArgumentException>(() => Verify.Layer(Layers.Add(), [2], [3]));
        Assert.Contains("got [2] and [3]", error.Message, StringComparison.Ordinal);
        Assert.Contains("units 0", Assert.Throws<ArgumentException>(() => Verify.Layer(Layers.Dense(0), [2])).Message, StringComparison.Ordinal);
    }

    private static Counterexample Broken(Layer layer, Shape input) => Verify.Report(layer, Seq1(input)).Broken.IfNone(() => throw new InvalidOperationException("found nothing"));

    /// <summary>x with waves upon it that no step resolves, and that no derivative knows of.</summary>
    public readonly record struct Rough : IElementwise
    {
        public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x + T.CreateChecked(1e-3 * Math.Sin(1e9 * double.CreateChecked(x)));
        public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.One;
    }

    /// <summary>x³ with another sign of its derivative below 0.</summary>
    public readonly record struct CubeOfSign : IElementwise
    {
        public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x * x * x;
        public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.CreateChecked(3) * x * T.Abs(x);
    }

    /// <summary>x³ with a power too few in its derivative.</summary>
    public readonly record struct CubeOfSquare : IElementwise
    {
        public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x * x * x;
        public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.CreateChecked(3) * x;
    }

    /// <summary>x³ with its derivative 0.1 % off.</summary>
    public readonly record struct CubeScarcely : IElementwise
    {
        public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x * x * x;
        public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.CreateChecked(3.003) * x * x;
    }
}
