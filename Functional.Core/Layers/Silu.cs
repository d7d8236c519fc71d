using System.Numerics;
using System.Runtime.InteropServices;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// The sigmoid linear unit, also called swish: y = x σ(x). Derivative: y′ = σ(x) + x σ(x) (1 − σ(x)).
/// Any shape; the output has the input's. PyTorch's <c>SiLU</c>, Keras' <c>silu</c>.
/// </summary>
/// <remarks>S. Elfwing, E. Uchibe, K. Doya, Sigmoid-Weighted Linear Units for Neural Network Function Approximation, 2017.</remarks>
public readonly record struct SiluFunction : IVectorElementwise
{
    /// <inheritdoc/>
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> =>
        T.IsNegativeInfinity(x) ? T.NegativeZero : x * SpecialFunctions.Sigmoid(x);

    /// <inheritdoc/>
    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T>
    {
        T gate = SpecialFunctions.Sigmoid(x), rest = SpecialFunctions.Sigmoid(-x);
        return rest == T.Zero || gate == T.Zero ? gate : gate + x * gate * rest;
    }

    /// <inheritdoc/>
    public void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T> =>
        VectorMath.Map<SiluKernel>(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));

    /// <inheritdoc/>
    public void Gradients<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T> =>
        ElementwiseMap.Gradients(this, x, y, dy, dx);

    /// <inheritdoc/>
    public Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T>
    {
        var gate = VectorActivations.Factor(x, y, T.CreateChecked(0.5));
        // Where x is infinite, 1 − g is 0, and infinity times 0 would be no number.
        return gate + Vector.Min(y, Vector.Create(T.CreateChecked(1e38))) * (Vector<T>.One - gate);
    }
}

public static partial class Layers
{
    /// <summary>y = x σ(x), element by element. See <see cref="SiluFunction"/>.</summary>
    public static Layer Silu() => new ElementwiseLayer<SiluFunction>();

    /// <inheritdoc cref="Silu()"/>
    public static Pipeline<Wire> Silu(Wire x) => Silu().On(x);
}
