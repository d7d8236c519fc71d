using System.Runtime.CompilerServices;

namespace Functional.Core.Kernels;

/// <summary>What is made of each row.</summary>
internal enum SoftmaxResult
{
    /// <summary>yᵢ = exp(xᵢ − m) / s.</summary>
    Probabilities,

    /// <summary>yᵢ = xᵢ − m − log s.</summary>
    Logarithms,

    /// <summary>Only the rows' log-sums are wanted.</summary>
    Nothing,
}

/// <summary>
/// For each row of a matrix of floats its maximum m, s = Σᵢ exp(xᵢ − m), and from them the softmax or its logarithm, and the log-sum
/// m + log s: three passes over a row that stays in the first-level cache.
/// </summary>
/// <remarks>
/// A row's end that does not fill a vector is read with what lies behind it and masked; it is written likewise, and the row behind,
/// which comes later, writes its own again; so input and output must share no memory. Rows are summed each by itself, so the bits are the same for any number of threads.
/// </remarks>
internal static unsafe class SoftmaxVectors
{
    private const int PartSize = 1 << 14;    // elements in a part
    private const int ForkSize = 1 << 15;

    /// <summary>Fills <paramref name="y"/> and, unless it is empty, <paramref name="logs"/> with each row's log-sum.</summary>
    public static void Run(ReadOnlySpan<float> x, Span<float> y, Span<float> logs, int width, SoftmaxResult result) =>
        Run(x, y, logs, width, result, MatrixProduct.PreferredBits);

    /// <summary>The same in vectors of 128, 256 or 512 bits.</summary>
    public static void Run(ReadOnlySpan<float> x, Span<float> y, Span<float> logs, int width, SoftmaxResult result, int bits)
    {
        int rows = x.Length / width;
        if (x.Length != rows * width || (result != SoftmaxResult.Nothing && y.Length != x.Length) || (!logs.IsEmpty && logs.Length != rows))
            throw new ArgumentException($"softmax: {x.Length} inputs, {y.Length} outputs, {logs.Length} sums do not fit rows of {width}");
        int size = x.Length < ForkSize ? Math.Max(1, rows) : Math.Max(1, PartSize / width);
        fixed (float* px = x, py = y, pl = logs)
        {
            Workers.For(
                (rows + size - 1) / size,
                new Work { X = px, Y = py, Logs = pl, Width = width, Rows = rows, Size = size, Result = result, Bits = bits });
        }
    }

    private struct Work : IWork
    {
        public float* X, Y, Logs;
        public int Width, Rows, Size, Bits;
        public SoftmaxResult Result;

        public readonly void Run(int part)
        {
            int first = part * Size, end = Math.Min(first + Size, Rows);
            if (Bits == 512) Loop<Floats512>(first, end);
            else if (Bits == 256) Loop<Floats256>(first, end);
            else Loop<Floats128>(first, end);
        }

        private readonly void Loop<TFloats>(int first, int end) where TFloats : struct, IFloats<TFloats>
        {
            long last = (long)end * Width;
            for (int row = first; row < end; row++)
            {
                long start = (long)row * Width;
                bool spill = start + (Width + TFloats.Count - 1) / TFloats.Count * TFloats.Count <= last;
                float log = Row<TFloats>(X + start, Y + start, Width, spill, Result);
                if (Logs != null) Logs[row] = log;
            }
        }
    }

    /// <summary>One row; <paramref name="spill"/>: whether a full vector may be read and written past its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Row<TFloats>(float* x, float* y, nint width, bool spill, SoftmaxResult result) where TFloats : struct, IFloats<TFloats>
    {
        nint whole = width / TFloats.Count * TFloats.Count;
        int rest = (int)(width - whole);
        float* room = stackalloc float[16];
        TFloats tail = rest > 0 ? TFloats.KeepFirst(End<TFloats>(x + whole, rest, spill, room), rest, float.NegativeInfinity) : default;

        TFloats high = rest > 0 ? tail : TFloats.Load(x), high2 = high;
        nint i = 0;
        for (; i <= whole - 2 * TFloats.Count; i += 2 * TFloats.Count)
        {
            high = TFloats.Max(high, TFloats.Load(x + i));
            high2 = TFloats.Max(high2, TFloats.Load(x + i + TFloats.Count));
        }
        if (i < whole) high = TFloats.Max(high, TFloats.Load(x + i));
        float greatest = TFloats.Greatest(TFloats.Max(high, high2));

        bool keep = result == SoftmaxResult.Probabilities;
        TFloats max = TFloats.Of(greatest), lastExp = rest > 0 ? Exp(tail - max) : default;
        TFloats sum = rest > 0 ? TFloats.KeepFirst(lastExp, rest, 0) : TFloats.Of(0), sum2 = TFloats.Of(0);
        for (i = 0; i <= whole - 2 * TFloats.Count; i += 2 * TFloats.Count)
        {
            TFloats e = Exp(TFloats.Load(x + i) - max), e2 = Exp(TFloats.Load(x + i + TFloats.Count) - max);
            sum += e;
            sum2 += e2;
            if (!keep) continue;
            e.Store(y + i);
            e2.Store(y + i + TFloats.Count);
        }
        if (i < whole)
        {
            TFloats e = Exp(TFloats.Load(x + i) - max);
            sum += e;
            if (keep) e.Store(y + i);
        }

        float total = TFloats.Sum(sum + sum2), log = MathF.Log(total);
        if (result == SoftmaxResult.Probabilities)
        {
            TFloats minus = TFloats.Of(-total), inverse = TFloats.Of(1 / total);
            for (i = 0; i < whole; i += TFloats.Count) Quotient(TFloats.Load(y + i), minus, inverse).Store(y + i);
            if (rest > 0) PutEnd(Quotient(lastExp, minus, inverse), y + whole, rest, spill, room);
        }
        else if (result == SoftmaxResult.Logarithms)
        {
            TFloats logs = TFloats.Of(log);
            for (i = 0; i < whole; i += TFloats.Count) (TFloats.Load(x + i) - max - logs).Store(y + i);
            if (rest > 0) PutEnd(tail - max - logs, y + whole, rest, spill, room);
        }
        // All −∞ is a sum of zeros; +∞ outweighs everything.
        return float.IsInfinity(greatest) ? greatest : greatest + log;
    }

    // Nothing here is above 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloats Exp<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats> => ExpFunction.Falling(TFloats.AtLeast(x, -104));

    /// <summary>e / total: the product with the inverse, corrected by its remainder, which is several times as fast as dividing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloats Quotient<TFloats>(TFloats e, TFloats minusTotal, TFloats inverse) where TFloats : struct, IFloats<TFloats>
    {
        TFloats quotient = e * inverse;
        return TFloats.MultiplyAdd(TFloats.MultiplyAdd(quotient, minusTotal, e), inverse, quotient);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloats End<TFloats>(float* from, int count, bool spill, float* room) where TFloats : struct, IFloats<TFloats>
    {
        if (spill) return TFloats.Load(from);
        for (int i = 0; i < count; i++) room[i] = from[i];
        return TFloats.Load(room);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutEnd<TFloats>(TFloats value, float* to, int count, bool spill, float* room) where TFloats : struct, IFloats<TFloats>
    {
        value.Store(spill ? to : room);
        if (spill) return;
        for (int i = 0; i < count; i++) to[i] = room[i];
    }
}
