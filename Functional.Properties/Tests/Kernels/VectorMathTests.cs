using System.Runtime.InteropServices;
using Functional.Core.Kernels;
using Xunit;
using Xunit.Abstractions;

namespace Functional.Properties.Tests.Kernels;

/// <summary>
/// The vector functions against double precision, in vectors of every width. By default every 997th float is tried; with FUNCTIONAL_EXHAUSTIVE=1 in the
/// environment all 2³² of them are, which takes about a minute a function.
/// </summary>
[Collection("Workers")]
public class VectorMathTests(ITestOutputHelper output)
{
    private const int Chunk = 1 << 16;

    private static readonly int[] s_widths = [128, 256, 512];

    private static readonly bool Exhaustive = Environment.GetEnvironmentVariable("FUNCTIONAL_EXHAUSTIVE") == "1";

    [Fact]
    public void Exp_is_within_2_ulp() => Check<ExpFunction>(Math.Exp, 2);

    [Fact]
    public void Log_is_within_2_ulp() => Check<LogFunction>(Math.Log, 2);

    [Fact]
    public void Tanh_is_within_2_ulp() => Check<TanhFunction>(Math.Tanh, 2);

    [Fact]
    public void Sigmoid_is_within_2_ulp() => Check<SigmoidFunction>(x => 1 / (1 + Math.Exp(-x)), 2);

    [Fact]
    public void Erf_is_within_2_ulp() => Check<ErfFunction>(Erf, 2);

    [Fact]
    public void Gelu_is_within_4_ulp() => Check<GeluFunction>(Gelu, 4);

    [Fact]
    public void The_oracle_knows_published_values()
    {
        // Abramowitz and Stegun, Handbook of Mathematical Functions, table 7.1 (erf) and NIST DLMF 7.23 (erfc).
        Assert.Equal(0.5204998778130465, Erf(0.5), 1e-14);
        Assert.Equal(0.8427007929497149, Erf(1), 1e-14);
        Assert.Equal(0.9953222650189527, Erf(2), 1e-14);
        Assert.Equal(1, Erfc(3) / 2.209049699858544e-5, 1e-12);
        Assert.Equal(1, Erfc(6) / 2.1519736712498913e-17, 1e-12);
        Assert.Equal(1, Erfc(Math.BitIncrement(2)) / Erfc(Math.BitDecrement(2)), 1e-12);
    }

    [Fact]
    public void Special_values_are_exact()
    {
        const float Inf = float.PositiveInfinity, NaN = float.NaN;
        Same<ExpFunction>((-Inf, 0), (Inf, Inf), (NaN, NaN), (0, 1), (-0f, 1), (float.MaxValue, Inf), (float.MinValue, 0));
        Same<LogFunction>((0, -Inf), (-0f, -Inf), (-1, NaN), (-Inf, NaN), (Inf, Inf), (NaN, NaN), (1, 0));
        Same<TanhFunction>((Inf, 1), (-Inf, -1), (NaN, NaN), (0, 0), (-0f, -0f), (float.Epsilon, float.Epsilon));
        Same<SigmoidFunction>((Inf, 1), (-Inf, 0), (NaN, NaN), (0, 0.5f), (-0f, 0.5f));
        Same<ErfFunction>((Inf, 1), (-Inf, -1), (NaN, NaN), (0, 0), (-0f, -0f));
        Same<GeluFunction>((Inf, Inf), (-Inf, -0f), (NaN, NaN), (0, 0), (-0f, -0f), (float.MaxValue, float.MaxValue));
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void A_result_depends_on_neither_place_nor_width_nor_workers(int bits)
    {
        Place<ExpFunction>(bits);
        Place<LogFunction>(bits);
        Place<TanhFunction>(bits);
        Place<SigmoidFunction>(bits);
        Place<ErfFunction>(bits);
        Place<GeluFunction>(bits);
        Place<SiluKernel>(bits);
        Place<GeluTanhKernel>(bits);
        Place<SoftplusKernel>(bits);
        Place<EluKernel>(bits);
        Place<ReluFunction>(bits);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        float[] x = new float[100_000];
        VectorMath.Exp(x, x);
        VectorMath.Exp(x, x);
        long start = GC.GetAllocatedBytesForCurrentThread();
        VectorMath.Exp(x, x);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - start);
    }

    [Fact]
    public void Lengths_must_agree()
    {
        Assert.Throws<ArgumentException>(() => VectorMath.Exp(new float[3], new float[4]));
        VectorMath.Exp([], []);
    }

    private static void Same<TFunction>(params (float X, float Y)[] cases) where TFunction : struct, IVectorFunction
    {
        foreach (int bits in s_widths)
        {
            foreach ((float x, float y) in cases)
            {
                var result = new float[1];
                VectorMath.Map<TFunction>([x], result, bits);
                bool same = float.IsNaN(y)
                    ? float.IsNaN(result[0])
                    : BitConverter.SingleToInt32Bits(y) == BitConverter.SingleToInt32Bits(result[0]);
                Assert.True(same, $"{typeof(TFunction).Name}({x}) = {result[0]}, not {y}");
            }
        }
    }

