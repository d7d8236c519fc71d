namespace Functional.Core;

/// <summary>
/// The error function and its complement in double; where the result is normal the relative error measured against 30 digits
/// on 20,000 points is at most 1.4e-16 for <c>erf</c> and 4.5e-16 for <c>erfc</c>.
/// </summary>
/// <remarks>
/// Source of the intervals, the ratios of polynomials and their coefficients: FDLIBM <c>s_erf.c</c>, Sun Microsystems, 1993.
/// Below 0.84375 the ratio is in <c>x²</c>, up to 1.25 in <c>|x| − 1</c>, beyond it corrects <c>e^(−x²−0.5625)/|x|</c> in
/// <c>1/x²</c>.
/// </remarks>
internal static class ErrorFunction
{
    // 1.25 > x ≥ 0.84375 is expanded about erf(1), here to 24 bits so that 1 minus it is exact.
    private const double NearOne = 8.45062911510467529297e-01;

    private const double TwoOverRootPi = 1.1283791670955125739;

    // Each list runs from the constant term up.
    private static ReadOnlySpan<double> SmallTop =>
    [
        1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02,
        -5.77027029648944159157e-03, -2.37630166566501626084e-05,
    ];

    private static ReadOnlySpan<double> SmallBottom =>
    [
        1, 3.97917223959155352819e-01, 6.50222499887672944485e-02,
        5.08130628187576562776e-03, 1.32494738004321644526e-04, -3.96022827877536812320e-06,
    ];

    private static ReadOnlySpan<double> NearTop =>
    [
        -2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01, 3.18346619901161753674e-01,
        -1.10894694282396677476e-01, 3.54783043256182359371e-02, -2.16637559486879084300e-03,
    ];

    private static ReadOnlySpan<double> NearBottom =>
    [
        1, 1.06420880400844228286e-01, 5.40397917702171048937e-01, 7.18286544141962662868e-02,
        1.26171219808761642112e-01, 1.36370839120290507362e-02, 1.19844998467991074170e-02,
    ];

    private static ReadOnlySpan<double> TailTop =>
    [
        -9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e01, -6.23753324503260060396e01,
        -1.62396669462573470355e02, -1.84605092906711035994e02, -8.12874355063065934246e01, -9.81432934416914548592e00,
    ];

    private static ReadOnlySpan<double> TailBottom =>
    [
        1, 1.96512716674392571292e01, 1.37657754143519042600e02, 4.34565877475229228821e02, 6.45387271733267880336e02,
        4.29008140027567833386e02, 1.08635005541779435134e02, 6.57024977031928170135e00, -6.04244152148580987438e-02,
    ];

    private static ReadOnlySpan<double> FarTop =>
    [
        -9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e01, -1.60636384855821916062e02,
        -6.37566443368389627722e02, -1.02509513161107724954e03, -4.83519191608651397019e02,
    ];

    private static ReadOnlySpan<double> FarBottom =>
    [
        1, 3.03380607434824582924e01, 3.25792512996573918826e02, 1.53672958608443695994e03, 3.19985821950859553908e03,
        2.55305040643316442583e03, 4.74528541206955367215e02, -2.24409524465858183362e01,
    ];

    /// <summary><c>erf(x) = 2/√π ∫₀ˣ e^(−t²) dt</c>.</summary>
    internal static double Erf(double x) => Math.Abs(x) switch
    {
        < 0.84375 => x + (x * Small(x)),
        < 1.25 => Math.CopySign(NearOne + Near(Math.Abs(x)), x),
        < 6 => Math.CopySign(1 - Tail(Math.Abs(x)), x),
        >= 6 => Math.CopySign(1, x),
        _ => double.NaN,
    };

    /// <summary><c>erfc(x) = 1 − erf(x)</c>, without the cancellation.</summary>
    internal static double Erfc(double x) => x switch
    {
        // From ¼ on, ½ is split off so that what is subtracted is small.
        >= 0.25 and < 0.84375 => 0.5 - (x - 0.5 + (x * Small(x))),
        > -0.84375 and < 0.25 => 1 - (x + (x * Small(x))),
        >= 0.84375 and < 1.25 => 1 - NearOne - Near(x),
        >= 1.25 => Tail(x),
        <= -0.84375 => 1 - Erf(x),
        _ => double.NaN,
    };

    /// <summary><c>erf′(x) = 2/√π · e^(−x²)</c>.</summary>
    internal static double Slope(double x) => TwoOverRootPi * Gaussian(x);

    private static double Small(double x) => Polynomial.At(x * x, SmallTop) / Polynomial.At(x * x, SmallBottom);

    private static double Near(double x) => Polynomial.At(x - 1, NearTop) / Polynomial.At(x - 1, NearBottom);

    private static double Tail(double x)
    {
        var z = 1 / (x * x);
        var correction = x < 1 / 0.35
            ? Polynomial.At(z, TailTop) / Polynomial.At(z, TailBottom)
            : Polynomial.At(z, FarTop) / Polynomial.At(z, FarBottom);
        return Gaussian(x) * Math.Exp(correction - 0.5625) / x;
    }

    /// <summary>
    /// <c>e^(−x²)</c>: the rounding error <c>r</c> of <c>x²</c>, exact from a fused multiply-add, comes back as
    /// <c>e^(−r) ≈ 1 − r</c>; without it the relative error would grow as <c>x²</c>.
    /// </summary>
    private static double Gaussian(double x)
    {
        var square = x * x;
        return square >= 800 ? 0 : Math.Exp(-square) * (1 - Math.FusedMultiplyAdd(x, x, -square));
    }
}
