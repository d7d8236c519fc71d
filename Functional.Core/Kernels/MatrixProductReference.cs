using System.Numerics;

namespace Functional.Core.Kernels;

/// <summary>The matrix product as it is defined: what runs for other number types, and the check of the fast kernels.</summary>
internal static class MatrixProductReference
{
    /// <summary>
    /// cᵢⱼ = Σₚ op(A)ᵢₚ · op(B)ₚⱼ, plus cᵢⱼ if asked, summed in the order of p; operands as in <see cref="MatrixProduct"/>.
    /// </summary>
    public static void Multiply<T>(
        int m, int n, int k, ReadOnlySpan<T> a, bool transposeA, ReadOnlySpan<T> b, bool transposeB, Span<T> c, bool accumulate)
        where T : struct, INumberBase<T>
    {
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                T sum = T.Zero;
                for (int p = 0; p < k; p++)
                    sum += a[transposeA ? p * m + i : i * k + p] * b[transposeB ? j * k + p : p * n + j];
                c[i * n + j] = accumulate ? c[i * n + j] + sum : sum;
            }
        }
    }
}
