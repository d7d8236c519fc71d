using System.Numerics;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// Swish with the sigmoid in straight pieces: y = x (x + 3) / 6 for |x| ≤ 3, 0 below, x above. Derivative: (2x + 3) / 6 for |x| &lt; 3, 0 below, 1 above;
/// at ±3, where there is none, 0 and 1 are subgradients. Any shape; the output has the input's. PyTorch's <c>Hardswish</c>, Keras' <c>hard_silu</c>.
/// </summary>
/// <remarks>A. Howard et al., Searching for MobileNetV3, 2019.</remarks>
public readonly record struct HardSwishFunction : IVectorElementwise
{
    private static Vector<T> Of<T>(Vector<T> x, bool slope) where T : struct, IFloatingPointIeee754<T>
    {
        Vector<T> three = Vector.Create(T.CreateChecked(3)), middle = (slope ? x + x + three : x * (x + three)) / Vector.Create(T.CreateChecked(6));
        middle = Vector.ConditionalSelect(Vector.LessThanOrEqual(x, -three), Vector<T>.Zero, middle);
        return Vector.ConditionalSelect(Vector.GreaterThanOrEqual(x, three), slope ? Vector<T>.One : x, middle);
    }

    /// <inheritdoc/>
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> =>
        x <= -T.CreateChecked(3) ? T.Zero : x >= T.CreateChecked(3) ? x : x * (x + T.CreateChecked(3)) / T.CreateChecked(6);

    /// <inheritdoc/>
    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> =>
        x <= -T.CreateChecked(3) ? T.Zero : x >= T.CreateChecked(3) ? T.One : (x + x + T.CreateChecked(3)) / T.CreateChecked(6);

    /// <inheritdoc/>
    public void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T>
    {
        y = y[..x.Length];
        int i = 0;
        if (Vector<T>.IsSupported)
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count) Of(new Vector<T>(x[i..]), false).CopyTo(y[i..]);
        for (; i < x.Length; i++) y[i] = Value(x[i]);
    }

    /// <inheritdoc/>
    public void Gradients<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T> =>
        ElementwiseMap.Gradients(this, x, dy, dx);

    /// <inheritdoc/>
    public Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T> => Of(x, true);
}

public static partial class Layers
{
    /// <summary>y = x (x + 3) / 6 for |x| ≤ 3, 0 below, x above, element by element. See <see cref="HardSwishFunction"/>.</summary>
    public static Layer HardSwish() => new ElementwiseLayer<HardSwishFunction>();

    /// <inheritdoc cref="HardSwish()"/>
    public static Pipeline<Wire> HardSwish(Wire x) => HardSwish().On(x);
}
