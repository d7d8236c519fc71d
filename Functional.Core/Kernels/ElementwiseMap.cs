using System.Numerics;

namespace Functional.Core.Kernels;

/// <summary>Loops that apply an <see cref="IElementwise"/> to every element; being generic in a struct, the function is inlined.</summary>
internal static class ElementwiseMap
{
    /// <summary>y = f(x).</summary>
    public static void Forward<TFunction, T>(TFunction function, ReadOnlySpan<T> x, Span<T> y)
        where TFunction : struct, IElementwise where T : struct, IFloatingPointIeee754<T>
    {
        y = y[..x.Length];
        if (Vector<T>.IsSupported && function is IVectorElementwise vectors)
        {
            vectors.Values(x, y);
            return;
        }
        for (int i = 0; i < x.Length; i++) y[i] = function.Value(x[i]);
    }

    /// <summary>δx = δy ⊙ f′(x).</summary>
    public static void Backward<TFunction, T>(TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
        where TFunction : struct, IElementwise where T : struct, IFloatingPointIeee754<T>
    {
        y = y[..x.Length];
        dy = dy[..x.Length];
        dx = dx[..x.Length];
        int i = 0;
        if (Vector<T>.IsSupported && function is IVectorElementwise vectors)
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
                (new Vector<T>(dy[i..]) * vectors.Derivatives(new Vector<T>(x[i..]), new Vector<T>(y[i..]))).CopyTo(dx[i..]);
        for (; i < x.Length; i++) dx[i] = dy[i] * function.Derivative(x[i], y[i]);
    }
}
