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
    [InlineData(1, 130, 3, 64, 3, 1, 1, 1)]      // planes of more than a band's bytes
    [InlineData(3, 24, 24, 33, 5, 2, 1, 24)]
    [InlineData(7, 3, 65, 17, 1, 2, 1, 1)]
    public void Sizes_that_are_cut_into_bands_and_parts_are_exact(int batch, int channels, int filters, int size, int kernel, int stride, int dilation, int groups)
    {
        filters = filters / groups * groups;
        int before = dilation * (kernel - 1) / 2;
        var axis = Slide.Over(size, kernel, stride, dilation, before, before, same: false).ThrowIfFail();
        var shape = new ConvolutionShape(channels, filters, groups, axis, axis);
        int workers = Workers.Count;
        try
        {
            Workers.Count = 4;
            Exact<float>(shape, batch, new Random(batch), 128, 256, 512);
        }
        finally
        {
            Workers.Count = workers;
        }
    }

    [Fact]
    public void A_bias_gets_the_sum_over_places_and_batch()
    {
        var random = new Random(3);
        for (int trial = 0; trial < 100; trial++)
        {
            int batch = 1 + random.Next(5), channels = 1 + random.Next(9), plane = 1 + random.Next(80);
            float[] dy = Whole<float>(random, batch * channels * plane), db = Unwritten<float>(channels), expected = new float[channels];
            for (int i = 0; i < dy.Length; i++) expected[i / plane % channels] += dy[i];
            Convolution.BackwardBias<float>(dy, plane, db);
            Assert.Equal(expected, db);
            double[] wide = [.. dy.Select(number => (double)number)], sums = Unwritten<double>(channels);
            Convolution.BackwardBias<double>(wide, plane, sums);
            Assert.Equal(expected.Select(number => (double)number), sums);
        }
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        Slide axis = Slide.Over(5, 3, 1, 1, 0, 0, same: false).ThrowIfFail();
        var shape = new ConvolutionShape(2, 4, 1, axis, axis);
        Refused<float>(shape);
        Refused<double>(shape);
        Refused<Half>(shape);
        Says("δy has 35 numbers, a multiple of 4 × 9 needed", () => Convolution.BackwardBias<float>(new float[35], 9, new float[4]));
        Says("δy has 35 numbers, a multiple of 4 × 0 needed", () => Convolution.BackwardBias<float>(new float[35], 0, new float[4]));
    }

    [Fact]
    public void A_gradient_of_more_examples_is_refused_by_the_layer()
    {
        Tensors<float> w = [Tensor.Zeros<float>([4, 2, 3, 3]), Tensor.Zeros<float>([4])];
        Tensor<float> x = Tensor.Zeros<float>([1, 2, 5, 5]), dy = Tensor.Zeros<float>([9, 4, 3, 3]);
        Says("δy has 324 numbers, 1 × 36 needed", () => Layers.Conv2d(4, 3).Back<float>(x, dy, w));
        w = [Tensor.Zeros<float>([4, 2, 3, 3]), Tensor.Zeros<float>([2])];
        Says("x has 2 numbers", () => Layers.ConvTranspose2d(2, 3).Back<float>(Tensor.Zeros<float>([1, 4, 3, 3]), Tensor.Zeros<float>([1, 2]), w));
    }

    // x of 2 · 25 numbers an example, y of 4 · 9, w of 4 · 2 · 9.
    private static void Refused<T>(ConvolutionShape shape) where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        static T[] Of(int count) => new T[count];
        foreach (int bits in new[] { 128, 256, 512 })
        {
            Says("x has 51 numbers, 50 for each of at least one example needed", () => Convolution.Forward<T>(shape, Of(51), Of(72), [], Of(36), bits));
            Says("x has 0 numbers", () => Convolution.Forward<T>(shape, [], Of(72), [], [], bits));
            Says("y has 35 numbers, 1 × 36 needed", () => Convolution.Forward<T>(shape, Of(50), Of(72), [], Of(35), bits));
            Says("the kernel has 71 numbers, 72 needed", () => Convolution.Forward<T>(shape, Of(50), Of(71), [], Of(36), bits));
            Says("a bias of 2 numbers, 4 needed", () => Convolution.Forward<T>(shape, Of(50), Of(72), Of(2), Of(36), bits));
            Says("δy has 72 numbers, 1 × 36 needed", () => Convolution.BackwardInput<T>(shape, Of(72), Of(72), [], Of(50), bits));
            Says("δx has 49 numbers", () => Convolution.BackwardInput<T>(shape, Of(36), Of(72), [], Of(49), bits));
            Says("the kernel has 73 numbers, 72 needed", () => Convolution.BackwardInput<T>(shape, Of(36), Of(73), [], Of(50), bits));
            Says("a bias of 4 numbers, 2 needed", () => Convolution.BackwardInput<T>(shape, Of(36), Of(72), Of(4), Of(50), bits));
            Says("δy has 36 numbers, 2 × 36 needed", () => Convolution.BackwardWeight<T>(shape, Of(100), Of(36), Of(72), bits));
            Says("the kernel has 8 numbers, 72 needed", () => Convolution.BackwardWeight<T>(shape, Of(50), Of(36), Of(8), bits));
        }
    }

    private static void Says(string what, Action wrong) => Assert.Contains(what, Assert.Throws<ArgumentException>(wrong).Message, StringComparison.Ordinal);

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

    private static void Exact<T>(ConvolutionShape shape, int batch, Random random, params int[] widths) where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        T[] x = Whole<T>(random, batch * shape.InSize), w = Whole<T>(random, shape.WeightSize), dy = Whole<T>(random, batch * shape.OutSize);
        T[] b = Whole<T>(random, shape.Filters), c = Whole<T>(random, shape.Channels);
        T[] expectedY = new T[dy.Length], expectedDx = new T[x.Length], expectedDw = new T[w.Length];
        ConvolutionReference.Forward<T>(shape, x, w, b, expectedY);
        ConvolutionReference.BackwardInput<T>(shape, dy, w, c, expectedDx);
        ConvolutionReference.BackwardWeight<T>(shape, x, dy, expectedDw);
        foreach (int bits in widths)
        {
            T[] y = Unwritten<T>(dy.Length), dx = Unwritten<T>(x.Length), dw = Unwritten<T>(w.Length);
            Convolution.Forward<T>(shape, x, w, b, y, bits);
            Assert.True(expectedY.AsSpan().SequenceEqual(y), $"forward, {bits} bits, {shape}");
            Convolution.BackwardInput<T>(shape, dy, w, c, dx, bits);
            Assert.True(expectedDx.AsSpan().SequenceEqual(dx), $"backward to the input, {bits} bits, {shape}");
            Convolution.BackwardWeight<T>(shape, x, dy, dw, bits);
            Assert.True(expectedDw.AsSpan().SequenceEqual(dw), $"backward to the weights, {bits} bits, {shape}");
        }
    }

    private static T[] Whole<T>(Random random, int count) where T : struct, System.Numerics.IFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(random.Next(-3, 4)))];

    private static T[] Unwritten<T>(int count) where T : struct, System.Numerics.IFloatingPointIeee754<T> => [.. Enumerable.Repeat(T.NaN, count)];

    private static float[] Normal(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
}
