using System.Numerics;

namespace Functional.Core;

/// <summary>Functions that the base library lacks, for any number type, and exact at its ends.</summary>
public static partial class SpecialFunctions
{
    /// <summary>The logistic sigmoid σ(x) = 1 / (1 + e⁻ˣ). Each half from the exponential that is below 1, so neither end overflows or loses digits.</summary>
    public static T Sigmoid<T>(T x) where T : struct, IFloatingPointIeee754<T>
    {
        if (x >= T.Zero) return T.One / (T.One + T.Exp(-x));
        T e = T.Exp(x);
        return e / (T.One + e);
    }

    /// <summary>log(1 + eˣ), as max(x, 0) + log(1 + e^−|x|), which neither overflows nor cancels.</summary>
    public static T Softplus<T>(T x) where T : struct, IFloatingPointIeee754<T> =>
        x > T.Zero ? x + LogOnePlus(T.Exp(-x)) : LogOnePlus(T.Exp(x));

    /// <summary>log(1 + x), to full relative precision at small x, where the base library's <c>LogP1</c> takes the logarithm of the rounded sum.</summary>
    /// <remarks>W. Kahan's way: the rounding of u = 1 + x is undone by the factor x / (u − 1).</remarks>
    public static T LogOnePlus<T>(T x) where T : struct, IFloatingPointIeee754<T>
    {
        // Dual numbers call this for their value and know the derivative, which the factor would spoil.
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double)) return T.LogP1(x);
        T u = T.One + x;
        return u == T.One ? x : !T.IsFinite(u) || u <= T.Zero ? T.Log(u) : T.Log(u) * (x / (u - T.One));
    }

    /// <summary>eˣ − 1, to full relative precision at small x, where the base library's <c>ExpM1</c> takes 1 from the rounded power.</summary>
    /// <remarks>W. Kahan's way: the rounding of u = eˣ is undone by the factor x / log u.</remarks>
    public static T ExpMinusOne<T>(T x) where T : struct, IFloatingPointIeee754<T>
    {
        // Dual numbers call this for their value and know the derivative, which the factor would spoil.
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double)) return T.ExpM1(x);
        T u = T.Exp(x);
        if (u == T.One) return x;
        T less = u - T.One;
        return less == T.NegativeOne || !T.IsFinite(u) ? less : less * (x / T.Log(u));
    }

    /// <summary>log Σᵢ exp xᵢ, with the maximum taken out, so it is finite for finite x.</summary>
    public static T LogSumExp<T>(ReadOnlySpan<T> x) where T : struct, IFloatingPointIeee754<T>
    {
        T max = x[0];
        foreach (T next in x)
            if (next > max) max = next;
        // All −∞ is a sum of zeros; +∞ outweighs everything.
        if (T.IsInfinity(max)) return max;
        T sum = T.Zero;
        foreach (T next in x) sum += T.Exp(next - max);
        return max + T.Log(sum);
    }
}
