using System.Runtime.CompilerServices;

namespace Functional.Core.Kernels;

/// <summary>
/// A row of C as a sum of rows of B, cᵢ = Σₚ aᵢₚ · (row p of B), eight rows of B at a time: for the product of one row with a
/// matrix, where B is read once and in order while c stays in the first-level cache, and for the outer product (k = 1), where C
/// is written once and in order.
/// </summary>
/// <remarks>Needs n of at least one vector.</remarks>
internal static unsafe class MatrixProductRow<TLanes, TVector, T>
    where TLanes : struct, ILanes<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    private const int Together = 8;
    private static int Unit => 4 * TLanes.Count;
    private const long PartWork = 1 << 14;

    /// <summary>c[i, j] = Σₚ a[i·aRow + p·aStep] · b[p·bRow + j], added to c if asked.</summary>
    public static void Multiply(
        int m, int n, int k, T* a, nint aRow, nint aStep, T* b, nint bRow, T* c, nint cRow, bool accumulate)
    {
        int whole = n - n % TLanes.Count;
        // One row is cut across its columns, in units of four vectors.
        int units = m > 1 ? m : Math.Max(1, (whole + Unit - 1) / Unit);
        long cost = (long)m * n * k;
        int parts = cost < Chunks.Shared ? 1 : Chunks.Parts((int)Math.Min(cost / PartWork, units), units);
        var work = new Work
        {
            M = m,
            N = n,
            K = k,
            Parts = parts,
            A = a,
            ARow = aRow,
            AStep = aStep,
            B = b,
            BRow = bRow,
            C = c,
            CRow = cRow,
            Accumulate = accumulate,
        };
        Workers.For(parts, work);
    }

    private struct Work : IWork
    {
        public int M, N, K, Parts;
        public T* A, B, C;
        public nint ARow, AStep, BRow, CRow;
        public bool Accumulate;

        public readonly void Run(int part)
        {
            int whole = N - N % TLanes.Count;
            int firstRow = M > 1 ? Chunks.RowStart(part, Parts, M) : 0, endRow = M > 1 ? Chunks.RowStart(part + 1, Parts, M) : M;
            int first = M > 1 ? 0 : Chunks.Start(part, Parts, whole, Unit), count = M > 1 ? whole : Chunks.Start(part + 1, Parts, whole, Unit) - first;
            for (int i = firstRow; i < endRow; i++)
            {
                T* a = A + i * ARow, c = C + i * CRow + first;
                if (first + count == whole && whole < N) Last(N, N - whole, K, a, AStep, B, BRow, C + i * CRow, Accumulate);
                int p = 0;
                for (; AStep == 1 && p <= K - Together; p += Together)
                    Add<Eight>(count, a + p, B + p * BRow + first, BRow, c, Accumulate || p > 0);
                for (; p < K; p++) Add<One>(count, a + p * AStep, B + p * BRow + first, BRow, c, Accumulate || p > 0);
            }
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

    /// <summary>
    /// The last columns, fewer than a vector: reads the last full vector of each row and writes only what is its own.
    /// </summary>
    private static void Last(int n, int kept, int k, T* a, nint aStep, T* b, nint bRow, T* c, bool accumulate)
    {
        T* room = stackalloc T[TLanes.Count];
        nint first = n - TLanes.Count;
        TVector sum = accumulate ? TLanes.Load(c + first) : default;
        for (nint p = 0; p < k; p++)
            sum = TLanes.MultiplyAdd(TLanes.Broadcast(a[p * aStep]), TLanes.Load(b + p * bRow + first), sum);
        TLanes.Store(sum, room);
        for (nint i = TLanes.Count - kept; i < TLanes.Count; i++) c[first + i] = room[i];
    }
}
