using System.Numerics;
using System.Runtime.InteropServices;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// The hyperbolic tangent: y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ). Derivative: y′ = 1 − y², so δx = δy ⊙ (1 − y²).
/// Any shape; the output has the input's.
/// </summary>
public readonly record struct TanhFunction : IVectorElementwise
{
    /// <inheritdoc/>
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => T.Tanh(x);

    // (1 − y)(1 + y) keeps its digits where y is near ±1 and 1 − y² would not.
    /// <inheritdoc/>
    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => (T.One - y) * (T.One + y);

    /// <inheritdoc/>
    public void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T> =>
        VectorMath.Tanh(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));

    /// <inheritdoc/>
    public void Gradients<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T> =>
        ElementwiseMap.Gradients(this, y, dy, dx);

    /// <inheritdoc/>
    public Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T> =>
        (Vector<T>.One - y) * (Vector<T>.One + y);
}

public static partial class Layers
{
    /// <summary>y = tanh x, element by element; δx = δy ⊙ (1 − y²). See <see cref="TanhFunction"/>.</summary>
    public static Layer Tanh() => new ElementwiseLayer<TanhFunction>();

    /// <inheritdoc cref="Tanh()"/>
    public static Pipeline<Wire> Tanh(Wire x) => Tanh().On(x);
}
