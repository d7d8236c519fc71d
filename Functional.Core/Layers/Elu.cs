using System.Numerics;
using System.Runtime.InteropServices;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// The exponential linear unit: y = x for x &gt; 0, α (eˣ − 1) below. Derivative: 1 for x &gt; 0, α eˣ = y + α below.
/// Any shape; the output has the input's. PyTorch's and Keras' <c>ELU</c>.
/// </summary>
/// <param name="Alpha">α: the output falls to −α.</param>
/// <remarks>D. Clevert, T. Unterthiner, S. Hochreiter, Fast and Accurate Deep Network Learning by Exponential Linear Units, 2015.</remarks>
public readonly record struct EluFunction(double Alpha) : IVectorElementwise
{
    /// <inheritdoc/>
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> =>
        x > T.Zero ? x : T.CreateChecked(Alpha) * SpecialFunctions.ExpMinusOne(x);

    /// <inheritdoc/>
    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => x > T.Zero ? T.One : y + T.CreateChecked(Alpha);

    /// <inheritdoc/>
    public void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T>
    {
        VectorMath.Map<EluKernel>(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
        if (Alpha != 1) VectorActivations.Sides(y, y, T.CreateChecked(Alpha), T.One);
    }

    /// <inheritdoc/>
    public void Gradients<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T> =>
        ElementwiseMap.Gradients(this, x, y, dy, dx);

    /// <inheritdoc/>
    public Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T> =>
        Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<T>.Zero), Vector<T>.One, y + Vector.Create(T.CreateChecked(Alpha)));
}

public static partial class Layers
{
    /// <summary>y = x for x &gt; 0, α (eˣ − 1) below, element by element. See <see cref="EluFunction"/>.</summary>
    public static Layer Elu(double alpha = 1) => new ElementwiseLayer<EluFunction>(new(alpha));

    /// <inheritdoc cref="Elu(double)"/>
    public static Pipeline<Wire> Elu(Wire x, double alpha = 1) => Elu(alpha).On(x);
}
