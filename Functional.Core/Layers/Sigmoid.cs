using System.Numerics;
using System.Runtime.InteropServices;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// The logistic sigmoid: y = 1 / (1 + e⁻ˣ). Derivative: y′ = y (1 − y), so δx = δy ⊙ y ⊙ (1 − y).
/// Any shape; the output has the input's. Neither end overflows.
/// </summary>
public readonly record struct SigmoidFunction : IVectorElementwise
{
    /// <inheritdoc/>
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => SpecialFunctions.Sigmoid(x);

    /// <inheritdoc/>
    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => y * (T.One - y);

    /// <inheritdoc/>
    public void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T> =>
        VectorMath.Sigmoid(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));

    /// <inheritdoc/>
    public void Gradients<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T> =>
        ElementwiseMap.Gradients(this, y, dy, dx);

    /// <inheritdoc/>
    public Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T> =>
        y * (Vector<T>.One - y);
}

public static partial class Layers
{
    /// <summary>y = 1 / (1 + e⁻ˣ), element by element; δx = δy ⊙ y ⊙ (1 − y). See <see cref="SigmoidFunction"/>.</summary>
    public static Layer Sigmoid() => new ElementwiseLayer<SigmoidFunction>();

    /// <inheritdoc cref="Sigmoid()"/>
    public static Pipeline<Wire> Sigmoid(Wire x) => Sigmoid().On(x);
}
