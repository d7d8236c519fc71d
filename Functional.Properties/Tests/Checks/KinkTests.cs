using Functional.Core;
using Xunit;

namespace Functional.Properties.Tests.Checks;

/// <summary>Any subgradient is right at a kink, whichever side forward mode takes there; what is none is wrong.</summary>
public class KinkTests
{
    [Fact]
    public void Any_subgradient_will_do()
    {
        Verify.Layer(new ElementwiseLayer<Bend>(new(-1, 2, 0.5)), [3]);
        Verify.Layer(new ElementwiseLayer<Bend>(new(-1, 2, -1)), [3]);
        Verify.Layer(new ElementwiseLayer<Bend>(new(0, 1, 1)), [3]);
    }

    [Theory]
    [InlineData(2.001)]
    [InlineData(-1.001)]
    public void What_lies_outside_the_two_slopes_is_found(double atZero)
    {
        var error = Assert.Throws<LawViolationException>(() => Verify.Layer(new ElementwiseLayer<Bend>(new(-1, 2, atZero)), [3]));
        Assert.StartsWith("ElementwiseLayer<KinkTests.Bend> breaks a law.\ngradient", error.Message.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal([0.0], error.Report.Broken.Map(broken => broken.Case.Inputs[0].ToArray()).IfNone([]));
    }

    [Fact]
    public void A_wrong_slope_beside_the_kink_is_no_matter_of_taste() =>
        Assert.Throws<LawViolationException>(() => Verify.Layer(new ElementwiseLayer<Bend>(new(-1, 2, 0, Beside: 1.999)), [3]));

    /// <summary>y = Left x below 0 and Right x above, with a slope of one's own at 0.</summary>
    public readonly record struct Bend(double Left, double Right, double AtZero, double? Beside = null) : IElementwise
    {
        // At 0 the dual numbers take the right side.
        public T Value<T>(T x) where T : struct, System.Numerics.IFloatingPointIeee754<T> => T.CreateChecked(x < T.Zero ? Left : Right) * x;

        public T Derivative<T>(T x, T y) where T : struct, System.Numerics.IFloatingPointIeee754<T> =>
            T.CreateChecked(x < T.Zero ? Left : x > T.Zero ? Beside ?? Right : AtZero);
    }
}
