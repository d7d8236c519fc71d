namespace Functional.Properties;

/// <summary>A derivative found by differences, with how far it may be off.</summary>
/// <param name="Value">The derivative; at a kink the mean of both slopes.</param>
/// <param name="Error">An estimate of its error, from truncation and rounding.</param>
/// <param name="Left">The slope from the left.</param>
/// <param name="Right">The slope from the right.</param>
/// <param name="IsKink">Whether the two slopes differ by more than their errors: there is no derivative, only subgradients between them.</param>
public readonly record struct Slope(double Value, double Error, double Left, double Right, bool IsKink);

/// <summary>Derivatives of a function of one number by differences, refined until they are good enough or no longer get better.</summary>
/// <remarks>
/// C. Ridders, Accurate computation of F′(x) and F′(x) F″(x), 1982: differences at shrinking steps, extrapolated to step 0 by Richardson's scheme;
/// the error estimate is what the last extrapolations change, plus the noise of the function over the step. The two one-sided slopes come from the same
/// evaluations and tell a kink. The noise is measured by second differences at steps too small for curvature, after J. Moré and S. Wild,
/// Estimating Computational Noise, 2011.
/// </remarks>
public static class NumericalDerivative
{
    private const int Rows = 9;
    private const double Shrink = 1.7, Rounding = 2.3e-16;

    /// <summary>φ′(0).</summary>
    /// <param name="function">φ, which is evaluated around 0.</param>
    /// <param name="noise">The size of the terms that φ sums: times the unit roundoff it is the least noise of each evaluation.</param>
    public static Slope At(Func<double, double> function, double noise)
    {
        double at = function(0);
        noise = Math.Max(noise, Math.Min(1000 * noise, Measured(function, at)));
        Estimate central = Estimate.None, left = Estimate.None, right = Estimate.None;
        // A kink or a sharp bend within the first step spoils it; closer in there may be none.
        foreach (double start in (ReadOnlySpan<double>)[0.02, 1e-3, 3e-5, 1e-6])
        {
            Table both = new(Shrink * Shrink), below = new(Shrink), above = new(Shrink);
            double step = start;
            for (int row = 0; row < Rows; row++, step /= Shrink)
            {
                double plus = function(step), minus = function(-step), floor = Rounding * noise / step;
                central = central.OrBetter(both.Add((plus - minus) / (2 * step), floor));
                right = right.OrBetter(above.Add((plus - at) / step, 2 * floor));
                left = left.OrBetter(below.Add((at - minus) / step, 2 * floor));
                double size = noise + Math.Abs(central.Value);
                if (central.Error <= 1e-10 * size && Math.Abs(right.Value - left.Value) <= 1e-7 * size)
                    return new(central.Value, central.Error, left.Value, right.Value, false);
                if (both.Diverges && above.Diverges && below.Diverges) break;
            }
        }
        bool isKink = Math.Abs(right.Value - left.Value) > 20 * (right.Error + left.Error) + 1e-6 * (Math.Abs(right.Value) + Math.Abs(left.Value));
        return isKink
            ? new((left.Value + right.Value) / 2, Math.Max(left.Error, right.Error), left.Value, right.Value, true)
            : new(central.Value, central.Error, left.Value, right.Value, false);
    }

    private static double Measured(Func<double, double> function, double at)
    {
        double largest = 0;
        foreach (double step in (ReadOnlySpan<double>)[1e-13, 2.3e-13])
            largest = Math.Max(largest, Math.Abs(function(step) - 2 * at + function(-step)));
        return double.IsFinite(largest) ? largest / (4 * Rounding) : 0;
    }

    private readonly record struct Estimate(double Value, double Error)
    {
        public static Estimate None => new(double.NaN, double.PositiveInfinity);

        public Estimate OrBetter(Estimate other) => other.Error < Error ? other : this;
    }

    // Neville's triangle, a row for each step: the quotient and its extrapolations, each with one more power of the step taken out.
    private sealed class Table(double factor)
    {
        private readonly double[] _before = new double[Rows], _now = new double[Rows];
        private Estimate _best = Estimate.None;
        private int _row;

        public bool Diverges { get; private set; }

        public Estimate Add(double quotient, double floor)
        {
            _now[0] = quotient;
            double power = 1;
            for (int j = 1; j <= _row; j++)
            {
                power *= factor;
                _now[j] = (_now[j - 1] * power - _before[j - 1]) / (power - 1);
                double error = Math.Max(Math.Abs(_now[j] - _now[j - 1]), Math.Abs(_now[j] - _before[j - 1])) + floor;
                _best = _best.OrBetter(new(_now[j], error));
            }
            Diverges = _row > 1 && !(Math.Abs(_now[_row] - _before[_row - 1]) <= 100 * _best.Error);
            _now.CopyTo(_before, 0);
            _row++;
            return _best;
        }
    }
}
