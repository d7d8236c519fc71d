using Functional.Core;
using Xunit;

namespace Functional.Properties.Tests;

public class KeyTests
{
    /// <summary>The known answers of Random123's <c>kat_vectors</c> for philox4x32 with 10 rounds.</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_the_published_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint r0, uint r1, uint r2, uint r3) =>
        Assert.Equal((r0, r1, r2, r3), Philox.Block((c0, c1, c2, c3), (k0, k1)));

    [Fact]
    public void Children_differ_from_each_other_and_from_their_parent()
    {
        var seen = new System.Collections.Generic.HashSet<ulong> { new Key(42).Seed };
        for (ulong i = 0; i < 100_000; i++) Assert.True(seen.Add(new Key(42).Split(i).Seed));
        foreach (string name in new[] { "", "a", "b", "ab", "ba", "dense1.weight", "dense1.bias", "dense2.weight" })
            Assert.True(seen.Add(new Key(42).For(name).Seed));
    }

    [Fact]
    public void What_splits_never_meets_what_draws()
    {
        var key = new Key(7);
        Assert.Empty(Enumerable.Range(0, 1000).Select(i => key.Split((ulong)i).Seed).Intersect(Enumerable.Range(0, 1000).Select(i => key.Bits((ulong)i))));
    }

    [Fact]
    public void The_start_of_a_longer_draw_is_the_shorter_draw()
    {
        double[] few = new double[10], many = new double[100];
        new Key(3).Normal<double>(few);
        new Key(3).Normal<double>(many);
        Assert.Equal(few, many[..10]);
    }

    [Fact]
    public void Uniform_numbers_are_uniform() => Assert.InRange(Distance(Drawn(key => key.Uniform), x => x), 0, 0.005);

    [Fact]
    public void Uniform_numbers_of_a_narrow_type_are_below_1_too()
    {
        var numbers = new Half[100_000];
        new Key(1).Uniform<Half>(numbers);
        Assert.All(numbers, number => Assert.InRange(number, Half.Zero, (Half)(1 - 1.0 / 2048)));
        Assert.InRange(numbers.Select(number => (double)number).Average(), 0.495, 0.505);
    }

    [Fact]
    public void Normal_numbers_are_normal()
    {
        double[] drawn = Drawn(key => key.Normal);
        Assert.InRange(drawn.Average(), -0.01, 0.01);
        Assert.InRange(drawn.Average(x => x * x), 0.99, 1.01);
        // Φ by the sum of Marsaglia 2004: accurate, and unlike anything that draws.
        Assert.InRange(Distance(drawn, x =>
        {
            if (Math.Abs(x) > 8) return x > 0 ? 1 : 0;
            double sum = x, term = x;
            for (int i = 3; Math.Abs(term) > 1e-17; i += 2) sum += term *= x * x / i;
            return 0.5 + sum * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
        }), 0, 0.005);
    }

    /// <summary>Values of the inverse normal distribution function to 16 digits (R's qnorm, also an AS 241).</summary>
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.75, 0.6744897501960817)]
    [InlineData(0.001, -3.090232306167813)]
    [InlineData(1e-20, -9.262340089798408)]
    public void The_normal_quantile_is_right(double p, double x) => Assert.Equal(x, NormalQuantile.At(p), 2e-15 * Math.Max(1, Math.Abs(x)));

    [Fact]
    public void The_own_logarithm_is_right()
    {
        foreach (double x in new[] { 1e-300, 1e-10, 0.3, 0.70710678, 0.99999, 1, 1.5, 2, 1e10 })
            Assert.Equal(Math.Log(x), NormalQuantile.Log(x), 1e-15 * Math.Max(1, Math.Abs(Math.Log(x))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void A_permutation_holds_every_number_once(int count) =>
        Assert.Equal(Enumerable.Range(0, count), new Key(5).Permutation(count).Order());

    [Fact]
    public void Numbers_below_a_bound_are_all_equally_likely()
    {
        var counts = new int[6];
        for (ulong i = 0; i < 60_000; i++) counts[new Key(9).Below(6, i)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Key(9).Below(0, 0));
    }

    [Fact]
    public void The_bits_stay_as_they_are_from_version_to_version()
    {
        // The first is Random123's first known answer; the others come from a second implementation.
        Assert.Equal(0xE169C58D6627E8D5ul, new Key(0).Bits(0));
        Assert.Equal(0x7ED40FDBB5ECD46Cul, new Key(42).For("dense1.weight").Seed);
        double[] drawn = new double[2];
        new Key(42).Normal<double>(drawn);
        Assert.Equal(-0.07882346885253193, drawn[0], 14);
        Assert.Equal(-0.44803662789792786, drawn[1], 14);
    }

    private static double[] Drawn(Func<Key, DrawInto> draw)
    {
        double[] drawn = new double[200_000];
        draw(new Key(11))(drawn);
        return drawn;
    }

    private delegate void DrawInto(Span<double> into);

    /// <summary>The Kolmogorov-Smirnov distance between drawn numbers and a distribution function.</summary>
    private static double Distance(double[] drawn, Func<double, double> distribution)
    {
        Array.Sort(drawn);
        return drawn.Select((x, i) => Math.Abs(distribution(x) - (i + 0.5) / drawn.Length)).Max();
    }
}
