using System.Numerics;
using System.Runtime.InteropServices;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>The exponential: y = eˣ. Derivative: y′ = y, so δx = δy ⊙ y. Any shape; the output has the input's.</summary>
public readonly record struct ExpFunction : IVectorElementwise
{
    /// <inheritdoc/>
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => T.Exp(x);

    /// <inheritdoc/>
    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => y;

    /// <inheritdoc/>
    public void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T> =>
        VectorMath.Exp(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));

    /// <inheritdoc/>
    public void Gradients<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T> =>
        ElementwiseMap.Gradients(this, y, dy, dx);

    /// <inheritdoc/>
    public Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T> => y;
}

public static partial class Layers
{
    /// <summary>y = eˣ, element by element; δx = δy ⊙ y. See <see cref="ExpFunction"/>.</summary>
    public static Layer Exp() => new ElementwiseLayer<ExpFunction>();

    /// <inheritdoc cref="Exp()"/>
    public static Pipeline<Wire> Exp(Wire x) => Exp().On(x);
}
