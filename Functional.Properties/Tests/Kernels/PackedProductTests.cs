using System.Numerics;
using Functional.Core.Kernels;
using Xunit;

namespace Functional.Properties.Tests.Kernels;

/// <summary>
/// The product with a packed matrix against the scalar definition, at every vector width and random sizes and strides. What is not to be read is NaN, and C stands
/// between marks, so that reading or writing beside them shows.
/// </summary>
public class PackedProductTests
{
    public static TheoryData<int> Widths => [128, 256, 512];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Small_integers_are_exact(int bits)
    {
        var random = new Random(bits);
        for (int trial = 0; trial < 300; trial++)
        {
            Exact<float>(random, bits);
            Exact<double>(random, bits);
            Exact<Half>(random, bits);
        }
    }

    /// <summary>Every element is one chain of multiply-adds in the order of the sum, so its bits are the same whatever rows stand beside it, and so at every width.</summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void Bits_do_not_depend_on_what_is_computed_together(int bits)
    {
        Alone<float>(new Random(1), bits);
        Alone<double>(new Random(1), bits);
    }

    private static void Exact<T>(Random random, int bits) where T : struct, IFloatingPointIeee754<T>
    {
        int m = random.Next(1, 30), packedColumns = random.Next(1, 75), n = random.Next(1, packedColumns + 1), depth = random.Next(1, 40), k = random.Next(1, depth + 1);
        T[] a = Whole<T>(random, m * k), b = Whole<T>(random, depth * packedColumns), expected = Whole<T>(random, m * n);
        bool accumulate = random.Next(2) == 0, downA = random.Next(2) == 0, downB = random.Next(2) == 0;
        int spare = random.Next(0, 5), rowC = n + random.Next(0, 4);

        // A by rows or by columns, B by rows or by columns, with gaps of NaN between them.
        int aRow = downA ? 1 : k + spare, aStep = downA ? m + spare : 1, bRow = downB ? 1 : packedColumns + spare, bColumn = downB ? depth + spare : 1;
        var strewnA = Strewn(a, m, k, aRow, aStep);
        var packed = Filled(PackedProduct.Room(packedColumns, depth), T.NaN);
        PackedProduct.Pack(packedColumns, depth, Strewn(b, depth, packedColumns, bRow, bColumn), bRow, bColumn, packed, bits);
        var c = Filled((m - 1) * rowC + n + 2, T.CreateChecked(77));
        for (int i = 0; i < m; i++) expected.AsSpan(i * n, n).CopyTo(c.AsSpan(1 + i * rowC));

        PackedProduct.Multiply(m, n, k, strewnA, aRow, aStep, packed, depth, c.AsSpan(1, c.Length - 2), rowC, accumulate, bits);

        T[] firstRows = [.. Enumerable.Range(0, k).SelectMany(p => b[(p * packedColumns)..(p * packedColumns + n)])];
        MatrixProductReference.Multiply<T>(m, n, k, a, false, firstRows, false, expected, accumulate);
        var between = Filled(c.Length, T.CreateChecked(77));
        for (int i = 0; i < m; i++) expected.AsSpan(i * n, n).CopyTo(between.AsSpan(1 + i * rowC));
        Assert.Equal(between, c);
    }

    private static void Alone<T>(Random random, int bits) where T : struct, IFloatingPointIeee754<T>
    {
        const int m = 29, n = 71, k = 50;
        T[] a = Reals<T>(random, m * k), b = Reals<T>(random, k * n), together = new T[m * n], alone = new T[m * n];
        var packed = new T[PackedProduct.Room(n, k)];
        PackedProduct.Pack(n, k, b, n, 1, packed, bits);
        PackedProduct.Multiply(m, n, k, a, k, 1, packed, k, together, n, false, bits);
        PackedProduct.Pack(n, k, b, n, 1, packed, MatrixProduct.PreferredBits);
        for (int i = 0; i < m; i++)
            PackedProduct.Multiply(1, n, k, a.AsSpan(i * k, k), k, 1, packed, k, alone.AsSpan(i * n, n), n, false, MatrixProduct.PreferredBits);
        Assert.Equal(alone, together);
    }

    /// <summary>A matrix whose element (i, p) stands at i·row + p·step, with NaN in the gaps.</summary>
    private static T[] Strewn<T>(T[] dense, int rows, int steps, int row, int step) where T : struct, IFloatingPointIeee754<T>
    {
        var strewn = Filled((rows - 1) * row + (steps - 1) * step + 1, T.NaN);
        for (int i = 0; i < rows; i++)
            for (int p = 0; p < steps; p++) strewn[i * row + p * step] = dense[i * steps + p];
        return strewn;
    }

    private static T[] Filled<T>(int length, T value)
    {
        var filled = new T[length];
        Array.Fill(filled, value);
        return filled;
    }

    private static T[] Whole<T>(Random random, int count) where T : INumberBase<T> => [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(random.Next(-3, 4)))];

    private static T[] Reals<T>(Random random, int count) where T : INumberBase<T> => [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(random.NextDouble() - 0.5))];
}
