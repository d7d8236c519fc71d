using System.Runtime.CompilerServices;

namespace Functional.Core.Kernels;

/// <summary>ln x = e ln 2 + ln m for x = m·2ᵉ, √½ ≤ m &lt; √2.</summary>
/// <remarks>
/// With f = m - 1, exact in floats, ln m = f - f²/2 + f³·P(f), P of degree 8, a minimax fit of relative error 7.5e-10 (Remez
/// exchange in 40 digits). ln 2 stands in two parts, the first of 9 bits, so that e times it is exact.
/// </remarks>
internal readonly struct LogFunction : IVectorFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Apply<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats>
    {
        TFloats zero = TFloats.Of(0), denormal = x < TFloats.Of(1.17549435e-38f);
        TFloats normal = TFloats.Select(denormal, x * TFloats.Of(8388608), x);
        TFloats e = TFloats.Exponent(normal, out TFloats m) - (denormal & TFloats.Of(23));
        TFloats f = m - TFloats.Of(1);
        TFloats p = TFloats.MultiplyAdd(TFloats.Of(0.0674663484f), f, TFloats.Of(-0.116756469f));
        p = TFloats.MultiplyAdd(p, f, TFloats.Of(0.11888162f));
        p = TFloats.MultiplyAdd(p, f, TFloats.Of(-0.1240559f));
        p = TFloats.MultiplyAdd(p, f, TFloats.Of(0.142195523f));
        p = TFloats.MultiplyAdd(p, f, TFloats.Of(-0.166679963f));
        p = TFloats.MultiplyAdd(p, f, TFloats.Of(0.200021192f));
        p = TFloats.MultiplyAdd(p, f, TFloats.Of(-0.250000089f));
        p = TFloats.MultiplyAdd(p, f, TFloats.Of(0.333333135f));
        p = TFloats.MultiplyAdd(p, f, TFloats.Of(-0.5f)) * (f * f);
        p = TFloats.MultiplyAdd(e, TFloats.Of(-2.12194440e-4f), p);
        TFloats y = TFloats.MultiplyAdd(e, TFloats.Of(0.693359375f), f + p);

        y = TFloats.Select(x > zero, y, TFloats.Select(x < zero, TFloats.Of(float.NaN), TFloats.Of(float.NegativeInfinity)));
        return TFloats.Select(x < TFloats.Of(float.PositiveInfinity), y, x);
    }
}
