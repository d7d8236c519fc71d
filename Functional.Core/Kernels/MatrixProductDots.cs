using System.Runtime.CompilerServices;

namespace Functional.Core.Kernels;

/// <summary>
/// The product of few rows with a transposed matrix, x·Wᵀ: each element is the dot product of a row of x and a row of W, both
/// contiguous, so nothing is packed and W is read once, as it stands. Lanes run along k and are summed at the end.
/// </summary>
/// <remarks>Needs k of at least one vector.</remarks>
internal static unsafe class MatrixProductDots<TLanes, TVector, T>
    where TLanes : struct, ILanes<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    private const int Across = 4;               // rows of W at a time
    private const long ForkWork = 1 << 17;      // numbers of W, or a quarter of the multiply-adds, below which nothing is forked
    private const long PartWork = 1 << 14;

    /// <summary>c[i, j] = Σₚ a[i·aRow + p] · b[j·bRow + p], added to c if asked.</summary>
    public static void Multiply(int m, int n, int k, T* a, nint aRow, T* b, nint bRow, T* c, nint cRow, bool accumulate)
    {
        // The operand with more rows is the one that is read once.
        nint cColumn = 1;
        if (m > n)
        {
            (m, n, aRow, bRow, cRow, cColumn) = (n, m, bRow, aRow, cColumn, cRow);
            T* was = a;
            a = b;
            b = was;
        }

        long cost = (long)n * k * Math.Max(1, m / 4);
        int rows = n;
        if (cost >= ForkWork)
            rows = (int)Math.Clamp(PartWork * n / cost / Across * Across, Across, n);
        var work = new Work
        {
            M = m,
            N = n,
            K = k,
            Rows = rows,
            A = a,
            ARow = aRow,
            B = b,
            BRow = bRow,
            C = c,
            CRow = cRow,
            CColumn = cColumn,
            Accumulate = accumulate,
        };
        Workers.For((n + rows - 1) / rows, work);
    }

    private struct Work : IWork
    {
        public int M, N, K, Rows;
        public T* A, B, C;
        public nint ARow, BRow, CRow, CColumn;
        public bool Accumulate;

        public readonly void Run(int part)
        {
            int end = Math.Min(N, (part + 1) * Rows);
            for (int j = part * Rows; j < end; j += Across)
            {
                int columns = Math.Min(Across, end - j);
                for (int i = 0; i < M;)
                {
                    int left = M - i;
                    T* a = A + i * ARow, b = B + j * BRow, c = C + i * CRow + j * CColumn;
                    if (left >= 3 && TLanes.Rows == 12)
                    {
                        Tile<Four>(K, a, ARow, Math.Min(4, left), b, BRow, columns, c, CRow, CColumn, Accumulate);
                        i += 4;
                    }
                    else if (left >= 2)
                    {
                        Tile<Two>(K, a, ARow, 2, b, BRow, columns, c, CRow, CColumn, Accumulate);
                        i += 2;
                    }
                    else
                    {
                        Tile<One>(K, a, ARow, 1, b, BRow, columns, c, CRow, CColumn, Accumulate);
                        i++;
                    }
                }
            }
        }
    }

    /// <summary>
    /// Up to 4 × 4 dot products; rows and columns past the real ones read the last real one again and are not written.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TRows>(
        int k, T* a, nint aRow, int rows, T* b, nint bRow, int columns, T* c, nint cRow, nint cColumn, bool accumulate)
        where TRows : struct, IStatic
    {
        TVector c00 = default, c01 = default, c02 = default, c03 = default;
        TVector c10 = default, c11 = default, c12 = default, c13 = default;
        TVector c20 = default, c21 = default, c22 = default, c23 = default;
        TVector c30 = default, c31 = default, c32 = default, c33 = default;
        T* a1 = a + Math.Min(1, rows - 1) * aRow, a2 = a + Math.Min(2, rows - 1) * aRow, a3 = a + Math.Min(3, rows - 1) * aRow;
        T* b1 = b + Math.Min(1, columns - 1) * bRow, b2 = b + Math.Min(2, columns - 1) * bRow;
        T* b3 = b + Math.Min(3, columns - 1) * bRow;

        nint lanes = TLanes.Count;
        int kept = (int)(k % lanes);
        for (nint p = 0; p < k; p += lanes)
        {
            bool whole = p + lanes <= k;
            nint at = whole ? p : k - lanes;
            TVector y0 = TLanes.Load(b + at), y1 = TLanes.Load(b1 + at), y2 = TLanes.Load(b2 + at), y3 = TLanes.Load(b3 + at);
            TVector x0 = TLanes.Load(a + at);
            TVector x1 = TRows.Value > 1 ? TLanes.Load(a1 + at) : default;
            TVector x2 = TRows.Value > 2 ? TLanes.Load(a2 + at) : default;
            TVector x3 = TRows.Value > 2 ? TLanes.Load(a3 + at) : default;
            if (!whole)
            {
                // The last step overlaps the one before it and keeps what is new, of both sides: zero times infinity is no zero.
                (y0, y1) = (TLanes.KeepLast(y0, kept), TLanes.KeepLast(y1, kept));
                (y2, y3) = (TLanes.KeepLast(y2, kept), TLanes.KeepLast(y3, kept));
                (x0, x1) = (TLanes.KeepLast(x0, kept), TLanes.KeepLast(x1, kept));
                (x2, x3) = (TLanes.KeepLast(x2, kept), TLanes.KeepLast(x3, kept));
            }

            c00 = TLanes.MultiplyAdd(x0, y0, c00);
            c01 = TLanes.MultiplyAdd(x0, y1, c01);
            c02 = TLanes.MultiplyAdd(x0, y2, c02);
            c03 = TLanes.MultiplyAdd(x0, y3, c03);
            if (TRows.Value > 1)
            {
                c10 = TLanes.MultiplyAdd(x1, y0, c10);
                c11 = TLanes.MultiplyAdd(x1, y1, c11);
                c12 = TLanes.MultiplyAdd(x1, y2, c12);
                c13 = TLanes.MultiplyAdd(x1, y3, c13);
            }

            if (TRows.Value > 2)
            {
                c20 = TLanes.MultiplyAdd(x2, y0, c20);
                c21 = TLanes.MultiplyAdd(x2, y1, c21);
                c22 = TLanes.MultiplyAdd(x2, y2, c22);
                c23 = TLanes.MultiplyAdd(x2, y3, c23);
                c30 = TLanes.MultiplyAdd(x3, y0, c30);
                c31 = TLanes.MultiplyAdd(x3, y1, c31);
                c32 = TLanes.MultiplyAdd(x3, y2, c32);
                c33 = TLanes.MultiplyAdd(x3, y3, c33);
            }
        }

        Put(c00, c01, c02, c03, c, cColumn, columns, accumulate);
        if (TRows.Value > 1) Put(c10, c11, c12, c13, c + cRow, cColumn, columns, accumulate);
        if (TRows.Value > 2)
        {
            Put(c20, c21, c22, c23, c + 2 * cRow, cColumn, columns, accumulate);
            if (rows > 3) Put(c30, c31, c32, c33, c + 3 * cRow, cColumn, columns, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TVector v0, TVector v1, TVector v2, TVector v3, T* c, nint cColumn, int columns, bool accumulate)
    {
        Put(TLanes.Sum(v0), c, accumulate);
        if (columns > 1) Put(TLanes.Sum(v1), c + cColumn, accumulate);
        if (columns > 2) Put(TLanes.Sum(v2), c + 2 * cColumn, accumulate);
        if (columns > 3) Put(TLanes.Sum(v3), c + 3 * cColumn, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(T sum, T* c, bool accumulate)
    {
        if (!accumulate) *c = sum;
        else if (typeof(T) == typeof(float)) *(float*)c += *(float*)&sum;
        else *(double*)c += *(double*)&sum;
    }
}
