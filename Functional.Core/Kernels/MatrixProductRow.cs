using System.Runtime.CompilerServices;

namespace Functional.Core.Kernels;

/// <summary>
/// The product of one row with a matrix as it stands: c = Σₚ aₚ · (row p of B), eight rows of B at a time, so that B is read once and
/// in order while c stays in the first-level cache.
/// </summary>
/// <remarks>Needs n of at least one vector.</remarks>
internal static unsafe class MatrixProductRow<TLanes, TVector, T>
    where TLanes : struct, ILanes<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    private const int Rows = 8;
    private const long ForkWork = 1 << 17;      // numbers of B below which nothing is forked
    private const long PartWork = 1 << 15;

    /// <summary>c[j] = Σₚ a[p] · b[p·bRow + j], added to c if asked.</summary>
    public static void Multiply(int n, int k, T* a, T* b, nint bRow, T* c, bool accumulate)
    {
        int whole = n - n % TLanes.Count;
        int columns = whole;
        if ((long)n * k >= ForkWork)
            columns = (int)Math.Clamp(PartWork / k / (4 * TLanes.Count) * (4 * TLanes.Count), 4 * TLanes.Count, Math.Max(whole, 4 * TLanes.Count));
        var work = new Work { N = whole, K = k, Columns = columns, A = a, B = b, BRow = bRow, C = c, Accumulate = accumulate };
        if (n > whole) Last(n, n - whole, k, a, b, bRow, c, accumulate);
        Workers.For((whole + columns - 1) / columns, work);
    }

    private struct Work : IWork
    {
        public int N, K, Columns;
        public T* A, B, C;
        public nint BRow;
        public bool Accumulate;

        public readonly void Run(int part)
        {
            int first = part * Columns, count = Math.Min(Columns, N - first);
            int p = 0;
            for (; p <= K - Rows; p += Rows) Add<Eight>(count, A + p, B + p * BRow + first, BRow, C + first, Accumulate || p > 0);
            for (; p < K; p++) Add<One>(count, A + p, B + p * BRow + first, BRow, C + first, Accumulate || p > 0);
        }
    }

    /// <summary>Adds eight rows, or one, in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<TRows>(nint count, T* a, T* b, nint bRow, T* c, bool accumulate) where TRows : struct, IStatic
    {
        bool many = TRows.Value > 1;
        TVector a0 = TLanes.Broadcast(*a);
        TVector a1 = many ? TLanes.Broadcast(a[1]) : default, a2 = many ? TLanes.Broadcast(a[2]) : default;
        TVector a3 = many ? TLanes.Broadcast(a[3]) : default, a4 = many ? TLanes.Broadcast(a[4]) : default;
        TVector a5 = many ? TLanes.Broadcast(a[5]) : default, a6 = many ? TLanes.Broadcast(a[6]) : default;
        TVector a7 = many ? TLanes.Broadcast(a[7]) : default;
        T* b4 = b + 4 * bRow;
        nint bRow3 = 3 * bRow;
        for (nint j = 0; j < count; j += TLanes.Count)
        {
            TVector sum = TLanes.MultiplyAdd(a0, TLanes.Load(b), accumulate ? TLanes.Load(c + j) : default);
            if (many)
            {
                sum = TLanes.MultiplyAdd(a1, TLanes.Load(b + bRow), sum);
                sum = TLanes.MultiplyAdd(a2, TLanes.Load(b + 2 * bRow), sum);
                sum = TLanes.MultiplyAdd(a3, TLanes.Load(b + bRow3), sum);
                sum = TLanes.MultiplyAdd(a4, TLanes.Load(b4), sum);
                sum = TLanes.MultiplyAdd(a5, TLanes.Load(b4 + bRow), sum);
                sum = TLanes.MultiplyAdd(a6, TLanes.Load(b4 + 2 * bRow), sum);
                sum = TLanes.MultiplyAdd(a7, TLanes.Load(b4 + bRow3), sum);
            }

            TLanes.Store(sum, c + j);
            b += TLanes.Count;
            b4 += TLanes.Count;
        }
    }

    /// <summary>The last columns, fewer than a vector: reads the last full vector of each row and writes only what is its own.</summary>
    private static void Last(int n, int kept, int k, T* a, T* b, nint bRow, T* c, bool accumulate)
    {
        T* room = stackalloc T[TLanes.Count];
        nint first = n - TLanes.Count;
        TVector sum = accumulate ? TLanes.Load(c + first) : default;
        for (nint p = 0; p < k; p++) sum = TLanes.MultiplyAdd(TLanes.Broadcast(a[p]), TLanes.Load(b + p * bRow + first), sum);
        TLanes.Store(sum, room);
        for (nint i = TLanes.Count - kept; i < TLanes.Count; i++) c[first + i] = room[i];
    }
}
