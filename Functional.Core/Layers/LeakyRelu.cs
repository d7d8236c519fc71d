using System.Numerics;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// The leaky rectified linear unit: y = x for x ≥ 0, a x below. Derivative: 1 for x ≥ 0, a below; at 0 itself, where there is none, 1 is a
/// subgradient. Any shape; the output has the input's. PyTorch's and Keras' <c>LeakyReLU</c>.
/// </summary>
/// <param name="Slope">a, the slope below 0.</param>
/// <remarks>A. Maas, A. Hannun, A. Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013.</remarks>
public readonly record struct LeakyReluFunction(double Slope) : IVectorElementwise
{
    /// <inheritdoc/>
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x < T.Zero ? T.CreateChecked(Slope) * x : x;

    /// <inheritdoc/>
    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => x < T.Zero ? T.CreateChecked(Slope) : T.One;

    /// <inheritdoc/>
    public void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T> =>
        VectorActivations.Sides(x, y, T.CreateChecked(Slope), T.One);

    /// <inheritdoc/>
    public void Gradients<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T> =>
        ElementwiseMap.Gradients(this, x, dy, dx);

    /// <inheritdoc/>
    public Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T> =>
        Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), Vector.Create(T.CreateChecked(Slope)), Vector<T>.One);
}

public static partial class Layers
{
    /// <summary>y = x for x ≥ 0, <paramref name="slope"/> x below, element by element. See <see cref="LeakyReluFunction"/>.</summary>
    public static Layer LeakyRelu(double slope = 0.01) => new ElementwiseLayer<LeakyReluFunction>(new(slope));

    /// <inheritdoc cref="LeakyRelu(double)"/>
    public static Pipeline<Wire> LeakyRelu(Wire x, double slope = 0.01) => LeakyRelu(slope).On(x);
}
