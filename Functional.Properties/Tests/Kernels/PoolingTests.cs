using Functional.Core;
using Functional.Core.Kernels;
using Xunit;

namespace Functional.Properties.Tests.Kernels;

/// <summary>The vector form of 2 × 2 maxima against the scalar one, which <c>double</c> runs, bit for bit: with many ties, NaN and zeros of either sign.</summary>
public class PoolingTests
{
    private static readonly double[] s_numbers = [-1, -0.0, 0, 1, double.NaN, double.NegativeInfinity];

    [Fact]
    public void Pairs_of_floats_give_what_doubles_give()
    {
        var random = new Random(11);
        for (int trial = 0; trial < 400; trial++)
        {
            Slide rows = Slide.Over(2 + random.Next(9), 2, 2, 1, 0, 0, false).ThrowIfFail(), columns = Slide.Over(2 + random.Next(60), 2, 2, 1, 0, 0, false).ThrowIfFail();
            int planes = 1 + random.Next(4);
            // Half of the trials with small numbers alone.
            double[] x = [.. Enumerable.Range(0, planes * rows.In * columns.In).Select(_ => trial % 2 == 0 ? random.Next(-2, 3) : s_numbers[random.Next(s_numbers.Length)])];
            double[] dy = [.. Enumerable.Range(0, planes * rows.Out * columns.Out).Select(_ => random.Next(9) == 0 ? -0.0 : random.Next(-8, 9))];
            float[] narrow = [.. x.Select(number => (float)number)], narrowDy = [.. dy.Select(number => (float)number)];
            double[] y = new double[dy.Length], dx = new double[x.Length];
            float[] narrowY = new float[dy.Length], narrowDx = new float[x.Length];
            Pooling.Max<double>(rows, columns, x, y);
            Pooling.Max<float>(rows, columns, narrow, narrowY);
            Assert.Equal(y.Select(Bits), narrowY.Select(number => Bits(number)));
            Pooling.MaxBackward<double>(rows, columns, x, dy, dx);
            Pooling.MaxBackward<float>(rows, columns, narrow, narrowDy, narrowDx);
            Assert.Equal(dx.Select(Bits), narrowDx.Select(number => Bits(number)));
        }
    }

    [Fact]
    public void The_first_NaN_of_a_window_gets_the_gradient_and_the_first_of_equals()
    {
        // The same window in every column, many times: the vector form and, at its end, the scalar one.
        Window([1, float.NaN, float.NaN, 2], at: 1, float.NaN);
        Window([1, 5, float.NaN, float.NaN], at: 2, float.NaN);
        Window([float.NaN, 5, 6, float.NaN], at: 0, float.NaN);
        Window([-1, 0, -0f, -1], at: 1, 0);
        Window([-1, -0f, 0, -1], at: 1, -0f);
        Window([3, 3, 3, 3], at: 0, 3);
        Window([1, 3, 3, 3], at: 1, 3);
        Window([1, 2, 3, 3], at: 2, 3);
    }

    private static void Window(float[] window, int at, float largest)
    {
        const int Count = 37;
        Slide rows = Slide.Over(2, 2, 2, 1, 0, 0, false).ThrowIfFail(), columns = Slide.Over(2 * Count, 2, 2, 1, 0, 0, false).ThrowIfFail();
        float[] x = [.. Enumerable.Range(0, 4 * Count).Select(i => window[i / (2 * Count) * 2 + i % 2])];
        float[] y = new float[Count], dx = new float[x.Length], dy = [.. Enumerable.Range(1, Count).Select(i => (float)i)];
        Pooling.Max<float>(rows, columns, x, y);
        Assert.All(y, number => Assert.Equal(Bits(largest), Bits(number)));
        Pooling.MaxBackward<float>(rows, columns, x, dy, dx);
        for (int i = 0; i < x.Length; i++) Assert.Equal(i / (2 * Count) * 2 + i % 2 == at ? dy[i % (2 * Count) / 2] : 0, dx[i]);
    }

    /// <summary>What tells numbers apart, zeros of either sign too, but not one NaN from another.</summary>
    private static long Bits(double number) => double.IsNaN(number) ? long.MaxValue : BitConverter.DoubleToInt64Bits(number);
}
