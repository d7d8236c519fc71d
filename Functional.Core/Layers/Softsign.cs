using System.Numerics;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// Softsign: y = x / (1 + |x|). Derivative: y′ = 1 / (1 + |x|)². Any shape; the output has the input's. PyTorch's and Keras' <c>Softsign</c>.
/// </summary>
/// <remarks>J. Bergstra, G. Desjardins, P. Lamblin, Y. Bengio, Quadratic Polynomials Learn Better Image Features, 2009.</remarks>
public readonly record struct SoftsignFunction : IVectorElementwise
{
    private static Vector<T> Of<T>(Vector<T> x) where T : struct, IFloatingPointIeee754<T>
    {
        var size = Vector.Abs(x);
        var y = x / (Vector<T>.One + size);
        return Vector.ConditionalSelect(Vector.Equals(size, Vector.Create(T.PositiveInfinity)), Vector.CopySign(Vector<T>.One, x), y);
    }

    /// <inheritdoc/>
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => T.IsInfinity(x) ? T.CopySign(T.One, x) : x / (T.One + T.Abs(x));

    /// <inheritdoc/>
    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.One / ((T.One + T.Abs(x)) * (T.One + T.Abs(x)));

    /// <inheritdoc/>
    public void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T>
    {
        y = y[..x.Length];
        int i = 0;
        if (Vector<T>.IsSupported)
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count) Of(new Vector<T>(x[i..])).CopyTo(y[i..]);
        for (; i < x.Length; i++) y[i] = Value(x[i]);
    }

    /// <inheritdoc/>
    public void Gradients<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T> =>
        ElementwiseMap.Gradients(this, x, dy, dx);

    /// <inheritdoc/>
    public Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T>
    {
        var size = Vector<T>.One + Vector.Abs(x);
        return Vector<T>.One / (size * size);
    }
}

public static partial class Layers
{
    /// <summary>y = x / (1 + |x|), element by element; δx = δy / (1 + |x|)². See <see cref="SoftsignFunction"/>.</summary>
    public static Layer Softsign() => new ElementwiseLayer<SoftsignFunction>();

    /// <inheritdoc cref="Softsign()"/>
    public static Pipeline<Wire> Softsign(Wire x) => Softsign().On(x);
}
