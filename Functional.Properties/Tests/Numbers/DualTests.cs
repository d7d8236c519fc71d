using Functional.Core;
using Xunit;

namespace Functional.Properties.Tests;

/// <summary>Derivatives of dual numbers where a formula as it stands would overflow or multiply 0 by infinity.</summary>
public class DualTests
{
    [Fact]
    public void A_power_of_0_does_not_move_with_its_exponent()
    {
        var power = Dual<double>.Pow(new(0, 0), Dual<double>.Variable(2));
        Assert.Equal((0, 0), (power.Value, power.Tangent));
        Assert.Equal(Math.Log(3) * 9, Dual<double>.Pow(new(3, 0), Dual<double>.Variable(2)).Tangent, 1e-14);
    }

    [Theory]
    [InlineData(1e-200)]
    [InlineData(1)]
    [InlineData(1e200)]
    public void An_angle_moves_by_the_distance(double distance)
    {
        Assert.Equal(0.6, Dual<double>.Atan2(Dual<double>.Variable(0.8 * distance), new(0.6 * distance, 0)).Tangent * distance, 1e-15);
        Assert.Equal(-0.8, Dual<double>.Atan2(new(0.8 * distance, 0), Dual<double>.Variable(0.6 * distance)).Tangent * distance, 1e-15);
    }
}
