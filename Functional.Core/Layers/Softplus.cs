using System.Numerics;
using System.Runtime.InteropServices;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// The soft maximum of 0 and x: y = log(1 + eˣ), computed so that neither end overflows or loses digits. Derivative: y′ = σ(x).
/// Any shape; the output has the input's. PyTorch's and Keras' <c>Softplus</c>.
/// </summary>
/// <remarks>C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau, R. Garcia, Incorporating Second-Order Functional Knowledge for Better Option Pricing, 2000.</remarks>
public readonly record struct SoftplusFunction : IVectorElementwise
{
    /// <inheritdoc/>
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => SpecialFunctions.Softplus(x);

    /// <inheritdoc/>
    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => SpecialFunctions.Sigmoid(x);

    /// <inheritdoc/>
    public void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T> =>
        VectorMath.Map<SoftplusKernel>(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));

    /// <inheritdoc/>
    public void Gradients<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T> =>
        ElementwiseMap.Gradients(this, x, dy, dx);

    /// <inheritdoc/>
    public Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T>
    {
        var z = VectorActivations.Exp(-Vector.Abs(x));
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), z, Vector<T>.One) / (Vector<T>.One + z);
    }
}

public static partial class Layers
{
    /// <summary>y = log(1 + eˣ), element by element; δx = δy ⊙ σ(x). See <see cref="SoftplusFunction"/>.</summary>
    public static Layer Softplus() => new ElementwiseLayer<SoftplusFunction>();

    /// <inheritdoc cref="Softplus()"/>
    public static Pipeline<Wire> Softplus(Wire x) => Softplus().On(x);
}
