using Xunit;

namespace Functional.Properties.Tests.Checks;

/// <summary>Differences give the derivative, an error that covers what they are off by, and know a kink when they see one.</summary>
public class NumericalDerivativeTests
{
    public static TheoryData<string, double, double> Smooth => new()
    {
        // Name, the point (or scale), the derivative at 0 of the function below.
        { "sin", 1, Math.Cos(1) }, { "sin", 20, Math.Cos(20) }, { "exp", 0, 1 }, { "exp", 5, Math.Exp(5) }, { "exp", -20, Math.Exp(-20) },
        { "square", 0, 0 }, { "square", 1000, 2000 }, { "cube", 3, 27 }, { "logistic", 0, 0.25 }, { "line", 3, 3 }, { "constant", 7, 0 },
        { "steep tanh", 100, 100 }, { "log", 0.02, 50 }, { "bend beside", 1e-3, 1 },
    };

    private static double At(string name, double a, double h) => name switch
    {
        "sin" => Math.Sin(a + h),
        "exp" => Math.Exp(a + h),
        "square" => (a + h) * (a + h),
        "cube" => Math.Pow(a + h, 3),
        "logistic" => 1 / (1 + Math.Exp(-(a + h))),
        "line" => a * h,
        "constant" => a,
        "steep tanh" => Math.Tanh(a * h),
        "log" => Math.Log(a + h),
        "bend beside" => Math.Abs(a + h),
        _ => throw new ArgumentException(name),
    };

    [Theory]
    [MemberData(nameof(Smooth))]
    public void The_error_covers_what_the_value_is_off_by_and_is_small(string name, double point, double expected)
    {
        double noise = Math.Max(1e-2, Math.Abs(At(name, point, 0)));
        var slope = NumericalDerivative.At(h => At(name, point, h), noise);
        Assert.False(slope.IsKink);
        Assert.InRange(Math.Abs(slope.Value - expected), 0, 20 * slope.Error + 1e-13 * (noise + Math.Abs(expected)));
        Assert.InRange(slope.Error, 0, 1e-7 * (noise + Math.Abs(expected)));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 1)]
    [InlineData(2, 2.5)]
    [InlineData(-1e-3, 1e-3)]
    public void A_kink_has_two_slopes(double left, double right)
    {
        var slope = NumericalDerivative.At(h => h < 0 ? left * h : right * h, 1e-2);
        Assert.True(slope.IsKink);
        Assert.Equal(left, slope.Left, 1e-9);
        Assert.Equal(right, slope.Right, 1e-9);
    }

    [Fact]
    public void A_bent_kink_has_the_slopes_at_the_point()
    {
        var slope = NumericalDerivative.At(h => h < 0 ? Math.Sin(h) : Math.Exp(3 * h) - 1, 1);
        Assert.True(slope.IsKink);
        Assert.Equal(1, slope.Left, 1e-7);
        Assert.Equal(3, slope.Right, 1e-7);
    }

    [Fact]
    public void Noise_raises_the_error()
    {
        // A function in single precision has 2²⁹ times the roundoff: said or measured, the estimate has to own up to it.
        foreach (double point in new[] { 0.3, 1, 2, 5 })
        {
            var slope = NumericalDerivative.At(h => (float)Math.Sin(point + h), 1 << 29);
            Assert.InRange(Math.Abs(slope.Value - Math.Cos(point)), 0, 20 * slope.Error);
            Assert.InRange(slope.Error, 1e-7, 1e-2);
        }
    }

    [Fact]
    public void A_jump_is_no_derivative()
    {
        var slope = NumericalDerivative.At(h => h < 0 ? 0 : 1, 1);
        Assert.False(slope.Error <= 1e-4 * Math.Abs(slope.Value));
    }

    [Fact]
    public void A_smooth_function_takes_few_evaluations()
    {
        int evaluations = 0;
        NumericalDerivative.At(h => Math.Exp(Math.Sin(1 + h)) + evaluations++ * 0, 1);
        Assert.InRange(evaluations, 1, 17);
    }
}
