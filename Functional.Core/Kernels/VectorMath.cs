using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Functional.Core.Kernels;

/// <summary>A function of one float, written once for vectors of any width.</summary>
internal interface IVectorFunction
{
    static abstract TFloats Apply<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats>;
}

/// <summary>max(x, 0); the addition makes -0 to +0 and nothing else.</summary>
internal readonly struct ReluFunction : IVectorFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Apply<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats> =>
        TFloats.AtLeast(x, 0) + TFloats.Of(0);
}

/// <summary>
/// Elementary functions over spans. Results are within 2 units in the last place of the correctly rounded ones over all floats (4
/// for <see cref="Gelu"/>), with exact limits at ±∞; NaN gives NaN. An element's result does not depend on where it stands, nor
/// on the number of threads. Input and output may be the same span but must not overlap otherwise.
/// </summary>
internal static unsafe class VectorMath
{
    private const int PartSize = 1 << 14;    // elements in a part: input and output stay in the second-level cache
    private const int ForkSize = 1 << 15;
    private const int Ahead = 256;           // elements: the processor's own prefetching falls behind where there is much to compute

    /// <summary>eˣ.</summary>
    public static void Exp(ReadOnlySpan<float> x, Span<float> y) => Map<ExpFunction>(x, y);

    /// <summary>The natural logarithm: -∞ at ±0, NaN below.</summary>
    public static void Log(ReadOnlySpan<float> x, Span<float> y) => Map<LogFunction>(x, y);

    /// <summary>The hyperbolic tangent.</summary>
    public static void Tanh(ReadOnlySpan<float> x, Span<float> y) => Map<TanhFunction>(x, y);

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> y) => Map<SigmoidFunction>(x, y);

    /// <summary>2/√π ∫₀ˣ e^(-t²) dt.</summary>
    public static void Erf(ReadOnlySpan<float> x, Span<float> y) => Map<ErfFunction>(x, y);

    /// <summary>
    /// x·Φ(x), Φ being the normal distribution function (Hendrycks and Gimpel 2016): not its tanh approximation.
    /// </summary>
    public static void Gelu(ReadOnlySpan<float> x, Span<float> y) => Map<GeluFunction>(x, y);

    /// <summary>max(x, 0), +0 for -0.</summary>
    public static void Relu(ReadOnlySpan<float> x, Span<float> y) => Map<ReluFunction>(x, y);

    /// <summary>y[i] = f(x[i]).</summary>
    public static void Map<TFunction>(ReadOnlySpan<float> x, Span<float> y) where TFunction : struct, IVectorFunction =>
        Map<TFunction>(x, y, MatrixProduct.PreferredBits);

    /// <summary>The same in vectors of 128, 256 or 512 bits.</summary>
    public static void Map<TFunction>(ReadOnlySpan<float> x, Span<float> y, int bits) where TFunction : struct, IVectorFunction
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"elementwise function: {x.Length} inputs, {y.Length} outputs; as many needed");
        int parts = x.Length < ForkSize ? Math.Min(1, x.Length) : (x.Length + PartSize - 1) / PartSize;
        fixed (float* px = x, py = y)
        {
            int size = parts == 1 ? x.Length : PartSize;
            Workers.For(parts, new Work<TFunction> { X = px, Y = py, Count = x.Length, Size = size, Bits = bits });
        }
    }

    private struct Work<TFunction> : IWork where TFunction : struct, IVectorFunction
    {
        public float* X, Y;
        public int Count, Size, Bits;

        public readonly void Run(int part)
        {
            int first = part * Size, count = Math.Min(Size, Count - first);
            if (Bits == 512) Loop<TFunction, Floats512>(X + first, Y + first, count);
            else if (Bits == 256) Loop<TFunction, Floats256>(X + first, Y + first, count);
            else Loop<TFunction, Floats128>(X + first, Y + first, count);
        }
    }

    /// <summary>
    /// Whole vectors, then the rest in a vector filled up with zeros: every element goes through the same instructions.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Loop<TFunction, TFloats>(float* x, float* y, nint count)
        where TFunction : struct, IVectorFunction
        where TFloats : struct, IFloats<TFloats>
    {
        nint i = 0;
        for (; i <= count - 2 * TFloats.Count; i += 2 * TFloats.Count)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(x + i + Ahead);
                if (TFloats.Count == 16) Sse.Prefetch0(x + i + Ahead + TFloats.Count);
            }
            TFunction.Apply(TFloats.Load(x + i)).Store(y + i);
            TFunction.Apply(TFloats.Load(x + i + TFloats.Count)).Store(y + i + TFloats.Count);
        }

        for (; i <= count - TFloats.Count; i += TFloats.Count) TFunction.Apply(TFloats.Load(x + i)).Store(y + i);
        if (i == count) return;

        float* last = stackalloc float[16];
        for (nint j = i; j < count; j++) last[j - i] = x[j];
        TFunction.Apply(TFloats.Load(last)).Store(last);
        for (nint j = i; j < count; j++) y[j] = last[j - i];
    }
}
