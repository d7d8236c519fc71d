using System.Numerics;

namespace Functional.Core;

public static partial class SpecialFunctions
{
    // A dual number nested n deep has (x − value)ⁿ⁺¹ = 0 exactly, so this many terms serve derivatives up to this order.
    private const int TaylorTerms = 8;

    /// <summary>The error function <c>erf(x) = 2/√π ∫₀ˣ e^(−t²) dt</c>; derivative <c>2/√π · e^(−x²)</c>.</summary>
    /// <typeparam name="T">The number type.</typeparam>
    /// <param name="x">Any number; <c>±∞</c> give <c>±1</c>, NaN gives NaN.</param>
    /// <returns>
    /// A number in <c>[−1, 1]</c>: within 2 units in the last place in double, rounded from that for every other type.
    /// </returns>
    /// <remarks>
    /// The value is FDLIBM's. On dual numbers derivatives up to the eighth are the exact ones at that value,
    /// not those of the approximation: see <see cref="Erfc{T}"/>.
    /// </remarks>
    public static T Erf<T>(T x) where T : struct, IFloatingPointIeee754<T> =>
        IsPlain<T>()
            ? T.CreateTruncating(ErrorFunction.Erf(double.CreateTruncating(x)))
            : Expand(x, ErrorFunction.Erf, 1);

    /// <summary>
    /// The complementary error function <c>erfc(x) = 1 − erf(x)</c>, accurate in the tail; derivative <c>−2/√π · e^(−x²)</c>.
    /// </summary>
    /// <typeparam name="T">The number type.</typeparam>
    /// <param name="x">Any number; <c>+∞</c> gives 0, <c>−∞</c> gives 2, NaN gives NaN.</param>
    /// <returns>
    /// A number in <c>[0, 2]</c>: within a few units in the last place in double, rounded from that for every other type.
    /// </returns>
    /// <remarks>
    /// On dual numbers the function is expanded about the value <c>c</c> of <c>x</c>: <c>f(c) + f′(c)·h + f″(c)·h²/2 + …</c> with
    /// <c>h = x − c</c>, whose value is 0 and whose powers vanish, so the sum is finite and exact. The derivatives are
    /// <c>f⁽ⁿ⁺²⁾ = −2c·f⁽ⁿ⁺¹⁾ − 2n·f⁽ⁿ⁾</c>, the recurrence of the Hermite polynomials.
    /// </remarks>
    public static T Erfc<T>(T x) where T : struct, IFloatingPointIeee754<T> =>
        IsPlain<T>()
            ? T.CreateTruncating(ErrorFunction.Erfc(double.CreateTruncating(x)))
            : Expand(x, ErrorFunction.Erfc, -1);

    // Numbers that a double holds exactly and that have no derivatives to carry.
    private static bool IsPlain<T>() => typeof(T) == typeof(double) || typeof(T) == typeof(float) || typeof(T) == typeof(Half);

    private static T Expand<T>(T x, Func<double, double> function, int sign) where T : struct, IFloatingPointIeee754<T>
    {
        var centre = double.CreateSaturating(x);
        if (!double.IsFinite(centre))
            return T.IsNaN(x) ? x : T.CreateSaturating(function(centre));

        // a[n] = f⁽ⁿ⁺¹⁾(c) / (n + 1)!
        Span<double> a = stackalloc double[TaylorTerms];
        double before = 0, derivative = sign * ErrorFunction.Slope(centre), factorial = 1;
        for (var n = 0; n < TaylorTerms; n++)
        {
            a[n] = derivative / (factorial *= n + 1);
            (before, derivative) = (derivative, (-2 * centre * derivative) - (2 * n * before));
        }

        var h = x - T.CreateSaturating(centre);
        var sum = T.Zero;
        for (var n = TaylorTerms - 1; n >= 0; n--)
            sum = (sum * h) + T.CreateSaturating(a[n]);
        return T.CreateSaturating(function(centre)) + (h * sum);
    }
}
