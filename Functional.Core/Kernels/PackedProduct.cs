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

    /// <summary>Packs op(B), which has <paramref name="k"/> rows and <paramref name="n"/> columns.</summary>
    public static void Pack<T>(int n, int k, ReadOnlySpan<T> b, bool transpose, Span<T> packed) where T : struct, IFloatingPointIeee754<T>
    {
        int columns = Columns<T>();
        for (int first = 0, to = 0; first < n; first += columns)
            for (int p = 0; p < k; p++, to += columns)
                for (int j = 0; j < columns; j++)
                    packed[to + j] = first + j >= n ? T.Zero : b[transpose ? (first + j) * k + p : p * n + first + j];
    }

    /// <summary>C = A·B for a packed B, or adds it to C.</summary>
    public static void Multiply<T>(int m, int n, int k, ReadOnlySpan<T> a, ReadOnlySpan<T> packed, Span<T> c, bool accumulate)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float)) Fast<T, float>(m, n, k, a, packed, c, accumulate);
        else if (typeof(T) == typeof(double)) Fast<T, double>(m, n, k, a, packed, c, accumulate);
        else Defined(m, n, k, a, packed, c, accumulate);
    }

    // One column at a time for number types without vectors, so that packing leaves the matrix transposed.
    private static int Columns<T>() => typeof(T) == typeof(float) || typeof(T) == typeof(double)
        ? 2 * MatrixProduct.PreferredBits / 8 / Unsafe.SizeOf<T>()
        : 1;

    private static void Defined<T>(int m, int n, int k, ReadOnlySpan<T> a, ReadOnlySpan<T> packed, Span<T> c, bool accumulate)
        where T : struct, IFloatingPointIeee754<T> =>
        MatrixProductReference.Multiply(m, n, k, a, false, packed[..(n * k)], true, c, accumulate);

    private static void Fast<T, TReal>(int m, int n, int k, ReadOnlySpan<T> a, ReadOnlySpan<T> packed, Span<T> c, bool accumulate)
        where T : struct where TReal : unmanaged, INumberBase<TReal>
    {
        fixed (TReal* pa = MemoryMarshal.Cast<T, TReal>(a), pb = MemoryMarshal.Cast<T, TReal>(packed), pc = MemoryMarshal.Cast<T, TReal>(c))
        {
            if (MatrixProduct.PreferredBits == 512) Wide<Lanes512<TReal>, Vector512<TReal>, TReal>(m, n, k, pa, pb, pc, accumulate);
            else if (MatrixProduct.PreferredBits == 256) Wide<Lanes256<TReal>, Vector256<TReal>, TReal>(m, n, k, pa, pb, pc, accumulate);
            else Wide<Lanes128<TReal>, Vector128<TReal>, TReal>(m, n, k, pa, pb, pc, accumulate);
        }
    }

    [SkipLocalsInit]
    private static void Wide<TLanes, TVector, T>(int m, int n, int k, T* a, T* packed, T* c, bool accumulate)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        int columns = 2 * TLanes.Count;
        T* edge = stackalloc T[TLanes.Rows * columns];
        for (int first = 0; first < n; first += columns, packed += (nint)columns * k)
        {
            int real = Math.Min(columns, n - first);
            for (int row = 0; row < m;)
            {
                int height = ConvolutionTile<TLanes, TVector, T, One>.AtMost(m - row);
                T* from = a + (nint)row * k, to = c + (nint)row * n + first;
                bool whole = real == columns;
                Tile<TLanes, TVector, T>(height, k, from, packed, columns, whole ? to : edge, whole ? n : columns, whole && accumulate);
                for (int i = 0; !whole && i < height; i++)
                    for (int j = 0; j < real; j++) to[(nint)i * n + j] = accumulate ? to[(nint)i * n + j] + edge[i * columns + j] : edge[i * columns + j];
                row += height;
            }
        }
    }

    private static void Tile<TLanes, TVector, T>(int height, int k, T* a, T* b, int columns, T* c, nint cStride, bool accumulate)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        switch (height)
        {
            case 12: MatrixProductKernel<TLanes, TVector, T, Twelve, Two>.Run(k, a, k, 1, b, columns, c, cStride, accumulate); break;
            case 8: MatrixProductKernel<TLanes, TVector, T, Eight, Two>.Run(k, a, k, 1, b, columns, c, cStride, accumulate); break;
            case 6: MatrixProductKernel<TLanes, TVector, T, Six, Two>.Run(k, a, k, 1, b, columns, c, cStride, accumulate); break;
            case 4: MatrixProductKernel<TLanes, TVector, T, Four, Two>.Run(k, a, k, 1, b, columns, c, cStride, accumulate); break;
            case 2: MatrixProductKernel<TLanes, TVector, T, Two, Two>.Run(k, a, k, 1, b, columns, c, cStride, accumulate); break;
            default: MatrixProductKernel<TLanes, TVector, T, One, Two>.Run(k, a, k, 1, b, columns, c, cStride, accumulate); break;
        }
    }
}
