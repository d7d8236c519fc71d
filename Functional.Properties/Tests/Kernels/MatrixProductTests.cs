using System.Numerics;
using System.Runtime.InteropServices;
using Functional.Core.Kernels;
using Xunit;

namespace Functional.Properties.Tests.Kernels;

/// <summary>
/// Every path and vector width of the matrix product against its scalar definition. Operands stand between NaNs, so that reading
/// beside them shows, and C stands between marks, so that writing beside it shows.
/// </summary>
[Collection("Workers")]
public class MatrixProductTests
{
    private const int Margin = 70;

    private static readonly int[] Sizes = [1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 16, 17, 23, 31, 32, 33, 37, 48, 61, 64, 65, 97];

    public static TheoryData<string, int> PathsAndWidths()
    {
        var data = new TheoryData<string, int>();
        foreach (MatrixProductPath path in Enum.GetValues<MatrixProductPath>())
            foreach (int bits in new[] { 128, 256, 512 })
                data.Add(path.ToString(), bits);
        return data;
    }

    [Theory]
    [MemberData(nameof(PathsAndWidths))]
    public void Small_integers_are_exact_in_every_path(string path, int bits)
    {
        var random = new Random(bits);
        for (int trial = 0; trial < 150; trial++)
        {
            (int m, int n, int k) = (Size(random), Size(random), Size(random));
            if (path == "Row") _ = trial % 2 == 0 ? m = 1 : k = 1;
            if (path == "Dots") (m, k) = (m % 20 + 1, k + 16);
            Exact<float>(m, n, k, random, Enum.Parse<MatrixProductPath>(path), bits);
            Exact<double>(m, n, k, random, Enum.Parse<MatrixProductPath>(path), bits);
        }
    }

    public static TheoryData<string, int> TilesAndWidths => new()
    {
        { "Tiles", 128 }, { "Tiles", 256 }, { "Tiles", 512 }, { "Turned", 128 }, { "Turned", 256 }, { "Turned", 512 },
    };

