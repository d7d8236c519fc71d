using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Functional.Core.Kernels;

/// <summary>How a product is computed; <see cref="Auto"/> chooses by the sizes.</summary>
internal enum MatrixProductPath
{
    Auto,
    Reference,
    Tiles,
    Turned,
    Dots,
    Row,
}

/// <summary>
/// The product of two dense row-major matrices, C = op(A)·op(B) or C += op(A)·op(B), op being the identity or the transposition.
/// </summary>
/// <remarks>
/// A dense layer uses it three times: y = x·Wᵀ, δx = δy·W and δw = δyᵀ·x. Results depend on the sizes and on the machine's vector
/// width, never on the number of threads.
/// </remarks>
internal static unsafe class MatrixProduct
{
    /// <summary>Computes C = op(A)·op(B), or adds it to C.</summary>
    /// <param name="m">Rows of op(A) and C.</param>
    /// <param name="n">Columns of op(B) and C.</param>
    /// <param name="k">Columns of op(A) and rows of op(B).</param>
    /// <param name="a">A: m × k, or k × m if transposed.</param>
    /// <param name="transposeA">Whether op(A) = Aᵀ.</param>
    /// <param name="b">B: k × n, or n × k if transposed.</param>
    /// <param name="transposeB">Whether op(B) = Bᵀ.</param>
    /// <param name="c">C: m × n; shares no memory with A and B.</param>
    /// <param name="accumulate">Whether the product is added to C.</param>
    public static void Multiply<T>(
        int m, int n, int k, ReadOnlySpan<T> a, bool transposeA, ReadOnlySpan<T> b, bool transposeB, Span<T> c, bool accumulate = false)
        where T : struct, IFloatingPointIeee754<T> =>
        Multiply(m, n, k, a, transposeA, b, transposeB, c, accumulate, MatrixProductPath.Auto, PreferredBits);

    /// <summary>C = op(A)·op(B) + bias, the bias (of <paramref name="n"/> numbers) added to every row. Each thread writes it where it sums.</summary>
    public static void MultiplyAdd<T>(
        int m, int n, int k, ReadOnlySpan<T> a, bool transposeA, ReadOnlySpan<T> b, bool transposeB, ReadOnlySpan<T> bias, Span<T> c)
        where T : struct, IFloatingPointIeee754<T> =>
        Multiply(m, n, k, a, transposeA, b, transposeB, c, false, MatrixProductPath.Auto, PreferredBits, bias);

    /// <summary>
    /// The same by a chosen path and vector width (128, 256 or 512 bits); paths are listed in <see cref="Choose"/>.
    /// </summary>
    public static void Multiply<T>(
        int m, int n, int k, ReadOnlySpan<T> a, bool transposeA, ReadOnlySpan<T> b, bool transposeB, Span<T> c, bool accumulate,
        MatrixProductPath path, int bits, ReadOnlySpan<T> bias = default)
        where T : struct, IFloatingPointIeee754<T>
    {
        Check(m, n, k, a.Length, b.Length, c.Length);
        if (!bias.IsEmpty && bias.Length != n) throw new ArgumentException($"matrix product: a bias of {bias.Length} numbers, {n} needed");
        if (!bias.IsEmpty && accumulate) throw new ArgumentException("matrix product: C was given to be added to, and a bias; one of them at most");
        if (m == 0 || n == 0) return;
        // Where the path knows of no bias: single rows, columns and steps, and the definition.
        bool plain = n == 1 || k <= 1 || (m == 1 && !transposeB) || path is MatrixProductPath.Row or MatrixProductPath.Reference
            || (typeof(T) != typeof(float) && typeof(T) != typeof(double));
        if (!bias.IsEmpty && plain)
        {
            Rows.Repeat(bias, c);
            bias = default;
            accumulate = true;
        }
        if (k == 0)
        {
            if (!accumulate) c.Clear();
        }
        else if (path == MatrixProductPath.Reference)
        {
            MatrixProductReference.Multiply(m, n, k, a, transposeA, b, transposeB, c, accumulate);
        }
        else if (typeof(T) == typeof(float))
        {
            Fast<T, float>(m, n, k, a, transposeA, b, transposeB, c, accumulate, path, bits, bias);
        }
        else if (typeof(T) == typeof(double))
        {
            Fast<T, double>(m, n, k, a, transposeA, b, transposeB, c, accumulate, path, bits, bias);
        }
        else
        {
            MatrixProductReference.Multiply(m, n, k, a, transposeA, b, transposeB, c, accumulate);
        }
    }

