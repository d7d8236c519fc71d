using System.Numerics;
using System.Numerics.Tensors;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// The mean of each channel: y[c] = Σ x[c, …] / n over its n places; δx = δy / n. Shapes: x <c>[channels, …]</c>, y <c>[channels]</c>.
/// </summary>
/// <remarks>M. Lin, Q. Chen, S. Yan, Network In Network, 2013.</remarks>
public sealed record GlobalAveragePoolLayer : Layer
{
    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => GlobalPooling.Outputs(inputs);

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private static ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, plane) = (call.X, GlobalPooling.Plane(call.X.Shape));
        var y = Tensor.Fresh<T>([x.Shape[0], x.Shape[1]]);
        var to = y.Span;
        for (int i = 0; i < to.Length; i++) to[i] = TensorPrimitives.Sum(x.Span.Slice(i * plane, plane)) / T.CreateChecked(plane);
        return new(y.Done(), x);
    }

    // Only the input's shape is needed; a handle to it costs nothing.
    private static BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var dx = Tensor.Fresh<T>(call.Saved[0].Shape);
        int plane = GlobalPooling.Plane(dx.Shape);
        for (int i = 0; i < call.Dy.Size; i++) dx.Span.Slice(i * plane, plane).Fill(call.Dy.Span[i] / T.CreateChecked(plane));
        return new(dx.Done());
    }
}

/// <summary>
/// The largest element of each channel: y[c] = max x[c, …]; δx = δy at the first of the largest elements, else 0.
/// Shapes: x <c>[channels, …]</c>, y <c>[channels]</c>.
/// </summary>
public sealed record GlobalMaxPoolLayer : Layer
{
    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => GlobalPooling.Outputs(inputs);

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private static ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, plane) = (call.X, GlobalPooling.Plane(call.X.Shape));
        var y = Tensor.Fresh<T>([x.Shape[0], x.Shape[1]]);
        var to = y.Span;
        for (int i = 0; i < to.Length; i++) to[i] = x.Span[i * plane + Largest(x.Span.Slice(i * plane, plane))];
        return new(y.Done(), x);
    }

    private static BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var x = call.Saved[0];
        var dx = Tensor.Fresh<T>(x.Shape);
        dx.Span.Clear();
        int plane = GlobalPooling.Plane(x.Shape);
        for (int i = 0; i < call.Dy.Size; i++) dx.Span[i * plane + Largest(x.Span.Slice(i * plane, plane))] = call.Dy.Span[i];
        return new(dx.Done());
    }

    private static int Largest<T>(ReadOnlySpan<T> channel) where T : struct, IFloatingPointIeee754<T>
    {
        int largest = 0;
        for (int i = 1; i < channel.Length; i++)
            if (channel[i] > channel[largest] || (T.IsNaN(channel[i]) && !T.IsNaN(channel[largest]))) largest = i;
        return largest;
    }
}

/// <summary>What the two share.</summary>
internal static class GlobalPooling
{
    public static Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Bind<Seq<Shape>>(shape => shape.Rank >= 2
        ? Seq1(Shape.Of(shape[0]))
        : new Fault($"shape {shape}", "channels of places, [channels, …]"));

    public static int Plane(Shape x) => x.Example.Size / x[1];
}

public static partial class Layers
{
    /// <summary>The mean of each channel, <c>[channels, …]</c> → <c>[channels]</c>. See <see cref="GlobalAveragePoolLayer"/>.</summary>
    public static Layer GlobalAveragePool() => new GlobalAveragePoolLayer();

    /// <inheritdoc cref="GlobalAveragePool()"/>
    public static Pipeline<Wire> GlobalAveragePool(Wire x) => GlobalAveragePool().On(x);

    /// <summary>The largest element of each channel, <c>[channels, …]</c> → <c>[channels]</c>. See <see cref="GlobalMaxPoolLayer"/>.</summary>
    public static Layer GlobalMaxPool() => new GlobalMaxPoolLayer();

    /// <inheritdoc cref="GlobalMaxPool()"/>
    public static Pipeline<Wire> GlobalMaxPool(Wire x) => GlobalMaxPool().On(x);
}
