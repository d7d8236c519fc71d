using FsCheck.Xunit;
using Functional.Core;
using Xunit;
using static Functional.Core.SpecialFunctions;

namespace Functional.Properties.Tests;

public class ErrorFunctionTests
{
    // erf and erfc computed with 40 digits by an independent arbitrary-precision library.
    public static TheoryData<double, double, double> ErrorFunctions => new()
    {
        { 1e-300, 1.128379167095512602172e-300, 1.0 },
        { 1e-10, 1.128379167095512615002e-10, 0.9999999998871620832904 },
        { 0.1, 0.1124629160182848984047, 0.8875370839817151015953 },
        { 0.2499, 0.2762203861055731932804, 0.7237796138944268067196 },
        { 0.5, 0.5204998778130465376827, 0.4795001221869534623173 },
        { 0.8, 0.7421009647076605125898, 0.2578990352923394874102 },
        { 0.9, 0.7969082124228321396647, 0.2030917875771678603353 },
        { 1, 0.8427007929497148693412, 0.1572992070502851306588 },
        { 1.2, 0.9103139782296353683659, 0.08968602177036463163407 },
        { 1.5, 0.966105146475310727067, 0.03389485352468927293302 },
        { 2, 0.9953222650189527341621, 0.004677734981047265837931 },
        { 2.5, 0.9995930479825550410604, 0.0004069520174449589395642 },
        { 3, 0.9999779095030014145586, 0.00002209049699858544137278 },
        { 4, 0.99999998458274209972, 1.541725790028001885216e-8 },
        { 5, 0.9999999999984625402056, 1.537459794428034850188e-12 },
        { 5.9, 0.9999999999999999280959, 7.190409783550477724856e-17 },
        { 6.5, 0.9999999999999999999616, 3.842148327120647469876e-20 },
        { 10, 1.0, 2.088487583762544757001e-45 },
        { 20, 1.0, 5.395865611607900928935e-176 },
        { 26, 1.0, 5.663192408856142846476e-296 },
        { -0.1, -0.1124629160182848984047, 1.112462916018284898405 },
        { -0.6, -0.6038560908479259050823, 1.603856090847925905082 },
        { -1, -0.8427007929497148693412, 1.842700792949714869341 },
        { -2, -0.9953222650189527341621, 1.995322265018952734162 },
        { -5, -0.9999999999984625402056, 1.999999999998462540206 },
        { -7, -1.0, 2.0 },
    };

    private static void Near(double expected, double actual, double relative) => Assert.True(
        Math.Abs(actual - expected) <= relative * Math.Abs(expected), $"{actual:R} should be {expected:R} within {relative}.");

    [Theory]
    [MemberData(nameof(ErrorFunctions))]
    public void Error_functions_match_the_table(double x, double erf, double erfc)
    {
        Near(erf, Erf(x), 4e-16);
        Near(erfc, Erfc(x), 1e-15);
        Near((float)erf, Erf((float)x), 1e-6);
        // The duals take their own way to the same value.
        Near(erf, Erf(Dual<double>.Variable(x)).Value, 4e-16);
        Near(erfc, Erfc(Dual<double>.Variable(x)).Value, 1e-15);
        Assert.Equal(Erf((float)x), Erf(Dual<float>.Variable((float)x)).Value);
    }

    [Fact]
    public void Error_functions_have_their_limits()
    {
        double[] x = [0, double.PositiveInfinity, double.NegativeInfinity, 1e300, -1e300, double.NaN];
        Assert.Equal([0, 1, -1, 1, -1, double.NaN], x.Select(Erf));
        Assert.Equal([1, 0, 2, 0, 2, double.NaN], x.Select(Erfc));
        Assert.True(double.IsNegative(Erf(-0.0)));
        Assert.Equal(double.Epsilon, Erf(double.Epsilon));
        Assert.Equal(1, Erf(float.MaxValue));
        Assert.Equal((Half)1, Erf(Half.MaxValue));
    }

    [Property]
    public void Error_functions_are_symmetric_and_complementary(short n)
    {
        var x = n / 4096.0;
        Assert.Equal(-Erf(x), Erf(-x));
        Near(1, Erf(x) + Erfc(x), 3e-16);
        Near(2, Erfc(x) + Erfc(-x), 3e-16);
    }

    [Property]
    public void The_tangents_of_the_error_functions_are_exact(short n)
    {
        var x = n / 1200.0;
        // The rounding error of x² times x², which is up to 745 here, is what the expected value is short of.
        var slope = 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x);
        var tolerance = 1e-15 + (x * x * 3e-16);
        Near(slope, Erf(Dual<double>.Variable(x)).Tangent, tolerance);
        Near(-slope, Erfc(Dual<double>.Variable(x)).Tangent, tolerance);

        var second = Erf(Dual<Dual<double>>.Variable(Dual<double>.Variable(x)));
        Near(slope, second.Tangent.Value, tolerance);
        Near(-2 * x * slope, second.Tangent.Tangent, tolerance);

        var third = Erf(Dual<Dual<Dual<double>>>.Variable(Dual<Dual<double>>.Variable(Dual<double>.Variable(x))));
        Assert.Equal(((4 * x * x) - 2) * slope, third.Tangent.Tangent.Tangent, ((4 * x * x) + 2) * slope * tolerance);
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e200)]
    [InlineData(-30)]
    public void Tangents_vanish_far_out(double x)
    {
        Assert.Equal(0, Erf(Dual<double>.Variable(x)).Tangent);
        Assert.Equal(0, Erfc(Dual<double>.Variable(x)).Tangent);
    }
}
