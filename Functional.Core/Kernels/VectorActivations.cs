using System.Numerics;

namespace Functional.Core.Kernels;

/// <summary>Pieces that activations share in their vector forms. Elements come out the same wherever they stand.</summary>
internal static class VectorActivations
{
    /// <summary>y = x below zero times one factor, from zero on times another; NaN stays NaN.</summary>
    public static void Sides<T>(ReadOnlySpan<T> x, Span<T> y, T below, T above) where T : struct, IFloatingPointIeee754<T>
    {
        y = y[..x.Length];
        int i = 0;
        if (Vector<T>.IsSupported)
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                var v = new Vector<T>(x[i..]);
                (v * Vector.ConditionalSelect(Vector.LessThan(v, Vector<T>.Zero), Vector.Create(below), Vector.Create(above))).CopyTo(y[i..]);
            }
        for (; i < x.Length; i++) y[i] = x[i] * (x[i] < T.Zero ? below : above);
    }

    /// <summary>The factor g of y = x·g, from x and y: y / x, g(0) at zero, and 1 at infinity.</summary>
    public static Vector<T> Factor<T>(Vector<T> x, Vector<T> y, T atZero) where T : struct, IFloatingPointIeee754<T> => Vector.ConditionalSelect(
        Vector.Equals(x, Vector<T>.Zero), Vector.Create(atZero),
        Vector.ConditionalSelect(Vector.Equals(x, Vector.Create(T.PositiveInfinity)), Vector<T>.One, y / x));

    /// <summary>eˣ of a vector of <c>float</c> or <c>double</c>.</summary>
    public static Vector<T> Exp<T>(Vector<T> x) where T : struct, IFloatingPointIeee754<T> => typeof(T) == typeof(float)
        ? Vector.As<float, T>(Vector.Exp(Vector.As<T, float>(x)))
        : Vector.As<double, T>(Vector.Exp(Vector.As<T, double>(x)));
}
