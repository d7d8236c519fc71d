using System.Numerics;
using System.Runtime.InteropServices;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// The self-normalising linear unit: y = λ x for x &gt; 0, λ α (eˣ − 1) below, with α and λ such that mean 0 and variance 1 are a stable
/// fixed point. Derivative: λ for x &gt; 0, λ α eˣ = y + λ α below. Any shape; the output has the input's. PyTorch's and Keras' <c>SELU</c>.
/// </summary>
/// <remarks>G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter, Self-Normalizing Neural Networks, 2017, which gives the two constants.</remarks>
public readonly record struct SeluFunction : IVectorElementwise
{
    private const double Alpha = 1.6732632423543772848170429916717, Lambda = 1.0507009873554804934193349852946;

    /// <inheritdoc/>
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> =>
        T.CreateChecked(Lambda) * (x > T.Zero ? x : T.CreateChecked(Alpha) * SpecialFunctions.ExpMinusOne(x));

    /// <inheritdoc/>
    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => x > T.Zero ? T.CreateChecked(Lambda) : y + T.CreateChecked(Lambda * Alpha);

    /// <inheritdoc/>
    public void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T>
    {
        VectorMath.Map<EluKernel>(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
        VectorActivations.Sides(y, y, T.CreateChecked(Lambda * Alpha), T.CreateChecked(Lambda));
    }

    /// <inheritdoc/>
    public void Gradients<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T> =>
        ElementwiseMap.Gradients(this, y, dy, dx);    // y > 0 just where x > 0.

    /// <inheritdoc/>
    public Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T> => Vector.ConditionalSelect(
        Vector.GreaterThan(x, Vector<T>.Zero), Vector.Create(T.CreateChecked(Lambda)), y + Vector.Create(T.CreateChecked(Lambda * Alpha)));
}

public static partial class Layers
{
    /// <summary>y = λ x for x &gt; 0, λ α (eˣ − 1) below, element by element. See <see cref="SeluFunction"/>.</summary>
    public static Layer Selu() => new ElementwiseLayer<SeluFunction>();

    /// <inheritdoc cref="Selu()"/>
    public static Pipeline<Wire> Selu(Wire x) => Selu().On(x);
}
