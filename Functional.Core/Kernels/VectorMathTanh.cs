using System.Runtime.CompilerServices;

namespace Functional.Core.Kernels;

/// <summary>tanh |x| = d / (2 - d) with d = 1 - e^(-2|x|), and the sign of x.</summary>
/// <remarks>
/// With e^(-2|x|) = 2ⁿ·eʳ as in <see cref="ExpFunction"/>, d = (1 - 2ⁿ) - 2ⁿ·(eʳ - 1): the first term is exact down to n = -24, and near
/// zero, where n = 0, the second alone is left, with all its digits. From 9.02 on, the nearest float is 1.
/// </remarks>
internal readonly struct TanhFunction : IVectorFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Apply<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats>
    {
        TFloats sign = TFloats.Of(-0f), a = TFloats.AtLeast(x | sign, -9.5f);
        TFloats r = ExpFunction.Reduce(a + a, out TFloats n), power = TFloats.Scale(TFloats.Of(-1), n);
        TFloats d = TFloats.MultiplyAdd(ExpFunction.MinusOne(r), power, TFloats.Of(1) + power);
        return TFloats.Select(sign, x, d / (TFloats.Of(2) - d));
    }
}
