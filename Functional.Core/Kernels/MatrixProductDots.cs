using System.Runtime.CompilerServices;

namespace Functional.Core.Kernels;

/// <summary>
/// The product of few rows with a transposed matrix, x·Wᵀ: each element is the dot product of a row of x and a row of W, both
/// contiguous, so nothing is packed and W is read once, as it stands. Lanes run along k and are summed at the end.
/// </summary>
internal static unsafe class MatrixProductDots<TLanes, TVector, T>
    where TLanes : struct, ILanes<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    private static int Across => TLanes.Rows == 12 ? 6 : 4;    // rows of W at a time: 4 × 6 sums take 24 of 32 registers, 2 × 4 half of 16
    private const long PartWork = 1 << 14;

    /// <summary>c[i, j] = Σₚ a[i·aRow + p] · b[j·bRow + p], added to c if asked, or to bias[j] if there is one.</summary>
    public static void Multiply(int m, int n, int k, T* a, nint aRow, T* b, nint bRow, T* c, nint cRow, bool accumulate, T* bias)
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

        // Numbers of W, or a quarter of the multiply-adds.
        long cost = (long)n * k * Math.Max(1, m / 4);
        int parts = cost < Chunks.Shared ? 1 : Chunks.Parts((int)Math.Min(cost / PartWork, n), (n + Chunks.RowUnit - 1) / Chunks.RowUnit);
        var work = new Work
        {
            M = m,
            N = n,
            K = k,
            Parts = parts,
            A = a,
            ARow = aRow,
            B = b,
            BRow = bRow,
            C = c,
            CRow = cRow,
            CColumn = cColumn,
            Accumulate = accumulate,
            Bias = bias,
        };
        Workers.For(parts, work);
    }

    private struct Work : IWork
    {
        public int M, N, K, Parts;
        public T* A, B, C, Bias;
        public nint ARow, BRow, CRow, CColumn;
        public bool Accumulate;

        public readonly void Run(int part)
        {
            int begin = Chunks.RowStart(part, Parts, N), end = Chunks.RowStart(part + 1, Parts, N);
            // Too few rows of W for a tile: each is read in the place of all. Else the last tile reaches back over rows that were done, and leaves them alone.
            int across = end - begin < Across ? 1 : Across;
            for (int j = begin; j < end; j += across)
            {
                int atColumn = Math.Min(j, end - across);
                for (int i = 0; i < M;)
                {
                    int left = M - i, height = left > 2 && M > 3 && TLanes.Rows == 12 ? 4 : left > 1 ? 2 : 1, atRow = Math.Min(i, M - height);
                    T* a = A + atRow * ARow, b = B + atColumn * BRow, c = C + atRow * CRow + atColumn * CColumn;
                    nint bRow = across == 1 ? 0 : BRow;
                    // Of C's columns, which are the rows here if the operands changed places.
                    T* bias = Bias == null ? null : Bias + (CColumn == 1 ? atColumn : atRow);
                    if (height == 4) Tile<Four, Six>(K, a, ARow, b, bRow, i - atRow, j - atColumn, across, c, CRow, CColumn, Accumulate, bias);
                    else if (TLanes.Rows == 12 && height == 2) Tile<Two, Six>(K, a, ARow, b, bRow, i - atRow, j - atColumn, across, c, CRow, CColumn, Accumulate, bias);
                    else if (TLanes.Rows == 12) Tile<One, Six>(K, a, ARow, b, bRow, i - atRow, j - atColumn, across, c, CRow, CColumn, Accumulate, bias);
                    else if (height == 2) Tile<Two, Four>(K, a, ARow, b, bRow, i - atRow, j - atColumn, across, c, CRow, CColumn, Accumulate, bias);
                    else Tile<One, Four>(K, a, ARow, b, bRow, i - atRow, j - atColumn, across, c, CRow, CColumn, Accumulate, bias);
                    i = atRow + height;
                }
            }
        }
    }

    /// <summary>
    /// 4 × 6 dot products, or fewer rows, of which those from <paramref name="firstRow"/> and <paramref name="firstColumn"/> on are written. Every pointer
    /// that the loop needs has a register, and no call stands between its sums.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TRows, TColumns>(
        nint k, T* a, nint aRow, T* b, nint bRow, int firstRow, int firstColumn, int columns, T* c, nint cRow, nint cColumn, bool accumulate, T* bias)
        where TRows : struct, IStatic
        where TColumns : struct, IStatic
    {
        T* sums = stackalloc T[34 * TLanes.Count], ends = sums + 24 * TLanes.Count;
        nint rest = k % TLanes.Count, whole = k - rest;
        if (rest > 0)
        {
            Ends(a + whole, aRow, TRows.Value, rest, ends);
            Ends(b + whole, bRow, TColumns.Value, rest, ends + 4 * TLanes.Count);
        }

        TVector c00 = default, c01 = default, c02 = default, c03 = default, c04 = default, c05 = default;
        TVector c10 = default, c11 = default, c12 = default, c13 = default, c14 = default, c15 = default;
        TVector c20 = default, c21 = default, c22 = default, c23 = default, c24 = default, c25 = default;
        TVector c30 = default, c31 = default, c32 = default, c33 = default, c34 = default, c35 = default;
        while (true)
        {
            T* a1 = a + aRow, a2 = a + 2 * aRow, a3 = a2 + aRow, b3 = b + 3 * bRow;
            for (nint p = 0; p < whole; p += TLanes.Count)
            {
                TVector x0 = TLanes.Load(a + p);
                TVector x1 = TRows.Value > 1 ? TLanes.Load(a1 + p) : default;
                TVector x2 = TRows.Value > 2 ? TLanes.Load(a2 + p) : default;
                TVector x3 = TRows.Value > 2 ? TLanes.Load(a3 + p) : default;
                TVector y = TLanes.Load(b);
                c00 = TLanes.MultiplyAdd(x0, y, c00);
                if (TRows.Value > 1) c10 = TLanes.MultiplyAdd(x1, y, c10);
                if (TRows.Value > 2) c20 = TLanes.MultiplyAdd(x2, y, c20);
                if (TRows.Value > 2) c30 = TLanes.MultiplyAdd(x3, y, c30);
                y = TLanes.Load(b + bRow);
                c01 = TLanes.MultiplyAdd(x0, y, c01);
                if (TRows.Value > 1) c11 = TLanes.MultiplyAdd(x1, y, c11);
                if (TRows.Value > 2) c21 = TLanes.MultiplyAdd(x2, y, c21);
                if (TRows.Value > 2) c31 = TLanes.MultiplyAdd(x3, y, c31);
                y = TLanes.Load(b + 2 * bRow);
                c02 = TLanes.MultiplyAdd(x0, y, c02);
                if (TRows.Value > 1) c12 = TLanes.MultiplyAdd(x1, y, c12);
                if (TRows.Value > 2) c22 = TLanes.MultiplyAdd(x2, y, c22);
                if (TRows.Value > 2) c32 = TLanes.MultiplyAdd(x3, y, c32);
                y = TLanes.Load(b3);
                c03 = TLanes.MultiplyAdd(x0, y, c03);
                if (TRows.Value > 1) c13 = TLanes.MultiplyAdd(x1, y, c13);
                if (TRows.Value > 2) c23 = TLanes.MultiplyAdd(x2, y, c23);
                if (TRows.Value > 2) c33 = TLanes.MultiplyAdd(x3, y, c33);
                if (TColumns.Value > 4)
                {
                    y = TLanes.Load(b3 + bRow);
                    c04 = TLanes.MultiplyAdd(x0, y, c04);
                    if (TRows.Value > 1) c14 = TLanes.MultiplyAdd(x1, y, c14);
                    if (TRows.Value > 2) c24 = TLanes.MultiplyAdd(x2, y, c24);
                    if (TRows.Value > 2) c34 = TLanes.MultiplyAdd(x3, y, c34);
                    y = TLanes.Load(b3 + 2 * bRow);
                    c05 = TLanes.MultiplyAdd(x0, y, c05);
                    if (TRows.Value > 1) c15 = TLanes.MultiplyAdd(x1, y, c15);
                    if (TRows.Value > 2) c25 = TLanes.MultiplyAdd(x2, y, c25);
                    if (TRows.Value > 2) c35 = TLanes.MultiplyAdd(x3, y, c35);
                }

                b += TLanes.Count;
                b3 += TLanes.Count;
            }

            if (rest == 0) break;
            // What is left of the rows, once more through the loop, as rows of one vector filled up with zeros.
            a = ends;
            b = ends + 4 * TLanes.Count;
            aRow = bRow = whole = TLanes.Count;
            rest = 0;
        }

        TLanes.Store(c00, sums + 0 * TLanes.Count);
        TLanes.Store(c01, sums + 1 * TLanes.Count);
        TLanes.Store(c02, sums + 2 * TLanes.Count);
        TLanes.Store(c03, sums + 3 * TLanes.Count);
        TLanes.Store(c04, sums + 4 * TLanes.Count);
        TLanes.Store(c05, sums + 5 * TLanes.Count);

        if (TRows.Value > 1)
        {
            TLanes.Store(c10, sums + 6 * TLanes.Count);
            TLanes.Store(c11, sums + 7 * TLanes.Count);
            TLanes.Store(c12, sums + 8 * TLanes.Count);
            TLanes.Store(c13, sums + 9 * TLanes.Count);
            TLanes.Store(c14, sums + 10 * TLanes.Count);
            TLanes.Store(c15, sums + 11 * TLanes.Count);
        }

        if (TRows.Value > 2)
        {
            TLanes.Store(c20, sums + 12 * TLanes.Count);
            TLanes.Store(c21, sums + 13 * TLanes.Count);
            TLanes.Store(c22, sums + 14 * TLanes.Count);
            TLanes.Store(c23, sums + 15 * TLanes.Count);
            TLanes.Store(c24, sums + 16 * TLanes.Count);
            TLanes.Store(c25, sums + 17 * TLanes.Count);
            TLanes.Store(c30, sums + 18 * TLanes.Count);
            TLanes.Store(c31, sums + 19 * TLanes.Count);
            TLanes.Store(c32, sums + 20 * TLanes.Count);
            TLanes.Store(c33, sums + 21 * TLanes.Count);
            TLanes.Store(c34, sums + 22 * TLanes.Count);
            TLanes.Store(c35, sums + 23 * TLanes.Count);
        }

        for (int i = firstRow; i < TRows.Value; i++)
            for (int j = firstColumn; j < columns; j++)
            {
                T* to = c + i * cRow + j * cColumn;
                if (bias != null) *to = bias[cColumn == 1 ? j : i];
                Put(TLanes.Sum(TLanes.Load(sums + (i * 6 + j) * TLanes.Count)), to, accumulate || bias != null);
            }
    }

    private static void Ends(T* from, nint stride, int rows, nint count, T* to)
    {
        for (int row = 0; row < rows; row++)
            for (nint i = 0; i < TLanes.Count; i++) to[row * TLanes.Count + i] = i < count ? from[row * stride + i] : default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(T sum, T* c, bool accumulate)
    {
        if (!accumulate) *c = sum;
        else if (typeof(T) == typeof(float)) *(float*)c += *(float*)&sum;
        else *(double*)c += *(double*)&sum;
    }
}
