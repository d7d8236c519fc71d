using FsCheck.Xunit;
using Functional.Core;
using Functional.Core.Kernels;
using Xunit;

namespace Functional.Properties.Tests;

[Collection("Workers")]
public class SoftmaxVectorsTests
{
    /// <summary>Softmax, log-softmax and log-sum-exp equal the definition in double, for all vector widths and any size, and nothing outside is touched.</summary>
    [Property]
    public void All_results_equal_the_definition(ulong seed)
    {
        var key = new Key(seed);
        int width = 1 + key.Below(70, 0), rows = 1 + key.Below(40, 1);
        float[] x = new float[width * rows];
        key.For("x").Normal<float>(x);
        float scale = MathF.Pow(10, key.Below(5, 2) - 2);
        for (int i = 0; i < x.Length; i++) x[i] *= scale;
        foreach (int bits in new[] { 128, 256, 512 })
            foreach (var result in Enum.GetValues<SoftmaxResult>())
            {
                float[] y = [.. Enumerable.Repeat(7f, x.Length + 2)], logs = new float[rows];
                SoftmaxVectors.Run(x, y.AsSpan(1, x.Length), logs, width, result, bits);
                Assert.Equal((7f, 7f), (y[0], y[^1]));
                for (int row = 0; row < rows; row++)
                {
                    double[] from = [.. x.AsSpan(row * width, width).ToArray().Select(v => (double)v)];
                    double max = from.Max(), sum = from.Sum(v => Math.Exp(v - max)), log = max + Math.Log(sum);
                    Assert.Equal(log, logs[row], 1e-6 * (1 + Math.Abs(log)));
                    for (int i = 0; i < width; i++)
                    {
                        double expected = result == SoftmaxResult.Probabilities ? Math.Exp(from[i] - max) / sum
                            : result == SoftmaxResult.Logarithms ? from[i] - log : 7;
                        Assert.Equal(expected, y[1 + row * width + i], 1e-5 * Math.Abs(expected) + (result == SoftmaxResult.Logarithms ? 1e-6 * Math.Abs(max) : 1e-37));
                    }
                }
            }
    }

    /// <summary>The rows' bits do not depend on the number of threads.</summary>
    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        float[] x = new float[301 * 333], alone = new float[x.Length], shared = new float[x.Length];
        new Key(1).Normal<float>(x);
        int count = Workers.Count;
        try
        {
            Workers.Count = 1;
            SoftmaxVectors.Run(x, alone, [], 333, SoftmaxResult.Probabilities);
            foreach (int threads in new[] { 2, 3, 8 })
            {
                Workers.Count = threads;
                SoftmaxVectors.Run(x, shared, [], 333, SoftmaxResult.Probabilities);
                Assert.Equal(alone, shared);
            }
        }
        finally
        {
            Workers.Count = count;
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void A_row_with_a_NaN_is_NaN_and_its_neighbours_are_not(int width)
    {
        float[] x = new float[3 * width], y = new float[x.Length];
        x[width] = float.NaN;
        SoftmaxVectors.Run(x, y, [], width, SoftmaxResult.Probabilities);
        Assert.All(y[width..(2 * width)], v => Assert.True(float.IsNaN(v)));
        Assert.All(y[..width].Concat(y[(2 * width)..]), v => Assert.Equal(1f / width, v, 1e-6f));
    }

    [Fact]
    public void Infinities_have_their_limits()
    {
        float[] logs = new float[3];
        SoftmaxVectors.Run(
            [float.NegativeInfinity, float.NegativeInfinity, 1, float.PositiveInfinity, 5, float.NegativeInfinity], [], logs, 2, SoftmaxResult.Nothing);
        Assert.Equal([float.NegativeInfinity, float.PositiveInfinity, 5], logs);
    }
}
