using System.Numerics;
using System.Runtime.InteropServices;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// The Gaussian error linear unit in its tanh approximation: y = ½ x (1 + tanh u) = x σ(2u) with u = √(2/π) (x + 0.044715 x³).
/// Derivative: y′ = s + 2 x s (1 − s) u′ with s = σ(2u), u′ = √(2/π) (1 + 3 · 0.044715 x²). Any shape; the output has the input's.
/// PyTorch's <c>GELU(approximate='tanh')</c>, Keras' <c>gelu</c> with <c>approximate=True</c>.
/// </summary>
/// <remarks>D. Hendrycks and K. Gimpel, Gaussian Error Linear Units, 2016.</remarks>
public readonly record struct GeluTanhFunction : IVectorElementwise
{
    // 2√(2/π) and 0.044715 of it: the coefficients of 2u.
    private static T Linear<T>() where T : struct, IFloatingPointIeee754<T> => T.CreateChecked(1.5957691216057307117);

    private static T Cubic<T>() where T : struct, IFloatingPointIeee754<T> => T.CreateChecked(0.044715 * 1.5957691216057307117);

    private static T Gate<T>(T x) where T : struct, IFloatingPointIeee754<T> => SpecialFunctions.Sigmoid(x * (Linear<T>() + Cubic<T>() * x * x));

    /// <inheritdoc/>
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => T.IsNegativeInfinity(x) ? T.NegativeZero : x * Gate(x);

    /// <inheritdoc/>
    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T>
    {
        T gate = Gate(x), rest = Gate(-x);
        return rest == T.Zero || gate == T.Zero ? gate : gate + x * gate * rest * (Linear<T>() + T.CreateChecked(3) * Cubic<T>() * x * x);
    }

    /// <inheritdoc/>
    public void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T> =>
        VectorMath.Map<GeluTanhKernel>(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));

    /// <inheritdoc/>
    public void Gradients<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T> =>
        ElementwiseMap.Gradients(this, x, y, dy, dx);

    /// <inheritdoc/>
    public Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T>
    {
        var near = Vector.Min(Vector.Max(x, Vector.Create(T.CreateChecked(-40))), Vector.Create(T.CreateChecked(40)));
        var gate = VectorActivations.Factor(x, y, T.CreateChecked(0.5));
        // Where x is infinite, 1 − g is 0, and infinity times 0 would be no number.
        return gate + Vector.Min(y, Vector.Create(T.CreateChecked(1e38))) * (Vector<T>.One - gate) * (Vector.Create(Linear<T>()) + Vector.Create(T.CreateChecked(3) * Cubic<T>()) * near * near);
    }
}

public static partial class Layers
{
    /// <summary>y = ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), element by element. See <see cref="GeluTanhFunction"/>.</summary>
    public static Layer GeluTanh() => new ElementwiseLayer<GeluTanhFunction>();

    /// <inheritdoc cref="GeluTanh()"/>
    public static Pipeline<Wire> GeluTanh(Wire x) => GeluTanh().On(x);
}
