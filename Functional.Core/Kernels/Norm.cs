using System.Numerics;
using System.Numerics.Tensors;

namespace Functional.Core.Kernels;

/// <summary>The Euclidean norm of a span.</summary>
internal static class Norm
{
    /// <summary>√Σ xᵢ², without overflow or underflow on the way; NaN or infinite exactly where an element is.</summary>
    public static double Of<T>(ReadOnlySpan<T> x) where T : struct, IFloatingPointIeee754<T>
    {
        double sum = double.CreateChecked(TensorPrimitives.SumOfSquares(x));
        if (sum is > 1e-30 and < 1e30) return Math.Sqrt(sum);
        double largest = 0;
        foreach (T element in x)
        {
            double size = Math.Abs(double.CreateChecked(element));
            if (!(size <= largest)) largest = size;
            if (!double.IsFinite(largest)) return largest;
        }
        if (largest == 0) return 0;
        sum = 0;
        foreach (T element in x)
        {
            double share = double.CreateChecked(element) / largest;
            sum += share * share;
        }
        return largest * Math.Sqrt(sum);
    }
}
