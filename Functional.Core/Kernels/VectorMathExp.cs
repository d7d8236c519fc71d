using System.Runtime.CompilerServices;

namespace Functional.Core.Kernels;

/// <summary>
/// eˣ = 2ⁿ·eʳ with n = round(x / ln 2) and r = x - n ln 2 (Cody and Waite's reduction: ln 2 in two parts, the first of 9 bits).
/// </summary>
/// <remarks>
/// On |r| ≤ ½ ln 2, eʳ = 1 + r + r²·P(r) with P of degree 4, a minimax fit of relative error 3.1e-9 (Remez exchange in 40
/// digits).
/// </remarks>
internal readonly struct ExpFunction : IVectorFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Apply<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats>
    {
        // Beyond these the result is +0 or +∞ anyway, and n stays small.
        return Falling(TFloats.AtLeast(TFloats.AtMost(x, 89), -104));
    }

    // Below, the nearest float is 0.
    private const float Least = -103.972077f;

    /// <summary>eˣ for x from -104 to 89.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Moderate<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats>
    {
        TFloats power = Power(x, out TFloats n);
        return TFloats.Scale(power, n);
    }

    /// <summary>The same where many x may be so small that the result is 0: a zero is scaled at full speed, what underflows is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Falling<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats>
    {
        TFloats power = Power(x, out TFloats n);
        return TFloats.Scale(TFloats.ZeroBelow(power, x, Least), n);
    }

    /// <summary>eʳ, and n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloats Power<TFloats>(TFloats x, out TFloats n) where TFloats : struct, IFloats<TFloats>
    {
        TFloats r = Reduce(x, out n), one = TFloats.Of(1);
        return TFloats.MultiplyAdd(TFloats.MultiplyAdd(Rest(r), r, one), r, one);
    }

    /// <summary>The remainder r and the integer n with x = n ln 2 + r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Reduce<TFloats>(TFloats x, out TFloats n) where TFloats : struct, IFloats<TFloats>
    {
        // Near 1.5·2²³ floats are whole numbers, so that the addition rounds.
        TFloats whole = TFloats.Of(12582912);
        n = TFloats.MultiplyAdd(x, TFloats.Of(1.44269504f), whole) - whole;
        TFloats r = TFloats.MultiplyAdd(n, TFloats.Of(-0.693359375f), x);
        return TFloats.MultiplyAdd(n, TFloats.Of(2.12194440e-4f), r);
    }

    /// <summary>eʳ - 1 for a remainder, with all its digits near zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats MinusOne<TFloats>(TFloats r) where TFloats : struct, IFloats<TFloats> =>
        TFloats.MultiplyAdd(Rest(r) * r, r, r);

    /// <summary>P(r).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloats Rest<TFloats>(TFloats r) where TFloats : struct, IFloats<TFloats>
    {
        TFloats p = TFloats.MultiplyAdd(TFloats.Of(0.00138141739f), r, TFloats.Of(0.00836892147f));
        p = TFloats.MultiplyAdd(p, r, TFloats.Of(0.0416684076f));
        p = TFloats.MultiplyAdd(p, r, TFloats.Of(0.166665196f));
        return TFloats.MultiplyAdd(p, r, TFloats.Of(0.49999994f));
    }
}

/// <summary>1 / (1 + e⁻ˣ), computed from z = e^(-|x|), which cannot overflow: 1 / (1 + z) or, below zero, z / (1 + z).</summary>
internal readonly struct SigmoidFunction : IVectorFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Apply<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats>
    {
        TFloats one = TFloats.Of(1);
        TFloats z = ExpFunction.Moderate(TFloats.AtLeast(x | TFloats.Of(-0f), -104));
        return TFloats.Select(x < TFloats.Of(0), z, one) / (one + z);
    }
}
