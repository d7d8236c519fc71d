namespace Functional.Core;

/// <summary>
/// The inverse of the standard normal distribution function, with a relative error of about 10⁻¹⁶, from additions, products, quotients and
/// square roots only: those are rounded alike on every machine, which the logarithms of C libraries are not.
/// </summary>
/// <remarks>M. Wichura, Algorithm AS 241: The Percentage Points of the Normal Distribution, 1988, routine PPND16.</remarks>
internal static class NormalQuantile
{
    /// <summary>x with Φ(x) = p, for p in (0, 1).</summary>
    public static double At(double p)
    {
        double q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            double s = 0.180625 - q * q;
            return q * Ratio(s,
                2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4, 4.5921953931549871457e+4,
                1.3731693765509461125e+4, 1.9715909503065514427e+3, 1.3314166789178437745e+2, 3.3871328727963666080,
                5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4, 2.1213794301586595867e+4,
                5.3941960214247511077e+3, 6.8718700749205790830e+2, 4.2313330701600911252e+1);
        }
        double r = Math.Sqrt(-Log(Math.Min(p, 1 - p)));
        double x = r <= 5
            ? Ratio(r - 1.6,
                7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258,
                3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734,
                1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
                6.89767334985100004550e-1, 1.67638483018380384940, 2.05319162663775882187)
            : Ratio(r - 5,
                2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
                2.96560571828504891230e-1, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720,
                2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
                1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1);
        return q < 0 ? -x : x;
    }

    // Eight coefficients above from the highest power down, seven below with a last one of 1.
    private static double Ratio(double s, params ReadOnlySpan<double> c)
    {
        double above = 0, below = 0;
        for (int i = 0; i < 8; i++) above = above * s + c[i];
        for (int i = 8; i < 15; i++) below = below * s + c[i];
        return above / (below * s + 1);
    }

    /// <summary>log x of a positive normal x: from exponent and mantissa m in [√½, √2), with log m = 2 artanh((m − 1) / (m + 1)) as a series.</summary>
    internal static double Log(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        double m = BitConverter.Int64BitsToDouble(bits & 0xFFFFFFFFFFFFF | 0x3FF0000000000000);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }
        double s = (m - 1) / (m + 1), square = s * s, sum = 0;
        for (int n = 25; n >= 3; n -= 2) sum = (sum + 1.0 / n) * square;
        return exponent * 0.6931471805599453 + 2 * (s + s * sum);
    }
}
