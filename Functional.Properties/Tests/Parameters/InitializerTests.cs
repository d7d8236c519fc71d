using Functional.Core;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

public class InitializerTests
{
    /// <summary>The variance that each paper asks for, for a weight of 300 outputs and 200 inputs.</summary>
    public static TheoryData<string, double, bool> Rules => new()
    {
        { "GlorotUniform", 2.0 / 500, true }, { "GlorotNormal", 2.0 / 500, false },
        { "HeUniform", 2.0 / 200, true }, { "HeNormal", 2.0 / 200, false },
        { "LeCunUniform", 1.0 / 200, true }, { "LeCunNormal", 1.0 / 200, false },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_variance_is_that_of_the_paper(string name, double variance, bool uniform)
    {
        var initializer = (Initializer)typeof(Initializer).GetProperty(name)!.GetValue(null)!;
        double[] drawn = Draw(initializer, [300, 200]);
        Assert.InRange(drawn.Average() / Math.Sqrt(variance), -0.02, 0.02);
        Assert.InRange(drawn.Average(x => x * x) / variance, 0.98, 1.02);
        double widest = drawn.Max(Math.Abs) / Math.Sqrt(variance);
        if (uniform) Assert.InRange(widest, 1.73, Math.Sqrt(3));
        else Assert.InRange(widest, 3.5, 6);
    }

    [Fact]
    public void Fans_of_a_kernel_count_its_places() =>
        Assert.Equal((3.0 * 5 * 5, 16.0 * 5 * 5), ScaledInitializer.Fans([16, 3, 5, 5]));

    [Theory]
    [InlineData(5, 8)]
    [InlineData(8, 5)]
    [InlineData(6, 6)]
    public void Orthogonal_rows_or_columns_are_orthonormal(int rows, int columns)
    {
        double[] w = Draw(Initializer.Orthogonal(2), [rows, columns]);
        bool wide = columns >= rows;
        int count = Math.Min(rows, columns);
        for (int a = 0; a < count; a++)
            for (int b = 0; b < count; b++)
            {
                double dot = Enumerable.Range(0, Math.Max(rows, columns)).Sum(i => wide ? w[a * columns + i] * w[b * columns + i] : w[i * columns + a] * w[i * columns + b]);
                Assert.Equal(a == b ? 4 : 0, dot, 12);
            }
    }

    [Fact]
    public void Constants_are_constant()
    {
        Assert.All(Draw(Initializer.Zeros, [3, 2]), x => Assert.Equal(0, x));
        Assert.All(Draw(Initializer.Ones, [3, 2]), x => Assert.Equal(1, x));
        Assert.All(Draw(Initializer.Constant(0.5), [3]), x => Assert.Equal(0.5, x));
    }

    [Fact]
    public void Each_parameter_is_drawn_by_its_name_so_that_a_layer_more_changes_no_other()
    {
        var small = (Input(4) >> Dense(3)).Build().ToFin().ThrowIfFail().Initialize<float>(new Key(1));
        var large = (Input(4) >> Dense(3) >> Relu >> Dense(2)).Build().ToFin().ThrowIfFail().Initialize<float>(new Key(1));
        Assert.Equal(small["dense1.weight"], large["dense1.weight"]);
        Assert.NotEqual(small, (Input(4) >> Dense(3)).Build().ToFin().ThrowIfFail().Initialize<float>(new Key(2)));
        Assert.Contains("dense1.weight, dense1.bias", Assert.Throws<KeyNotFoundException>(() => small["dense9.weight"]).Message);
    }

    [Fact]
    public void Float_and_double_start_alike()
    {
        var network = (Input(4) >> Dense(3)).Build().ToFin().ThrowIfFail();
        Assert.Equal(network.Initialize<float>(new Key(1)), network.Initialize<double>(new Key(1)).To<float>());
    }

    private static double[] Draw(Initializer initializer, Shape shape)
    {
        double[] drawn = new double[shape.Size];
        initializer.Fill<double>(new Key(5), shape, drawn);
        return drawn;
    }
}
