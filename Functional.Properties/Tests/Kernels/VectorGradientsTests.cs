using System.Runtime.InteropServices;
using Functional.Core.Kernels;
using Xunit;

namespace Functional.Properties.Tests.Kernels;

/// <summary>The vector gradients: their values are checked with the activations', here that bits depend on neither place nor width.</summary>
public class VectorGradientsTests
{
    [Fact]
    public void A_gradient_depends_on_neither_place_nor_width()
    {
        var random = new Random(5);
        float[] x = new float[1003], y = new float[x.Length], dy = new float[x.Length], wide = new float[x.Length], other = new float[x.Length];
        for (int i = 0; i < x.Length; i++) (x[i], dy[i]) = ((random.NextSingle() * 2 - 1) * MathF.Pow(10, random.Next(-8, 3)), random.NextSingle());
        x[17] = 0;
        VectorMath.Gelu(x, y);
        VectorGradients.Map<GeluGradient>(x, y, dy, wide, 512);
        foreach (int bits in new[] { 128, 256, 512 })
        {
            VectorGradients.Map<GeluGradient>(x, y, dy, other, bits);
            Same(wide, other);
            for (int at = 0; at < 300; at += 7)
            {
                int count = 1 + at % 19;
                var part = new float[count];
                VectorGradients.Map<GeluGradient>(x.AsSpan(at, count), y.AsSpan(at, count), dy.AsSpan(at, count), part, bits);
                Same(other.AsSpan(at, count), part);
            }
        }
        // In the place of δy.
        VectorGradients.Map<GeluGradient>(x, y, dy, other);
        VectorGradients.Map<GeluGradient>(x, y, dy, dy);
        Same(other, dy);
    }

    [Fact]
    public void Lengths_must_agree() =>
        Assert.Throws<ArgumentException>(() => VectorGradients.Map<GeluGradient>(new float[3], new float[3], new float[4], new float[3]));

    private static void Same(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => Assert.True(MemoryMarshal.AsBytes(a).SequenceEqual(MemoryMarshal.AsBytes(b)));
}
