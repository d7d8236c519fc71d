using System.Numerics;
using System.Runtime.InteropServices;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// The Gaussian error linear unit: y = x Φ(x) with Φ(x) = ½ erfc(−x / √2), the normal distribution function.
/// Derivative: y′ = Φ(x) + x φ(x) with φ(x) = e^(−x²/2) / √(2π). Any shape; the output has the input's.
/// PyTorch's <c>GELU</c>, Keras' <c>gelu</c> with <c>approximate=False</c>.
/// </summary>
/// <remarks>D. Hendrycks and K. Gimpel, Gaussian Error Linear Units, 2016.</remarks>
public readonly record struct GeluFunction : IVectorElementwise
{
    private const double InverseRootTwoPi = 0.39894228040143267794;

    // Far out Φ is 0, and −∞ · 0 would be NaN.
    private static T Bounded<T>(T x) where T : struct, IFloatingPointIeee754<T> => T.IsNegativeInfinity(x) ? -T.CreateChecked(40) : x;

    private static T Phi<T>(T x) where T : struct, IFloatingPointIeee754<T> =>
        SpecialFunctions.Erfc(-x * T.CreateChecked(0.70710678118654752440)) / T.CreateChecked(2);

    /// <inheritdoc/>
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => Bounded(x) * Phi(x);

    /// <inheritdoc/>
    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> =>
        Phi(x) + (T.IsInfinity(x) ? T.Zero : x * T.CreateChecked(InverseRootTwoPi) * T.Exp(-x * x / T.CreateChecked(2)));

    /// <inheritdoc/>
    public void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T> =>
        VectorMath.Gelu(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));

    /// <inheritdoc/>
    public void Gradients<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        if (typeof(T) != typeof(float)) ElementwiseMap.Gradients(this, x, y, dy, dx);
        else
            VectorGradients.Map<GeluGradient>(
                MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y), MemoryMarshal.Cast<T, float>(dy), MemoryMarshal.Cast<T, float>(dx));
    }

    /// <inheritdoc/>
    public Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T>
    {
        var near = Vector.Min(Vector.Max(x, Vector.Create(T.CreateChecked(-40))), Vector.Create(T.CreateChecked(40)));
        var density = VectorActivations.Exp(near * near * Vector.Create(T.CreateChecked(-0.5))) * Vector.Create(T.CreateChecked(InverseRootTwoPi));
        return VectorActivations.Factor(x, y, T.CreateChecked(0.5)) + near * density;
    }
}

public static partial class Layers
{
    /// <summary>y = x Φ(x), element by element. See <see cref="GeluFunction"/>.</summary>
    public static Layer Gelu() => new ElementwiseLayer<GeluFunction>();

    /// <inheritdoc cref="Gelu()"/>
    public static Pipeline<Wire> Gelu(Wire x) => Gelu().On(x);
}
