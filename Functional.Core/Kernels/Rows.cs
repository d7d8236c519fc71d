using System.Numerics;
using System.Numerics.Tensors;

namespace Functional.Core.Kernels;

/// <summary>Work on the rows of a row-major matrix whose width is that of the vector beside it.</summary>
internal static class Rows
{
    /// <summary>Every row of <paramref name="matrix"/> = <paramref name="row"/>.</summary>
    public static void Repeat<T>(ReadOnlySpan<T> row, Span<T> matrix) where T : struct, IFloatingPointIeee754<T>
    {
        for (int start = 0; start < matrix.Length; start += row.Length) row.CopyTo(matrix[start..]);
    }

    /// <summary><paramref name="sum"/> = the sum of the rows of <paramref name="matrix"/>, top to bottom.</summary>
    public static void Sum<T>(ReadOnlySpan<T> matrix, Span<T> sum) where T : struct, IFloatingPointIeee754<T>
    {
        sum.Clear();
        for (int start = 0; start < matrix.Length; start += sum.Length)
            TensorPrimitives.Add(sum, matrix.Slice(start, sum.Length), sum);
    }
}
