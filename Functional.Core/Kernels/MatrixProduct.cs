using System.Numerics;
using System.Numerics.Tensors;

namespace Functional.Core.Kernels;

/// <summary>
/// C (m × n) = op(A) · op(B), or + C: row-major matrices without gaps. op(A) is m × k; A is stored m × k, or k × m when transposed.
/// op(B) is k × n; B is stored k × n, or n × k when transposed.
/// </summary>
internal static class MatrixProduct
{
    public static void Multiply<T>(
        int m, int n, int k, ReadOnlySpan<T> a, bool transposeA, ReadOnlySpan<T> b, bool transposeB, Span<T> c, bool accumulate = false)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (!accumulate) c.Clear();
        for (int i = 0; i < m; i++)
        {
            var row = c.Slice(i * n, n);
            if (transposeB && !transposeA)
                for (int j = 0; j < n; j++) row[j] += TensorPrimitives.Dot(a.Slice(i * k, k), b.Slice(j * k, k));
            else if (!transposeB)
                for (int p = 0; p < k; p++)
                    TensorPrimitives.MultiplyAdd(b.Slice(p * n, n), transposeA ? a[p * m + i] : a[i * k + p], row, row);
            else
                for (int j = 0; j < n; j++)
                    for (int p = 0; p < k; p++) row[j] += a[p * m + i] * b[j * k + p];
        }
    }
}
