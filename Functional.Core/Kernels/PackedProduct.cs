using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Functional.Core.Kernels;

/// <summary>
/// Products of many small matrices with one and the same matrix, C = A·B or C += A·B: B is packed once, in the order in which the
/// kernel reads it, where <see cref="MatrixProduct"/> would do so each time. Runs on the calling thread; every element is one chain of
/// multiply-adds in the order of the summation, whatever rows are computed together.
/// </summary>
internal static unsafe class PackedProduct
{
    private const int Widest = 32;      // columns of the widest tile: two vectors of 16 floats

    /// <summary>How many numbers the packed matrix takes, of <paramref name="n"/> columns and <paramref name="k"/> rows.</summary>
    public static int Room(int n, int k) => checked((n + Widest - 1) / Widest * Widest * k);

    /// <summary>Packs B, whose element (p, j) of <paramref name="k"/> rows and <paramref name="n"/> columns stands at p·row + j·column.</summary>
    public static void Pack<T>(int n, int k, ReadOnlySpan<T> b, int row, int column, Span<T> packed) where T : struct, IFloatingPointIeee754<T> =>
        Pack(n, k, b, row, column, packed, MatrixProduct.PreferredBits);

    /// <summary>The same for products in vectors of 128, 256 or 512 bits.</summary>
    public static void Pack<T>(int n, int k, ReadOnlySpan<T> b, int row, int column, Span<T> packed, int bits) where T : struct, IFloatingPointIeee754<T>
    {
        int columns = Columns<T>(bits);
        for (int first = 0, to = 0; first < n; first += columns)
        {
            int real = Math.Min(columns, n - first);
            if (row == 1 && columns > 1)
            {
                var panel = packed.Slice(to, k * columns);
                if (typeof(T) == typeof(float)) Transpose<T, float>(real, k, b[(first * column)..], column, panel, columns);
                else Transpose<T, double>(real, k, b[(first * column)..], column, panel, columns);
                to += k * columns;
                continue;
            }
            for (int p = 0; p < k; p++, to += columns)
            {
                var line = packed.Slice(to, columns);
                if (column == 1) b.Slice(p * row + first, real).CopyTo(line);
                else for (int j = 0; j < real; j++) line[j] = b[p * row + (first + j) * column];
                line[real..].Clear();
            }
        }
    }

    private static void Transpose<T, TReal>(int real, int k, ReadOnlySpan<T> b, int column, Span<T> panel, int columns)
        where T : struct where TReal : unmanaged
    {
        // Touching the last element keeps the pointers inside the span.
        _ = b[(real - 1) * column + k - 1];
        fixed (TReal* from = MemoryMarshal.Cast<T, TReal>(b), to = MemoryMarshal.Cast<T, TReal>(panel))
            MatrixProductPanels<TReal>.CopyColumns(from, column, to, columns, real, k);
    }

    /// <summary>C = A·B for a packed B, or adds it to C, all rows dense.</summary>
    public static void Multiply<T>(int m, int n, int k, ReadOnlySpan<T> a, ReadOnlySpan<T> packed, Span<T> c, bool accumulate)
        where T : struct, IFloatingPointIeee754<T> => Multiply(m, n, k, a, k, 1, packed, k, c, n, accumulate, MatrixProduct.PreferredBits);

    /// <summary>
    /// C = A·B for a packed B, or adds it to C: element (i, p) of A stands at i·aRow + p·aStep, row i of C at i·cRow.
    /// B was packed with <paramref name="depth"/> rows, of which the first k count, for vectors of <paramref name="bits"/>: 128, 256 or 512.
    /// </summary>
    public static void Multiply<T>(
        int m, int n, int k, ReadOnlySpan<T> a, int aRow, int aStep, ReadOnlySpan<T> packed, int depth, Span<T> c, int cRow, bool accumulate, int bits)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (m == 0 || n == 0) return;
        int columns = Columns<T>(bits);
        // Touching the last elements keeps the pointers below inside the spans.
        _ = (a[(m - 1) * aRow + (k - 1) * aStep], packed[(n + columns - 1) / columns * columns * depth - 1], c[(m - 1) * cRow + n - 1]);
        if (typeof(T) == typeof(float)) Fast<T, float>(m, n, k, a, aRow, aStep, packed, depth, c, cRow, accumulate, bits);
        else if (typeof(T) == typeof(double)) Fast<T, double>(m, n, k, a, aRow, aStep, packed, depth, c, cRow, accumulate, bits);
        else Defined(m, n, k, a, aRow, aStep, packed, depth, c, cRow, accumulate);
    }

    // One column at a time for number types without vectors: packing then lays the columns one after another.
    private static int Columns<T>(int bits) => typeof(T) == typeof(float) || typeof(T) == typeof(double)
        ? 2 * bits / 8 / Unsafe.SizeOf<T>()
        : 1;

    private static void Defined<T>(
        int m, int n, int k, ReadOnlySpan<T> a, int aRow, int aStep, ReadOnlySpan<T> packed, int depth, Span<T> c, int cRow, bool accumulate)
        where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
            {
                T sum = T.Zero;
                for (int p = 0; p < k; p++) sum += a[i * aRow + p * aStep] * packed[j * depth + p];
                c[i * cRow + j] = accumulate ? c[i * cRow + j] + sum : sum;
            }
    }

    private static void Fast<T, TReal>(
        int m, int n, int k, ReadOnlySpan<T> a, int aRow, int aStep, ReadOnlySpan<T> packed, int depth, Span<T> c, int cRow, bool accumulate, int bits)
        where T : struct where TReal : unmanaged, INumberBase<TReal>
    {
        fixed (TReal* pa = MemoryMarshal.Cast<T, TReal>(a), pb = MemoryMarshal.Cast<T, TReal>(packed), pc = MemoryMarshal.Cast<T, TReal>(c))
        {
            if (bits == 512) Wide<Lanes512<TReal>, Vector512<TReal>, TReal>(m, n, k, pa, aRow, aStep, pb, depth, pc, cRow, accumulate);
            else if (bits == 256) Wide<Lanes256<TReal>, Vector256<TReal>, TReal>(m, n, k, pa, aRow, aStep, pb, depth, pc, cRow, accumulate);
            else Wide<Lanes128<TReal>, Vector128<TReal>, TReal>(m, n, k, pa, aRow, aStep, pb, depth, pc, cRow, accumulate);
        }
    }

    [SkipLocalsInit]
    private static void Wide<TLanes, TVector, T>(int m, int n, int k, T* a, nint aRow, nint aStep, T* packed, int depth, T* c, nint cRow, bool accumulate)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        int columns = 2 * TLanes.Count;
        T* edge = stackalloc T[TLanes.Rows * columns];
        for (int first = 0; first < n; first += columns, packed += (nint)columns * depth)
        {
            int real = Math.Min(columns, n - first);
            for (int row = 0; row < m;)
            {
                int height = ProductTile<TLanes, TVector, T, None>.AtMost(m - row);
                T* from = a + row * aRow, to = c + row * cRow + first;
                bool whole = real == columns;
                ProductTile<TLanes, TVector, T, None>.Run(height, true, k, null, from, aRow, aStep, packed, columns, whole ? to : edge, whole ? cRow : columns, whole && accumulate);
                for (int i = 0; !whole && i < height; i++)
                    for (int j = 0; j < real; j++) to[i * cRow + j] = accumulate ? to[i * cRow + j] + edge[i * columns + j] : edge[i * columns + j];
                row += height;
            }
        }
    }
}
