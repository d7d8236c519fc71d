using System.Numerics;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// The sigmoid in three straight pieces: y = x/6 + ½ for |x| ≤ 3, 0 below, 1 above. Derivative: 1/6 for |x| &lt; 3, else 0; at ±3, where there is none,
/// 0 is a subgradient. Any shape; the output has the input's. PyTorch's <c>Hardsigmoid</c>, Keras' <c>hard_sigmoid</c>.
/// </summary>
/// <remarks>M. Courbariaux, Y. Bengio, J. David, BinaryConnect, 2015; with the slope of A. Howard et al., Searching for MobileNetV3, 2019.</remarks>
public readonly record struct HardSigmoidFunction : IVectorElementwise
{
    private static Vector<T> Of<T>(Vector<T> x) where T : struct, IFloatingPointIeee754<T>
    {
        Vector<T> three = Vector.Create(T.CreateChecked(3)), line = (x + three) / Vector.Create(T.CreateChecked(6));
        line = Vector.ConditionalSelect(Vector.LessThanOrEqual(x, -three), Vector<T>.Zero, line);
        return Vector.ConditionalSelect(Vector.GreaterThanOrEqual(x, three), Vector<T>.One, line);
    }

    /// <inheritdoc/>
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> =>
        x <= -T.CreateChecked(3) ? T.Zero : x >= T.CreateChecked(3) ? T.One : (x + T.CreateChecked(3)) / T.CreateChecked(6);

    /// <inheritdoc/>
    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.Abs(x) < T.CreateChecked(3) ? T.One / T.CreateChecked(6) : T.Zero;

    /// <inheritdoc/>
    public void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T>
    {
        y = y[..x.Length];
        int i = 0;
        if (Vector<T>.IsSupported)
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count) Of(new Vector<T>(x[i..])).CopyTo(y[i..]);
        for (; i < x.Length; i++) y[i] = Value(x[i]);
    }

    /// <inheritdoc/>
    public void Gradients<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T> =>
        ElementwiseMap.Gradients(this, x, dy, dx);

    /// <inheritdoc/>
    public Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T> => Vector.ConditionalSelect(
        Vector.LessThan(Vector.Abs(x), Vector.Create(T.CreateChecked(3))), Vector.Create(T.One / T.CreateChecked(6)), Vector<T>.Zero);
}

public static partial class Layers
{
    /// <summary>y = x/6 + ½ between 0 and 1, element by element. See <see cref="HardSigmoidFunction"/>.</summary>
    public static Layer HardSigmoid() => new ElementwiseLayer<HardSigmoidFunction>();

    /// <inheritdoc cref="HardSigmoid()"/>
    public static Pipeline<Wire> HardSigmoid(Wire x) => HardSigmoid().On(x);
}
