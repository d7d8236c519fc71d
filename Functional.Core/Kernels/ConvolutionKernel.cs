using System.Runtime.CompilerServices;

namespace Functional.Core.Kernels;

/// <summary>
/// A tile of sums of outer products held in registers, as in <see cref="MatrixProductKernel{TLanes, TVector, T, TRows, TColumns}"/>,
/// where one operand is read through a table of places: the vectors (<typeparamref name="TTable"/> is <see cref="Two"/>; the taps of a
/// convolution's forward pass) or the numbers they are multiplied with (<see cref="One"/>; the places of an image, for δw).
/// </summary>
internal static unsafe class ConvolutionKernel<TLanes, TVector, T, TRows, TColumns, TTable>
    where TLanes : struct, ILanes<TVector, T>
    where TVector : struct
    where T : unmanaged
    where TRows : struct, IStatic
    where TColumns : struct, IStatic
    where TTable : struct, IStatic
{
    /// <summary>
    /// c[i, j] = Σₚ a[i·across + p·step] · b[table[p] + j], or Σₚ a[i·across + table[p]] · b[p·step + j], added to c if asked.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int k, int* table, T* a, nint across, T* b, nint step, T* c, nint cStride, bool accumulate)
    {
        TVector c00 = default, c10 = default, c20 = default, c30 = default, c40 = default, c50 = default;
        TVector c60 = default, c70 = default, c80 = default, c90 = default, cA0 = default, cB0 = default;
        TVector c01 = default, c11 = default, c21 = default, c31 = default, c41 = default, c51 = default;
        TVector c61 = default, c71 = default, c81 = default, c91 = default, cA1 = default, cB1 = default;
        nint across3 = 3 * across;
        T* walking = TTable.Value == 1 ? b : a;
        for (int* end = table + k; table < end; table++)
        {
            T* x = TTable.Value == 1 ? a + *table : walking;
            T* y = TTable.Value == 1 ? walking : b + *table;
            TVector b0 = TLanes.Load(y);
            TVector b1 = TColumns.Value > 1 ? TLanes.Load(y + TLanes.Count) : default;
            TVector factor = TLanes.Broadcast(*x);
            c00 = TLanes.MultiplyAdd(factor, b0, c00);
            if (TColumns.Value > 1) c01 = TLanes.MultiplyAdd(factor, b1, c01);
            if (TRows.Value > 1)
            {
                factor = TLanes.Broadcast(x[across]);
                c10 = TLanes.MultiplyAdd(factor, b0, c10);
                if (TColumns.Value > 1) c11 = TLanes.MultiplyAdd(factor, b1, c11);
            }

            if (TRows.Value > 2)
            {
                factor = TLanes.Broadcast(x[2 * across]);
                c20 = TLanes.MultiplyAdd(factor, b0, c20);
                if (TColumns.Value > 1) c21 = TLanes.MultiplyAdd(factor, b1, c21);
                factor = TLanes.Broadcast(x[across3]);
                c30 = TLanes.MultiplyAdd(factor, b0, c30);
                if (TColumns.Value > 1) c31 = TLanes.MultiplyAdd(factor, b1, c31);
            }

            if (TRows.Value > 4)
            {
                T* x4 = x + 4 * across;
                factor = TLanes.Broadcast(*x4);
                c40 = TLanes.MultiplyAdd(factor, b0, c40);
                if (TColumns.Value > 1) c41 = TLanes.MultiplyAdd(factor, b1, c41);
                factor = TLanes.Broadcast(x4[across]);
                c50 = TLanes.MultiplyAdd(factor, b0, c50);
                if (TColumns.Value > 1) c51 = TLanes.MultiplyAdd(factor, b1, c51);
                if (TRows.Value > 6)
                {
                    factor = TLanes.Broadcast(x4[2 * across]);
                    c60 = TLanes.MultiplyAdd(factor, b0, c60);
                    if (TColumns.Value > 1) c61 = TLanes.MultiplyAdd(factor, b1, c61);
                    factor = TLanes.Broadcast(x4[across3]);
                    c70 = TLanes.MultiplyAdd(factor, b0, c70);
                    if (TColumns.Value > 1) c71 = TLanes.MultiplyAdd(factor, b1, c71);
                }
            }

            if (TRows.Value > 8)
            {
                T* x8 = x + 8 * across;
                factor = TLanes.Broadcast(*x8);
                c80 = TLanes.MultiplyAdd(factor, b0, c80);
                if (TColumns.Value > 1) c81 = TLanes.MultiplyAdd(factor, b1, c81);
                factor = TLanes.Broadcast(x8[across]);
                c90 = TLanes.MultiplyAdd(factor, b0, c90);
                if (TColumns.Value > 1) c91 = TLanes.MultiplyAdd(factor, b1, c91);
                factor = TLanes.Broadcast(x8[2 * across]);
                cA0 = TLanes.MultiplyAdd(factor, b0, cA0);
                if (TColumns.Value > 1) cA1 = TLanes.MultiplyAdd(factor, b1, cA1);
                factor = TLanes.Broadcast(x8[across3]);
                cB0 = TLanes.MultiplyAdd(factor, b0, cB0);
                if (TColumns.Value > 1) cB1 = TLanes.MultiplyAdd(factor, b1, cB1);
            }

            walking += step;
        }

        Put(c00, c01, ref c, cStride, accumulate);
        if (TRows.Value > 1) Put(c10, c11, ref c, cStride, accumulate);
        if (TRows.Value > 2)
        {
            Put(c20, c21, ref c, cStride, accumulate);
            Put(c30, c31, ref c, cStride, accumulate);
        }

        if (TRows.Value > 4)
        {
            Put(c40, c41, ref c, cStride, accumulate);
            Put(c50, c51, ref c, cStride, accumulate);
        }

        if (TRows.Value > 6)
        {
            Put(c60, c61, ref c, cStride, accumulate);
            Put(c70, c71, ref c, cStride, accumulate);
        }

        if (TRows.Value > 8)
        {
            Put(c80, c81, ref c, cStride, accumulate);
            Put(c90, c91, ref c, cStride, accumulate);
            Put(cA0, cA1, ref c, cStride, accumulate);
            Put(cB0, cB1, ref c, cStride, accumulate);
        }
    }

    /// <summary>Writes one row of the tile and moves to the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TVector first, TVector second, ref T* c, nint stride, bool accumulate)
    {
        if (accumulate)
        {
            first = TLanes.Add(TLanes.Load(c), first);
            if (TColumns.Value > 1) second = TLanes.Add(TLanes.Load(c + TLanes.Count), second);
        }

        TLanes.Store(first, c);
        if (TColumns.Value > 1) TLanes.Store(second, c + TLanes.Count);
        c += stride;
    }
}
