using System.Runtime.CompilerServices;

namespace Functional.Core;

/// <summary>Polynomials in double, for approximations of functions.</summary>
internal static class Polynomial
{
    /// <summary>
    /// <c>a₀ + a₁x + a₂x² + …</c> by Horner's rule, each step rounded twice (no fused operation), the same everywhere.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double At(double x, ReadOnlySpan<double> coefficients)
    {
        var sum = 0.0;
        for (var i = coefficients.Length - 1; i >= 0; i--)
            sum = (sum * x) + coefficients[i];
        return sum;
    }
}