    [Theory]
    [MemberData(nameof(TilesAndWidths))]
    public void Small_integers_are_exact_where_both_operands_are_packed(string path, int bits)
    {
        // More than 2¹⁴ numbers in either, and more rows and columns than the widest vectors want before they copy.
        var random = new Random(bits + 3);
        (int m, int n, int k) = (129 + random.Next(30), 129 + random.Next(30), 128 + random.Next(40));
        Exact<float>(m, n, k, random, Enum.Parse<MatrixProductPath>(path), bits);
        (m, n, k) = (129 + random.Next(30), 129 + random.Next(30), 128 + random.Next(40));
        Exact<double>(m, n, k, random, Enum.Parse<MatrixProductPath>(path), bits);
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Small_integers_are_exact_where_neighbouring_panels_are_copied_together(int bits)
    {
        // Many rows of a transposed A, which come in whole panels and a lower last one; and more columns of B, read where it lies, than a block has.
        var random = new Random(bits + 5);
        Exact<float>(700 + random.Next(99), bits / 16 + 1 + random.Next(9), 400, random, MatrixProductPath.Tiles, bits);
        Exact<double>(700 + random.Next(99), bits / 32 + 1 + random.Next(9), 400, random, MatrixProductPath.Tiles, bits);
        Exact<float>(13 + random.Next(9), 1100, 520, random, MatrixProductPath.Tiles, bits);
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Small_integers_are_exact_where_rows_lie_a_page_apart(int bits)
    {
        // Then A is copied also where it lies as it is read, a stretch of k after another.
        var random = new Random(bits + 4);
        Exact<float>(65 + random.Next(9), bits / 4 + 1 + random.Next(9), 1024, random, MatrixProductPath.Tiles, bits);
        Exact<double>(65 + random.Next(9), bits / 8 + 1 + random.Next(9), 512, random, MatrixProductPath.Tiles, bits);
    }

    [Theory]
    [InlineData(2100, 33, 40)]
    [InlineData(20, 2075, 19)]
    [InlineData(50, 70, 1300)]
    [InlineData(300, 290, 515)]
    [InlineData(1, 1000, 333)]
    [InlineData(1000, 1, 333)]
    [InlineData(1009, 997, 1)]
    [InlineData(5, 1500, 270)]
    [InlineData(14, 600, 270)]
    [InlineData(128, 784, 8)]
    [InlineData(128, 128, 784)]
    [InlineData(20, 1100, 520)]
    [InlineData(1000, 40, 300)]
    [InlineData(1024, 37, 20)]
    public void Small_integers_are_exact_where_work_is_blocked_and_forked(int m, int n, int k)
    {
        var random = new Random(7);
        Exact<float>(m, n, k, random, MatrixProductPath.Auto, MatrixProduct.PreferredBits);
        Exact<double>(m, n, k, random, MatrixProductPath.Auto, MatrixProduct.PreferredBits);
    }

    [Fact]
    public void Other_number_types_run_the_definition() =>
        Exact<Half>(5, 7, 6, new Random(3), MatrixProductPath.Auto, MatrixProduct.PreferredBits);

    [Fact]
    public void An_empty_sum_is_zero_and_no_output_needs_nothing()
    {
        float[] c = [float.NaN, float.NaN];
        MatrixProduct.Multiply<float>(1, 2, 0, [], false, [], false, c);
        Assert.Equal([0f, 0f], c);
        c = [3, 4];
        MatrixProduct.Multiply<float>(1, 2, 0, [], false, [], false, c, accumulate: true);
        Assert.Equal([3f, 4f], c);
        MatrixProduct.Multiply<float>(0, 2, 1, [], false, [1, 2], false, []);
        MatrixProduct.Multiply<double>(2, 0, 1, [1, 2], false, [], false, []);
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        static ArgumentException Refused(int m, int n, int k, int a, int b, int c) => Assert.Throws<ArgumentException>(
            () => MatrixProduct.Multiply<float>(m, n, k, new float[a], false, new float[b], false, new float[c]));

        ArgumentException error = Refused(2, 2, 2, 4, 5, 4);
        Assert.Contains("B has 5 numbers, 2 × 2 needed", error.Message, StringComparison.Ordinal);
        Refused(-1, 2, 2, 0, 4, 0);
        Refused(1, 2, 2, 1, 4, 2);
        Refused(1, 2, 2, 2, 4, 3);
        error = Assert.Throws<ArgumentException>(() => MatrixProduct.MultiplyAdd<float>(1, 2, 2, new float[2], false, new float[4], true, new float[3], new float[2]));
        Assert.Contains("a bias of 3 numbers, 2 needed", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(PathsAndWidths))]
    public void Real_numbers_stay_within_the_bound_of_summation(string path, int bits)
    {
        var random = new Random(bits + 1);
        foreach ((int m, int n, int k) in new[] { (13, 35, 130), (1, 70, 41), (9, 50, 700), (70, 9, 300), (64, 64, 64), (33, 40, 1) })
        {
            float[] a = Reals(m * k, random), b = Reals(k * n, random), c = new float[m * n];
            foreach ((bool ta, bool tb) in Transpositions)
            {
                MatrixProduct.Multiply(m, n, k, a, ta, b, tb, c, false, Enum.Parse<MatrixProductPath>(path), bits);
                for (int i = 0; i < m; i++)
                {
                    for (int j = 0; j < n; j++)
                    {
                        double sum = 0, size = 0;
                        for (int p = 0; p < k; p++)
                        {
                            double term = (double)a[ta ? p * m + i : i * k + p] * b[tb ? j * k + p : p * n + j];
                            sum += term;
                            size += Math.Abs(term);
                        }

                        // |error| ≤ γₖ Σ|aᵢₚ bₚⱼ|, γₖ = k u / (1 - k u), for any order of summation (Higham, Accuracy and Stability, 3.1).
                        double unit = k * Math.ScaleB(1, -24);
                        Assert.InRange(Math.Abs(c[i * n + j] - sum), 0, unit / (1 - unit) * size * 1.0001);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(PathsAndWidths))]
    public void Nan_and_infinity_go_where_the_definition_sends_them(string path, int bits)
    {
        var random = new Random(bits + 2);
        foreach ((int m, int n, int k) in new[] { (13, 35, 37), (1, 70, 41), (9, 50, 70), (5, 3, 2), (33, 40, 1) })
        {
            foreach ((bool ta, bool tb) in Transpositions)
            {
                float[] a = Reals(m * k, random), b = Reals(k * n, random), c = new float[m * n], expected = new float[m * n];
                a[random.Next(a.Length)] = float.NaN;
                a[random.Next(a.Length)] = 0;
                b[random.Next(b.Length)] = float.PositiveInfinity;
                b[^1] = float.NegativeInfinity;
                a[0] = 0;
                MatrixProductReference.Multiply<float>(m, n, k, a, ta, b, tb, expected, false);
                MatrixProduct.Multiply(m, n, k, a, ta, b, tb, c, false, Enum.Parse<MatrixProductPath>(path), bits);
                Assert.Equal(expected.Select(Kind), c.Select(Kind));
            }
        }
    }

    [Theory]
    [InlineData(150, 170, 600)]
    [InlineData(40, 600, 300)]
    [InlineData(8, 700, 500)]
    [InlineData(1, 1300, 900)]
    [InlineData(1200, 1, 900)]
    [InlineData(800, 900, 1)]
    [InlineData(700, 10, 500)]
    [InlineData(128, 784, 8)]
    [InlineData(32, 128, 784)]
    [InlineData(128, 512, 512)]
    public void Any_number_of_workers_gives_the_same_bits(int m, int n, int k)
    {
        var random = new Random(5);
        float[] a = Reals(m * k, random), b = Reals(k * n, random), bias = Reals(n, random), alone = new float[m * n];
        // How a product is cut depends on whether its lines are those of the cache, which must not show either.
        float[] room = GC.AllocateArray<float>(m * n + 32, pinned: true);
        int line = (int)(64 - Place(room) % 64) / sizeof(float) % 16, before = Workers.Count;
        try
        {
            foreach ((bool ta, bool tb) in Transpositions)
            {
                Workers.Count = 1;
                MatrixProduct.MultiplyAdd<float>(m, n, k, a, ta, b, tb, bias, alone);
                foreach (int count in new[] { 2, 3, 8 })
                {
                    Workers.Count = count;
                    for (int repeat = 0; repeat < 5; repeat++)
                    {
                        var together = room.AsSpan(repeat % 2 == 0 ? line : line + 4, m * n);
                        together.Fill(float.NaN);
                        MatrixProduct.MultiplyAdd<float>(m, n, k, a, ta, b, tb, bias, together);
                        Assert.True(SameBits(alone, together), $"{count} workers");
                    }
                }
            }
        }
        finally
        {
            Workers.Count = before;
        }
    }

    [Fact]
    public void A_steady_state_allocates_nothing()
    {
        var random = new Random(6);
        float[] a = Reals(200 * 300, random), b = Reals(300 * 250, random), c = new float[200 * 250];
        void Step()
        {
            foreach ((bool ta, bool tb) in Transpositions) MatrixProduct.Multiply<float>(200, 250, 300, a, ta, b, tb, c);
            MatrixProduct.Multiply<float>(1, 250, 300, a.AsSpan(0, 300), false, b, true, c.AsSpan(0, 250));
            MatrixProduct.Multiply<float>(1, 250, 300, a.AsSpan(0, 300), false, b, false, c.AsSpan(0, 250));
        }

        int before = Workers.Count;
        try
        {
            Workers.Count = 2;
            for (int i = 0; i < 3; i++) Step();
            long start = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 3; i++) Step();
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - start);
        }
        finally
        {
            Workers.Count = before;
        }
    }

    private static readonly (bool A, bool B)[] Transpositions = [(false, false), (false, true), (true, false), (true, true)];

    private static void Exact<T>(int m, int n, int k, Random random, MatrixProductPath path, int bits)
        where T : struct, IFloatingPointIeee754<T>
    {
        T[] a = Framed<T>(m * k, random), b = Framed<T>(k * n, random), start = Framed<T>(m * n, random), expected = new T[m * n];
        ReadOnlySpan<T> realA = a.AsSpan(Margin, m * k), realB = b.AsSpan(Margin, k * n);
        foreach ((bool ta, bool tb) in Transpositions)
        {
            foreach (string kind in new[] { "alone", "accumulated", "with a bias" })
            {
                T[] c = [.. start];
                Span<T> real = c.AsSpan(Margin, m * n);
                real.CopyTo(expected);
                ReadOnlySpan<T> bias = kind == "with a bias" ? start.AsSpan(Margin, n) : default;
                if (!bias.IsEmpty) Functional.Core.Kernels.Rows.Repeat(bias, expected);
                if (kind != "accumulated") real.Fill(T.NaN);
                MatrixProductReference.Multiply(m, n, k, realA, ta, realB, tb, expected, kind != "alone");
                MatrixProduct.Multiply(m, n, k, realA, ta, realB, tb, real, kind == "accumulated", path, bits, bias);
                if (!real.SequenceEqual(expected)) Assert.Fail($"{path} {bits} bits: {m} × {n} × {k}, transposed {ta}, {tb}, {kind}, {typeof(T).Name}");
                Assert.All(c[..Margin].Concat(c[^Margin..]), x => Assert.True(T.IsNaN(x), "wrote beside C"));
            }
        }
    }

    /// <summary>Integers from -4 to 4 between margins of NaN.</summary>
    private static T[] Framed<T>(int count, Random random) where T : struct, IFloatingPointIeee754<T>
    {
        var values = new T[count + 2 * Margin];
        values.AsSpan().Fill(T.NaN);
        for (int i = 0; i < count; i++) values[Margin + i] = T.CreateChecked(random.Next(-4, 5));
        return values;
    }

    private static float[] Reals(int count, Random random)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = random.NextSingle() * 2 - 1;
        return values;
    }

    private static bool SameBits(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => MemoryMarshal.AsBytes(a).SequenceEqual(MemoryMarshal.AsBytes(b));

    private static unsafe nint Place(float[] pinned) => (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref pinned[0]);

    private static int Size(Random random) => Sizes[random.Next(Sizes.Length)];

    private static string Kind(float x) => float.IsFinite(x) ? "finite" : x.ToString();
}
