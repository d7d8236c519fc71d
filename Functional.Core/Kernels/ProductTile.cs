using System.Runtime.CompilerServices;

namespace Functional.Core.Kernels;

/// <summary>Chooses the <see cref="MatrixProductKernel{TLanes, TVector, T, TRows, TColumns, TTable}"/> for a tile's height and width.</summary>
internal static unsafe class ProductTile<TLanes, TVector, T, TTable>
    where TLanes : struct, ILanes<TVector, T>
    where TVector : struct
    where T : unmanaged
    where TTable : struct, IStatic
{
    /// <summary>Numbers in the widest tile.</summary>
    public static int Columns => 2 * TLanes.Count;

    /// <summary>The tallest tile of at most that many rows.</summary>
    public static int AtMost(int rows)
    {
        if (TLanes.Rows == 12) return rows >= 12 ? 12 : rows >= 8 ? 8 : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;
        return rows >= 6 ? 6 : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;
    }

    /// <summary>The lowest tile of at least that many rows, which are no more than the tallest has.</summary>
    public static int AtLeast(int rows)
    {
        int height = AtMost(rows);
        return height == rows ? height : height switch { 1 => 2, 2 => 4, 4 => TLanes.Rows == 12 ? 8 : 6, _ => 12 };
    }

    /// <summary>A tile of <paramref name="height"/> rows, a result of the above, and one or two vectors.</summary>
    public static void Run(int height, bool two, nint k, int* table, T* a, nint across, nint step, T* b, nint bStep, T* c, nint cStride, bool accumulate)
    {
        switch (height)
        {
            case 12: Rows<Twelve>(two, k, table, a, across, step, b, bStep, c, cStride, accumulate); break;
            case 8: Rows<Eight>(two, k, table, a, across, step, b, bStep, c, cStride, accumulate); break;
            case 6: Rows<Six>(two, k, table, a, across, step, b, bStep, c, cStride, accumulate); break;
            case 4: Rows<Four>(two, k, table, a, across, step, b, bStep, c, cStride, accumulate); break;
            case 2: Rows<Two>(two, k, table, a, across, step, b, bStep, c, cStride, accumulate); break;
            default: Rows<One>(two, k, table, a, across, step, b, bStep, c, cStride, accumulate); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rows<TRows>(bool two, nint k, int* table, T* a, nint across, nint step, T* b, nint bStep, T* c, nint cStride, bool accumulate)
        where TRows : struct, IStatic
    {
        if (two) MatrixProductKernel<TLanes, TVector, T, TRows, Two, TTable>.Run(k, table, a, across, step, b, bStep, c, cStride, accumulate);
        else MatrixProductKernel<TLanes, TVector, T, TRows, One, TTable>.Run(k, table, a, across, step, b, bStep, c, cStride, accumulate);
    }
}
