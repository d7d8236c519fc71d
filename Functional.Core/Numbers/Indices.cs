using System.Numerics;

namespace Functional.Core;

/// <summary>Whole numbers that travel in tensors of any number type: class numbers, places in a table. Exact up to 2²⁴ in <c>float</c>.</summary>
internal static class Indices
{
    /// <summary>The nearest whole number, if it is from 0 to <paramref name="count"/> − 1; −1 for anything else, NaN included.</summary>
    public static int Of<T>(T number, int count) where T : struct, IFloatingPointIeee754<T>
    {
        T half = T.One / (T.One + T.One);
        return number > -half && number < T.CreateChecked(count) - half ? int.CreateSaturating(T.Round(number)) : -1;
    }
}
