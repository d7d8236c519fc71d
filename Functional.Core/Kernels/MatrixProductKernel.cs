using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Functional.Core.Kernels;

/// <summary>A number known when a kernel is compiled, so that what it does not need is left out.</summary>
internal interface IStatic
{
    static abstract int Value { get; }
}

internal readonly struct None : IStatic { public static int Value => 0; }

internal readonly struct One : IStatic { public static int Value => 1; }

internal readonly struct Two : IStatic { public static int Value => 2; }

internal readonly struct Four : IStatic { public static int Value => 4; }

internal readonly struct Six : IStatic { public static int Value => 6; }

internal readonly struct Eight : IStatic { public static int Value => 8; }

internal readonly struct Twelve : IStatic { public static int Value => 12; }

/// <summary>
/// The inner kernel of the matrix product: a tile of C of <typeparamref name="TRows"/> rows by one or two vectors, held in
/// registers while k runs. Each step takes one column of the A panel and one row of the B panel and adds their outer product;
/// every element of C is one chain of fused multiply-adds in the order of k, whatever tile it stands in.
/// </summary>
/// <remarks>
/// The scheme of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (ACM TOMS 34, 2008). Panels are read
/// with strides, so they may be packed copies or the matrices themselves. For convolutions one operand is read at the places that
/// <typeparamref name="TTable"/> names: those of A (<see cref="One"/>; the places of an image, for δw), those of B (<see cref="Two"/>;
/// the taps of the forward pass), or of neither (<see cref="None"/>).
/// </remarks>
internal static unsafe class MatrixProductKernel<TLanes, TVector, T, TRows, TColumns, TTable>
    where TLanes : struct, ILanes<TVector, T>
    where TVector : struct
    where T : unmanaged
    where TRows : struct, IStatic
    where TColumns : struct, IStatic
    where TTable : struct, IStatic
{
    private const int Line = 64;     // bytes of a cache line
    private const int Ahead = 16;    // steps from the request for a row of B to its use
    private const int Short = 32;    // steps that are over sooner than C could come: the tile after the next is asked for
    private const int Long = 192;    // steps for which it is worth to ask for C itself,
    private const int Late = 64;     // steps from the request for C to its use: what is asked for earlier, passing panels may have pushed out again

    /// <summary>c[i, j] = Σₚ a[i·across + p·step] · b[p·bStep + j], added to c if asked; with table[p] in place of one of the steps if there is a table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(nint k, int* table, T* a, nint across, nint step, T* b, nint bStep, T* c, nint cStride, bool accumulate)
    {
        TVector c00 = default, c10 = default, c20 = default, c30 = default, c40 = default, c50 = default;
        TVector c60 = default, c70 = default, c80 = default, c90 = default, cA0 = default, cB0 = default;
        TVector c01 = default, c11 = default, c21 = default, c31 = default, c41 = default, c51 = default;
        TVector c61 = default, c71 = default, c81 = default, c91 = default, cA1 = default, cB1 = default;
        nint across3 = 3 * across;
        if (k < Short) Ask(c + 2 * TColumns.Value * TLanes.Count, cStride);
        // If there are many, the steps before the last ones, then those.
        for (nint steps = k >= Long ? k - Late : k; k > 0; steps = k)
        {
            k -= steps;
            for (; steps > 0; steps--)
            {
                T* from = TTable.Value == 1 ? a + *table : a;
                T* row = TTable.Value == 2 ? b + *table : b;
                if (Sse.IsSupported && TTable.Value != 2)
                {
                    Sse.Prefetch0(row + Ahead * bStep);
                    if (TColumns.Value > 1 && TLanes.Count * sizeof(T) >= Line) Sse.Prefetch0(row + Ahead * bStep + TLanes.Count);
                }

                TVector b0 = TLanes.Load(row);
                TVector b1 = TColumns.Value > 1 ? TLanes.Load(row + TLanes.Count) : default;
                TVector x = TLanes.Broadcast(*from);
                c00 = TLanes.MultiplyAdd(x, b0, c00);
                if (TColumns.Value > 1) c01 = TLanes.MultiplyAdd(x, b1, c01);
                if (TRows.Value > 1)
                {
                    x = TLanes.Broadcast(from[across]);
                    c10 = TLanes.MultiplyAdd(x, b0, c10);
                    if (TColumns.Value > 1) c11 = TLanes.MultiplyAdd(x, b1, c11);
                }

                if (TRows.Value > 2)
                {
                    x = TLanes.Broadcast(from[2 * across]);
                    c20 = TLanes.MultiplyAdd(x, b0, c20);
                    if (TColumns.Value > 1) c21 = TLanes.MultiplyAdd(x, b1, c21);
                    x = TLanes.Broadcast(from[across3]);
                    c30 = TLanes.MultiplyAdd(x, b0, c30);
                    if (TColumns.Value > 1) c31 = TLanes.MultiplyAdd(x, b1, c31);
                }

                if (TRows.Value > 4)
                {
                    T* from4 = from + 4 * across;
                    x = TLanes.Broadcast(*from4);
                    c40 = TLanes.MultiplyAdd(x, b0, c40);
                    if (TColumns.Value > 1) c41 = TLanes.MultiplyAdd(x, b1, c41);
                    x = TLanes.Broadcast(from4[across]);
                    c50 = TLanes.MultiplyAdd(x, b0, c50);
                    if (TColumns.Value > 1) c51 = TLanes.MultiplyAdd(x, b1, c51);
                    if (TRows.Value > 6)
                    {
                        x = TLanes.Broadcast(from4[2 * across]);
                        c60 = TLanes.MultiplyAdd(x, b0, c60);
                        if (TColumns.Value > 1) c61 = TLanes.MultiplyAdd(x, b1, c61);
                        x = TLanes.Broadcast(from4[across3]);
                        c70 = TLanes.MultiplyAdd(x, b0, c70);
                        if (TColumns.Value > 1) c71 = TLanes.MultiplyAdd(x, b1, c71);
                    }
                }

                if (TRows.Value > 8)
                {
                    T* from8 = from + 8 * across;
                    x = TLanes.Broadcast(*from8);
                    c80 = TLanes.MultiplyAdd(x, b0, c80);
                    if (TColumns.Value > 1) c81 = TLanes.MultiplyAdd(x, b1, c81);
                    x = TLanes.Broadcast(from8[across]);
                    c90 = TLanes.MultiplyAdd(x, b0, c90);
                    if (TColumns.Value > 1) c91 = TLanes.MultiplyAdd(x, b1, c91);
                    x = TLanes.Broadcast(from8[2 * across]);
                    cA0 = TLanes.MultiplyAdd(x, b0, cA0);
                    if (TColumns.Value > 1) cA1 = TLanes.MultiplyAdd(x, b1, cA1);
                    x = TLanes.Broadcast(from8[across3]);
                    cB0 = TLanes.MultiplyAdd(x, b0, cB0);
                    if (TColumns.Value > 1) cB1 = TLanes.MultiplyAdd(x, b1, cB1);
                }

                if (TTable.Value != 1) a += step;
                if (TTable.Value != 2) b += bStep;
                if (TTable.Value != 0) table++;
            }

            if (k > 0) Ask(c, cStride);
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

    /// <summary>Asks for the lines of a tile of C.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask(T* c, nint stride)
    {
        if (!Sse.IsSupported) return;
        for (nint i = 0; i < TRows.Value; i++)
        {
            Sse.Prefetch0(c + i * stride);
            if (TColumns.Value > 1 && TLanes.Count * sizeof(T) >= Line) Sse.Prefetch0(c + i * stride + TLanes.Count);
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
