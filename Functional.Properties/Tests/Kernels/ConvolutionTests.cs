using Functional.Core;
using Functional.Core.Kernels;
using Xunit;

namespace Functional.Properties.Tests.Kernels;

/// <summary>
/// Every vector width of the convolution against its scalar definition, on small whole numbers, whose sums are exact in any order, and
/// on random sizes. Results start as NaN, so that what is left unwritten shows.
/// </summary>
[Collection("Workers")]
public class ConvolutionTests
{
    public static TheoryData<int> Widths => [128, 256, 512];

    [Theory]
    [MemberData(nameof(Widths))]
    public void All_passes_are_exact_on_small_whole_numbers(int bits)
    {
        var random = new Random(bits);
        for (int trial = 0; trial < 400; trial++)
        {
            var shape = Drawn(random);
            Exact<float>(shape, 1 + random.Next(3), random, bits);
            if (trial % 4 == 0) Exact<double>(shape, 2, random, bits);
        }
    }

    [Theory]
    [InlineData(1, 40, 60, 30, 3, 1, 1, 1)]
    [InlineData(2, 300, 20, 9, 3, 1, 2, 1)]
    [InlineData(3, 24, 24, 33, 5, 2, 1, 24)]
    [InlineData(7, 3, 65, 17, 1, 2, 1, 1)]
    public void Sizes_that_are_cut_into_bands_and_parts_are_exact(int batch, int channels, int filters, int size, int kernel, int stride, int dilation, int groups)
    {
        filters = filters / groups * groups;
        int before = dilation * (kernel - 1) / 2;
        var axis = Slide.Over(size, kernel, stride, dilation, before, before, same: false).ThrowIfFail();
        var shape = new ConvolutionShape(channels, filters, groups, axis, axis);
        Exact<float>(shape, batch, new Random(batch), MatrixProduct.PreferredBits);
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        int before = Workers.Count;
        try
        {
            var random = new Random(5);
            for (int trial = 0; trial < 20; trial++)
            {
                var shape = Drawn(random, most: 20);
                int batch = 1 + random.Next(9);
                float[] x = Normal(random, batch * shape.InSize), w = Normal(random, shape.WeightSize), b = Normal(random, shape.Filters);
                float[] dy = Normal(random, batch * shape.OutSize);
                var results = new List<float[]>();
                foreach (int threads in new[] { 1, 2, 5 })
                {
                    Workers.Count = threads;
                    float[] y = new float[dy.Length], dx = new float[x.Length], dw = new float[w.Length];
                    Convolution.Forward<float>(shape, x, w, b, y);
                    Convolution.BackwardInput<float>(shape, dy, w, [], dx);
                    Convolution.BackwardWeight<float>(shape, x, dy, dw);
                    results.Add([.. y, .. dx, .. dw]);
                }
                Assert.All(results, other => Assert.Equal(results[0], other));
            }
        }
        finally
        {
            Workers.Count = before;
        }
    }

    private static ConvolutionShape Drawn(Random random, int most = 9)
    {
        int groups = random.Next(3) == 0 ? 1 + random.Next(4) : 1;
        Slide y = random.Next(4) == 0 ? Slide.None : Axis(random), x = Axis(random);
        return new(groups * (1 + random.Next(most)), groups * (1 + random.Next(3 * most)), groups, y, x);
    }

    private static Slide Axis(Random random)
    {
        while (true)
        {
            int kernel = 1 + random.Next(5), padding = random.Next(4);
            var axis = Slide.Over(1 + random.Next(20), kernel, 1 + random.Next(3), 1 + random.Next(3), padding, random.Next(4), random.Next(4) == 0);
            if (axis.IsSucc) return axis.ThrowIfFail();
        }
    }

    private static void Exact<T>(ConvolutionShape shape, int batch, Random random, int bits) where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        T[] x = Whole<T>(random, batch * shape.InSize), w = Whole<T>(random, shape.WeightSize), dy = Whole<T>(random, batch * shape.OutSize);
        T[] b = Whole<T>(random, shape.Filters), c = Whole<T>(random, shape.Channels);
        T[] y = Unwritten<T>(dy.Length), dx = Unwritten<T>(x.Length), dw = Unwritten<T>(w.Length);
        T[] expected = new T[dy.Length];
        ConvolutionReference.Forward<T>(shape, x, w, b, expected);
        Convolution.Forward<T>(shape, x, w, b, y, bits);
        Assert.True(expected.AsSpan().SequenceEqual(y), $"forward, {shape}");
        expected = new T[x.Length];
        ConvolutionReference.BackwardInput<T>(shape, dy, w, c, expected);
        Convolution.BackwardInput<T>(shape, dy, w, c, dx, bits);
        Assert.True(expected.AsSpan().SequenceEqual(dx), $"backward to the input, {shape}");
        expected = new T[w.Length];
        ConvolutionReference.BackwardWeight<T>(shape, x, dy, expected);
        Convolution.BackwardWeight<T>(shape, x, dy, dw, bits);
        Assert.True(expected.AsSpan().SequenceEqual(dw), $"backward to the weights, {shape}");
    }

    private static T[] Whole<T>(Random random, int count) where T : struct, System.Numerics.IFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(random.Next(-3, 4)))];

    private static T[] Unwritten<T>(int count) where T : struct, System.Numerics.IFloatingPointIeee754<T> => [.. Enumerable.Repeat(T.NaN, count)];

    private static float[] Normal(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
}
