using System.Runtime.CompilerServices;

namespace Functional.Core.Kernels;

/// <summary>erf |x|, with the sign of x: near zero a polynomial, else 1 - e^(-G(|x|)).</summary>
/// <remarks>
/// Up to 0.925, erf a = a + a·P(a²), P of degree 6; beyond, G = -ln erfc of degree 6 up to 4, from where on the nearest float is 1.
/// Both are minimax fits (Remez exchange in 40 digits), of relative errors of erf of 4.6e-10 and 1.5e-9.
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
        TFloats far = TFloats.Of(1) - TFloats.Scale(ExpFunction.Reduced(g, TFloats.Of(0), out TFloats n), n);
        return TFloats.Select(a < TFloats.Of(0.925f), near, far) | (x & TFloats.Of(-0f));
    }
}

/// <summary>x·Φ(x) = max(x, 0) - u·Φ(-u) with u = |x|, so that the small results below zero keep all their digits.</summary>
/// <remarks>
/// Φ(-u) = e^(-u²/2)·S(q) / (u + 4) with q = (u - 4) / (u + 4) and S of degree 9, a minimax fit on 0 ≤ u ≤ 15 of relative error 9.1e-9
/// (Remez exchange in 40 digits; the change of variable is the one customary for the scaled complementary error function). The
/// square's rounding error goes into the exponential, and 2ⁿ comes last, so that denormal results round once. Below -14.5 the nearest
/// float is -0, which is the limit at -∞ too.
/// </remarks>
internal readonly struct GeluFunction : IVectorFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Apply<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats>
    {
        TFloats zero = TFloats.Of(0), u = TFloats.AtMost(TFloats.Abs(x), 15), half = TFloats.Of(-0.5f);
        TFloats square = u * u, low = TFloats.MultiplyAdd(u, u, zero - square);
        TFloats p = ExpFunction.Reduced(square * half, low * half, out TFloats n);

        TFloats inverse = TFloats.Of(1) / (u + TFloats.Of(4));
        TFloats q = TFloats.MultiplyAdd(TFloats.Of(-8), inverse, TFloats.Of(1));
        TFloats s = TFloats.MultiplyAdd(TFloats.Of(-0.000134195187f), q, TFloats.Of(0.000174660134f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(0.00156840659f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(-0.00351021206f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(-0.00752400374f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(0.0604034886f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(-0.186523661f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(0.387136906f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(-0.607896566f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(0.755285144f));
        TFloats tail = TFloats.Scale(s * p * (u * inverse), n);
        return TFloats.Select(x > zero, x, x & TFloats.Of(-0f)) - tail;
    }
}
