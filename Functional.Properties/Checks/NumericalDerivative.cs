namespace Functional.Properties;

/// <summary>A derivative found by differences, with how far it may be off.</summary>
/// <param name="Value">The derivative; at a kink the mean of both slopes.</param>
/// <param name="Error">An estimate of its error, from truncation and rounding.</param>
/// <param name="Left">The slope from the left.</param>
/// <param name="Right">The slope from the right.</param>
/// <param name="IsKink">Whether the two slopes differ by more than their errors: there is no derivative, only subgradients between them.</param>
public readonly record struct Slope(double Value, double Error, double Left, double Right, bool IsKink);

/// <summary>Derivatives of a function of one number by differences, refined until their own error estimate no longer falls.</summary>
/// <remarks>
/// C. Ridders, Accurate computation of F′(x) and F′(x) F″(x), 1982: central differences at shrinking steps, extrapolated to step 0 by
/// Richardson's scheme; the error estimate is the change of the last extrapolations. One-sided slopes are extrapolated likewise and tell a kink.
/// </remarks>
public static class NumericalDerivative
{
    private const int Steps = 9;
    private const double Shrink = 1.7, Rounding = 2.3e-16;

    /// <summary>φ′(0).</summary>
    /// <param name="function">φ, which is evaluated around 0.</param>
    /// <param name="noise">The size of the terms that φ sums: times the unit roundoff it is the noise of each evaluation.</param>
    public static Slope At(Func<double, double> function, double noise)
    {
        var best = Central(function, 0.02, noise);
        // A kink or a sharp bend within the first step spoils it; closer in there may be none.
        foreach (double step in new[] { 1e-3, 3e-5, 1e-6 })
        {
            if (best.Error <= 1e-9 * (noise + Math.Abs(best.Value))) break;
            var closer = Central(function, step, noise);
            if (closer.Error < best.Error) best = closer;
        }
        double at = function(0);
        var right = OneSided(h => (function(h) - at) / h, noise);
        var left = OneSided(h => (at - function(-h)) / h, noise);
        bool isKink = Math.Abs(right.Value - left.Value) > 20 * (right.Error + left.Error) + 1e-6 * (Math.Abs(right.Value) + Math.Abs(left.Value));
        return isKink
            ? new((left.Value + right.Value) / 2, Math.Max(left.Error, right.Error), left.Value, right.Value, true)
            : new(best.Value, best.Error, left.Value, right.Value, false);
    }

    private static (double Value, double Error) Central(Func<double, double> function, double step, double noise) =>
        Extrapolated(h => (function(h) - function(-h)) / (2 * h), step, 2, noise);

    private static (double Value, double Error) OneSided(Func<double, double> quotient, double noise)
    {
        var best = Extrapolated(quotient, 1e-3, 1, noise);
        var closer = Extrapolated(quotient, 1e-6, 1, noise);
        return closer.Error < best.Error ? closer : best;
    }

    // Row i of the table holds the quotient at step hᵢ and its extrapolations; the error of each is what it changes by, plus the noise at hᵢ.
    private static (double Value, double Error) Extrapolated(Func<double, double> quotient, double step, int order, double noise)
    {
        Span<double> before = stackalloc double[Steps], now = stackalloc double[Steps];
        (double Value, double Error) best = (double.NaN, double.PositiveInfinity);
        for (int i = 0; i < Steps; i++)
        {
            double floor = Rounding * noise / step;
            now[0] = quotient(step);
            double factor = 1;
            for (int j = 1; j <= i; j++)
            {
                factor *= order == 2 ? Shrink * Shrink : Shrink;
                now[j] = (now[j - 1] * factor - before[j - 1]) / (factor - 1);
                double error = Math.Max(Math.Abs(now[j] - now[j - 1]), Math.Abs(now[j] - before[j - 1])) + floor;
                if (error < best.Error) best = (now[j], error);
            }
            if (i > 1 && Math.Abs(now[i] - before[i - 1]) > 100 * best.Error) break;
            now.CopyTo(before);
            step /= Shrink;
        }
        return best;
    }
}
