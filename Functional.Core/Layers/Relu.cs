using System.Numerics;
using System.Runtime.InteropServices;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// The rectified linear unit: y = max(0, x). Derivative: y′ = 1 for x &gt; 0 and 0 for x ≤ 0 (the subgradient at 0 is 0, as in PyTorch).
/// Any shape; the output has the input's.
/// </summary>
/// <remarks>V. Nair and G. Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, 2010.</remarks>
public readonly record struct ReluFunction : IVectorElementwise
{
    // A NaN is passed on, so that it is noticed.
    /// <inheritdoc/>
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x <= T.Zero ? T.Zero : x;

    /// <inheritdoc/>
    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => x <= T.Zero ? T.Zero : T.One;

    /// <inheritdoc/>
    public void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T> =>
        VectorMath.Relu(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));

    /// <inheritdoc/>
    public void Gradients<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T> =>
        ElementwiseMap.Gradients(this, y, dy, dx);    // y ≤ 0 just where x ≤ 0.

    /// <inheritdoc/>
    public Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T> =>
        Vector.ConditionalSelect(Vector.LessThanOrEqual(x, Vector<T>.Zero), Vector<T>.Zero, Vector<T>.One);
}

public static partial class Layers
{
    /// <summary>y = max(0, x), element by element; δx = δy where x &gt; 0, else 0. See <see cref="ReluFunction"/>.</summary>
    public static Layer Relu() => new ElementwiseLayer<ReluFunction>();

    /// <inheritdoc cref="Relu()"/>
    public static Pipeline<Wire> Relu(Wire x) => Relu().On(x);
}
