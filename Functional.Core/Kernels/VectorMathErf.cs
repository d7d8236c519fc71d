using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Functional.Core.Kernels;

/// <summary>erf |x|, with the sign of x: near zero a polynomial, else 1 - e^(-G(|x|)).</summary>
/// <remarks>
/// Up to 0.925, erf a = a + a·P(a²), P of degree 6; beyond, G = -ln erfc of degree 6 up to 4, from where on the nearest float is
/// 1. Both are minimax fits (Remez exchange in 40 digits), of relative errors of erf of 4.6e-10 and 1.5e-9.
/// </remarks>
internal readonly struct ErfFunction : IVectorFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Apply<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats>
    {
        TFloats a = TFloats.AtMost(TFloats.Abs(x), 4), z = a * a;
        TFloats p = TFloats.MultiplyAdd(TFloats.Of(8.3167768e-05f), z, TFloats.Of(-0.000813001301f));
        p = TFloats.MultiplyAdd(p, z, TFloats.Of(0.00519990688f));
        p = TFloats.MultiplyAdd(p, z, TFloats.Of(-0.0268589407f));
        p = TFloats.MultiplyAdd(p, z, TFloats.Of(0.112836875f));
        p = TFloats.MultiplyAdd(p, z, TFloats.Of(-0.376126319f));
        p = TFloats.MultiplyAdd(p, z, TFloats.Of(0.128379166f));
        TFloats near = TFloats.MultiplyAdd(p, a, a);

        TFloats g = TFloats.MultiplyAdd(TFloats.Of(0.000195937027f), a, TFloats.Of(-0.00304321549f));
        g = TFloats.MultiplyAdd(g, a, TFloats.Of(0.0222269148f));
        g = TFloats.MultiplyAdd(g, a, TFloats.Of(-0.103931583f));
        g = TFloats.MultiplyAdd(g, a, TFloats.Of(-0.637182236f));
        g = TFloats.MultiplyAdd(g, a, TFloats.Of(-1.12767565f));
        g = TFloats.MultiplyAdd(g, a, TFloats.Of(-0.000195676766f));
        TFloats far = TFloats.Of(1) - ExpFunction.Moderate(g);
        return TFloats.Select(a < TFloats.Of(0.925f), near, far) | (x & TFloats.Of(-0f));
    }
}

/// <summary>x·Φ(x) = max(x, 0) - u·Φ(-u) with u = |x|, so that the small results below zero keep all their digits.</summary>
/// <remarks>
/// Φ(-u) = e^(-u²/2)·S(q) / (u + 2) with q = (u - 2) / (u + 2) and S of degree 10, a minimax fit on 0 ≤ u ≤ 14.6 of relative
/// error 2.4e-8 (Remez exchange in 40 digits; the change of variable is the one customary for the scaled complementary error
/// function). The square's rounding error goes into the exponential, and 2ⁿ comes last, so that denormal results round once.
/// Below -14.5 the nearest float is -0, which is the limit at -∞ too.
/// </remarks>
internal readonly struct GeluFunction : IVectorFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Apply<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats>
    {
        TFloats zero = TFloats.Of(0), u = TFloats.AtMost(TFloats.Abs(x), 14.6f), half = TFloats.Of(-0.5f);
        TFloats square = u * u, low = Fma.IsSupported || AdvSimd.IsSupported
            ? TFloats.MultiplyAdd(u, u, zero - square)
            : SquareError(u, square);
        TFloats r = ExpFunction.Reduce(square * half, out TFloats n);
        TFloats t = ExpFunction.MinusOne(TFloats.MultiplyAdd(low, half, r));

        TFloats two = TFloats.Of(2), divisor = u + two, lost = u - (divisor - two), inverse = TFloats.Of(1) / divisor;
        TFloats q = TFloats.MultiplyAdd(TFloats.Of(-4), inverse, TFloats.Of(1));
        TFloats s = TFloats.MultiplyAdd(TFloats.Of(-7.68953469e-05f), q, TFloats.Of(2.99149015e-05f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(0.00072467688f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(0.000885244284f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(-0.00189071591f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(-0.0067519946f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(-0.00048322379f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(0.0367216617f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(0.0287983995f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(-0.331404567f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(0.672407985f));

        // u·s·(1 + t) / (u + 2), the division corrected by its remainder.
        s = TFloats.MultiplyAdd(s, t, s);
        TFloats product = s * u, quotient = product * inverse, negative = zero - quotient;
        TFloats remainder = TFloats.MultiplyAdd(negative, lost, TFloats.MultiplyAdd(negative, divisor, product));
        remainder += TFloats.MultiplyAdd(s, u, zero - product);
        TFloats tail = TFloats.Scale(TFloats.MultiplyAdd(remainder, inverse, quotient), n);
        return TFloats.Select(x > zero, x, x & TFloats.Of(-0f)) - tail;
    }

    /// <summary>u² - square, exactly, where there is no fused multiply-add: u in two halves of 12 bits (Dekker 1971).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloats SquareError<TFloats>(TFloats u, TFloats square) where TFloats : struct, IFloats<TFloats>
    {
        TFloats high = u & TFloats.Of(BitConverter.UInt32BitsToSingle(0xFFFFF000)), rest = u - high, cross = high * rest;
        return high * high - square + cross + cross + rest * rest;
    }
}