    /// <summary>The widest vectors that this machine has.</summary>
    public static int PreferredBits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    private static void Check(int m, int n, int k, int a, int b, int c)
    {
        if (m < 0 || n < 0 || k < 0) throw new ArgumentException($"matrix product: sizes {m}, {n}, {k} must not be negative");
        if (a != (long)m * k) throw new ArgumentException($"matrix product: A has {a} numbers, {m} × {k} needed");
        if (b != (long)k * n) throw new ArgumentException($"matrix product: B has {b} numbers, {k} × {n} needed");
        if (c != (long)m * n) throw new ArgumentException($"matrix product: C has {c} numbers, {m} × {n} needed");
    }

    private static void Fast<T, TReal>(
        int m, int n, int k, ReadOnlySpan<T> a, bool transposeA, ReadOnlySpan<T> b, bool transposeB, Span<T> c, bool accumulate,
        MatrixProductPath path, int bits, ReadOnlySpan<T> bias)
        where T : struct
        where TReal : unmanaged
    {
        fixed (TReal* pa = MemoryMarshal.Cast<T, TReal>(a), pb = MemoryMarshal.Cast<T, TReal>(b), pc = MemoryMarshal.Cast<T, TReal>(c), first = MemoryMarshal.Cast<T, TReal>(bias))
        {
            if (bits == 512)
                Wide<Lanes512<TReal>, Vector512<TReal>, TReal>(m, n, k, pa, transposeA, pb, transposeB, pc, accumulate, path, first);
            else if (bits == 256)
                Wide<Lanes256<TReal>, Vector256<TReal>, TReal>(m, n, k, pa, transposeA, pb, transposeB, pc, accumulate, path, first);
            else
                Wide<Lanes128<TReal>, Vector128<TReal>, TReal>(m, n, k, pa, transposeA, pb, transposeB, pc, accumulate, path, first);
        }
    }

    private static void Wide<TLanes, TVector, T>(
        int m, int n, int k, T* a, bool transposeA, T* b, bool transposeB, T* c, bool accumulate, MatrixProductPath path, T* bias)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        // A single column is a single row of the transposed product, Cᵀ = op(B)ᵀ·op(A)ᵀ: same memory, operands changed places.
        if (n == 1 && m > 1)
        {
            (m, n) = (n, m);
            T* was = a;
            a = b;
            b = was;
            (transposeA, transposeB) = (!transposeB, !transposeA);
        }

        nint aRow = transposeA ? 1 : k, aStep = transposeA ? m : 1, bStep = transposeB ? 1 : n, bColumn = transposeB ? k : 1;
        if (m == 1) aStep = 1;
        if (k == 1) (bStep, bColumn) = (n, 1);
        switch (path == MatrixProductPath.Auto ? Choose(m, n, k, aStep == 1, bColumn == 1, MatrixProductTiles<TLanes, TVector, T>.FewColumns) : path)
        {
            case MatrixProductPath.Dots when aStep == 1 && bStep == 1 && k >= TLanes.Count:
                MatrixProductDots<TLanes, TVector, T>.Multiply(m, n, k, a, aRow, b, bColumn, c, n, accumulate, bias);
                break;
            case MatrixProductPath.Row when bColumn == 1 && n >= TLanes.Count:
                MatrixProductRow<TLanes, TVector, T>.Multiply(m, n, k, a, aRow, aStep, b, bStep, c, n, accumulate);
                break;
            case MatrixProductPath.Turned:
                // Cᵀ = op(B)ᵀ·op(A)ᵀ.
                MatrixProductTiles<TLanes, TVector, T>.Multiply(n, m, k, b, bColumn, bStep, a, aStep, aRow, c, 1, n, accumulate, bias);
                break;
            default:
                MatrixProductTiles<TLanes, TVector, T>.Multiply(m, n, k, a, aRow, aStep, b, bStep, bColumn, c, n, 1, accumulate, bias);
                break;
        }
    }

    /// <summary>
    /// Row for one row against B as it is and for outer products, Dots for few rows or columns if B is transposed, Tiles for the
    /// rest and for what is shorter than a vector. A wide Bᵀ and not many rows: the tiles of Cᵀ, which read B where it lies, where
    /// those of C would have to pack it.
    /// </summary>
    private static MatrixProductPath Choose(int m, int n, int k, bool contiguousA, bool contiguousB, int some) =>
        contiguousB && (m == 1 || k == 1) ? MatrixProductPath.Row
        : contiguousA && !contiguousB && (m <= Few || (n <= Few && k >= LongSum)) ? MatrixProductPath.Dots
        : contiguousA && !contiguousB && m <= some && m < n ? MatrixProductPath.Turned
        : MatrixProductPath.Tiles;

    private const int Few = 16;
    private const int LongSum = 256;
}