    private static void Place<TFunction>(int bits) where TFunction : struct, IVectorFunction
    {
        var random = new Random(9);
        var x = new float[70_001];
        for (int i = 0; i < x.Length; i++) x[i] = (random.NextSingle() * 2 - 1) * MathF.Pow(10, random.Next(-8, 3));
        float[] all = new float[x.Length], one = new float[1], again = [.. x];
        VectorMath.Map<TFunction>(x, all, bits);
        for (int i = 0; i < 300; i++)
        {
            int at = x.Length - 1 - i * 17, count = Math.Min(x.Length - at, 1 + i % 19);
            var part = new float[count];
            VectorMath.Map<TFunction>(x.AsSpan(at, count), part, bits);
            Assert.True(MemoryMarshal.AsBytes<float>(part).SequenceEqual(MemoryMarshal.AsBytes(all.AsSpan(at, count))));
        }

        // In place, on other numbers of workers, and in the other widths.
        int before = Workers.Count;
        try
        {
            Workers.Count = 3;
            VectorMath.Map<TFunction>(again, again, bits);
            Assert.True(MemoryMarshal.AsBytes<float>(again).SequenceEqual(MemoryMarshal.AsBytes<float>(all)));
            Workers.Count = 1;
            VectorMath.Map<TFunction>(x, again, 128);
            Assert.True(MemoryMarshal.AsBytes<float>(again).SequenceEqual(MemoryMarshal.AsBytes<float>(all)), $"{typeof(TFunction).Name}, {bits} bits");
        }
        finally
        {
            Workers.Count = before;
        }
    }

    /// <summary>The greatest distance, in floats, from the correctly rounded result.</summary>
    private void Check<TFunction>(Func<double, double> exact, int bound) where TFunction : struct, IVectorFunction
    {
        long stride = Exhaustive ? 1 : 997, total = ((1L << 32) + stride - 1) / stride;
        int chunks = (int)((total + Chunk - 1) / Chunk);
        object gate = new();
        (long Worst, float At) found = (0, 0);
        Parallel.For(0, chunks, chunk =>
        {
            int count = (int)Math.Min(Chunk, total - (long)chunk * Chunk);
            float[] x = new float[count], y = new float[count];
            for (int i = 0; i < count; i++) x[i] = BitConverter.UInt32BitsToSingle((uint)(((long)chunk * Chunk + i) * stride));
            float[] right = [.. x.Select(number => (float)exact(number))];
            (long worst, float at) = (0, 0);
            foreach (int bits in s_widths)
            {
                VectorMath.Map<TFunction>(x, y, bits);
                for (int i = 0; i < count; i++)
                {
                    long distance = Distance(y[i], right[i]);
                    if (distance > worst) (worst, at) = (distance, x[i]);
                }
            }

            lock (gate)
                if (worst > found.Worst) found = (worst, at);
        });
        output.WriteLine($"{typeof(TFunction).Name}: {total} floats, at most {found.Worst} from the right one, at {found.At:R}");
        Assert.True(found.Worst <= bound, $"{typeof(TFunction).Name}({found.At:R}) is {found.Worst} floats off");
    }

    private static long Distance(float a, float b) =>
        float.IsNaN(a) || float.IsNaN(b) ? (float.IsNaN(a) && float.IsNaN(b) ? 0 : long.MaxValue) : Math.Abs(Order(a) - Order(b));

    /// <summary>Neighbouring floats have neighbouring numbers; both zeros have 0.</summary>
    private static long Order(float x)
    {
        int bits = BitConverter.SingleToInt32Bits(x);
        return bits < 0 ? -(bits & int.MaxValue) : bits;
    }

    private static double Gelu(double x) => x switch
    {
        > 8 => x,
        < -16 => -0.0,
        > -1e-5 and < 1e-5 => x * (0.5 + x * 0.3989422804014327),
        _ => 0.5 * x * Erfc(-x * 0.7071067811865476),
    };

    private static double Erf(double x) => x switch
    {
        > 5 => 1,
        < 0 => -Erf(-x),
        < 1e-5 => x * 1.1283791670955126 * (1 - x * x / 3),
        > 2 => 1 - Erfc(x),
        _ => Series(x),
    };

    /// <summary>The complement: below 2 from the series, above from Laplace's continued fraction (DLMF 7.9.1).</summary>
    private static double Erfc(double x)
    {
        if (double.IsNaN(x) || x <= 2) return 1 - (x < 0 ? -Series(-x) : Series(x));
        double tail = x;
        for (int i = (int)(25 + 250 / (x * x)); i > 0; i--) tail = x + i * 0.5 / tail;
        return Math.Exp(-x * x) / (tail * 1.772453850905516);
    }

    /// <summary>erf x = 2/√π e^(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!! (DLMF 7.6.2): all terms positive, so nothing cancels.</summary>
    private static double Series(double x)
    {
        if (x > 6) return 1;
        double term = x, sum = x, factor = 2 * x * x;
        for (int n = 1; term > 1e-17 * sum; n++)
        {
            term *= factor / (2 * n + 1);
            sum += term;
        }

        return 1.1283791670955126 * Math.Exp(-x * x) * sum;
    }
}
