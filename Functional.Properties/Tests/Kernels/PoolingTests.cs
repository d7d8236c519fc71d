using Functional.Core;
using Functional.Core.Kernels;
using Xunit;

namespace Functional.Properties.Tests.Kernels;

/// <summary>The vector form of 2 × 2 maxima against the scalar one, which <c>double</c> runs, with many ties.</summary>
public class PoolingTests
{
    [Fact]
    public void Pairs_of_floats_give_what_doubles_give()
    {
        var random = new Random(11);
        for (int trial = 0; trial < 200; trial++)
        {
            Slide rows = Slide.Over(2 + random.Next(9), 2, 2, 1, 0, 0, false).ThrowIfFail(), columns = Slide.Over(2 + random.Next(60), 2, 2, 1, 0, 0, false).ThrowIfFail();
            int planes = 1 + random.Next(4);
            double[] x = [.. Enumerable.Range(0, planes * rows.In * columns.In).Select(_ => (double)random.Next(-2, 3))];
            double[] dy = [.. Enumerable.Range(0, planes * rows.Out * columns.Out).Select(_ => (double)random.Next(1, 9))];
            float[] narrow = [.. x.Select(number => (float)number)], narrowDy = [.. dy.Select(number => (float)number)];
            double[] y = new double[dy.Length], dx = new double[x.Length];
            float[] narrowY = new float[dy.Length], narrowDx = new float[x.Length];
            Pooling.Max<double>(rows, columns, x, y);
            Pooling.Max<float>(rows, columns, narrow, narrowY);
            Assert.Equal(y, narrowY.Select(number => (double)number));
            Pooling.MaxBackward<double>(rows, columns, x, dy, dx);
            Pooling.MaxBackward<float>(rows, columns, narrow, narrowDy, narrowDx);
            Assert.Equal(dx, narrowDx.Select(number => (double)number));
        }
    }
}
