using System.Runtime.CompilerServices;

namespace Functional.Core.Kernels;

/// <summary>x·σ(x), with the sigmoid that cannot overflow.</summary>
internal readonly struct SiluKernel : IVectorFunction
{
    // Below -104 the result has underflowed; without the bound -∞ would be -∞·0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Apply<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats> =>
        TFloats.AtLeast(x, -110) * SigmoidFunction.Apply(x);
}

/// <summary>½x (1 + tanh u) = x·σ(2u) with u = √(2/π) (x + 0.044715 x³).</summary>
internal readonly struct GeluTanhKernel : IVectorFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Apply<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats>
    {
        TFloats low = TFloats.AtLeast(x, -12);
        TFloats u = TFloats.AtMost(low, 12);
        TFloats inner = TFloats.MultiplyAdd(TFloats.Of(0.0713548163f) * u * u, u, TFloats.Of(1.59576912f) * u);
        return low * SigmoidFunction.Apply(inner);
    }
}

/// <summary>log(1 + eˣ) = max(x, 0) + log(1 + z) with z = e^(-|x|); the rounding of 1 + z is undone as W. Kahan does it.</summary>
internal readonly struct SoftplusKernel : IVectorFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Apply<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats>
    {
        TFloats zero = TFloats.Of(0), one = TFloats.Of(1);
        TFloats z = ExpFunction.Apply(zero - TFloats.Abs(x)), u = one + z, rounded = u - one;
        TFloats log = TFloats.Select(rounded > zero, LogFunction.Apply(u) * (z / rounded), z);
        return TFloats.AtLeast(x, 0) + log;
    }
}

/// <summary>x where it is positive, else eˣ - 1, without cancellation near zero: eˣ - 1 = 2ⁿ·(eʳ - 1) + (2ⁿ - 1).</summary>
internal readonly struct EluKernel : IVectorFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Apply<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats>
    {
        TFloats one = TFloats.Of(1);
        TFloats r = ExpFunction.Reduce(TFloats.AtLeast(TFloats.AtMost(x, 0), -30), out TFloats n);
        TFloats power = TFloats.Scale(one, n);
        return TFloats.Select(x > TFloats.Of(0), x, TFloats.MultiplyAdd(ExpFunction.MinusOne(r), power, power - one));
    }
}
