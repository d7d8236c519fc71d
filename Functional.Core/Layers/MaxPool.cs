using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// The largest element under a window that slides over each channel: y[c, i, j] = max x[c, i·s + u − p, j·s + v − p] over the places
/// (u, v) of the window that lie in the image. Backward: δx collects δy at the element that was the largest, the first of equals.
/// Shapes: x <c>[channels, height, width]</c>, y <c>[channels, height′, width′]</c>; of a sequence <c>[channels, length]</c> the window
/// has height 1.
/// </summary>
/// <param name="Kernel">Height and width of the window.</param>
public sealed record MaxPoolLayer(Extent Kernel) : Layer
{
    /// <summary>Steps of the window from one output to the next; <c>null</c> for its own size, so that windows touch.</summary>
    public Extent? Stride { get; init; }

    /// <summary>Places around the image where the window may lie too; they take no part.</summary>
    public Padding Padding { get; init; } = Padding.None;

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Windows.Faults(Kernel, Stride ?? Kernel, Padding);

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Over(inputs).Map(over => Seq1(Windows.Output(inputs[0], over.Y.Out, over.X.Out)));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>()
    {
        var plan = new LastShape<(Slide Y, Slide X, Shape Output)>(shape =>
        {
            var (y, x) = Over(Seq1(shape)).ThrowIfFail();
            return (y, x, Windows.Output(shape, y.Out, x.Out));
        });
        return new(
            (in ForwardCall<T> call) =>
            {
                var (rows, columns, output) = plan.For(call.X.Shape.Example);
                var y = Tensor.Fresh<T>(output.Batched(call.Batch));
                Pooling.Max(rows, columns, call.X.Span, y.Span);
                return new(y.Done(), call.X);
            },
            (in BackwardCall<T> call) =>
            {
                var (rows, columns, _) = plan.For(call.Saved[0].Shape.Example);
                var dx = Tensor.Fresh<T>(call.Saved[0].Shape);
                Pooling.MaxBackward(rows, columns, call.Saved[0].Span, call.Dy.Span, dx.Span);
                return new(dx.Done());
            });
    }

    private Fin<(Slide Y, Slide X)> Over(Seq<Shape> inputs) => Windows.Over(inputs, Kernel, Stride ?? Kernel, Padding);
}

public static partial class Layers
{
    /// <summary>The largest element under a window that slides over images <c>[channels, height, width]</c>. See <see cref="MaxPoolLayer"/>.</summary>
    /// <param name="kernel">Height and width of the window.</param>
    /// <param name="stride">Steps from one output to the next; by default the window's size.</param>
    /// <param name="padding">Places around the image where the window may lie too; by default none.</param>
    public static Layer MaxPool2d(Extent kernel, Extent? stride = null, Padding? padding = null) =>
        new MaxPoolLayer(kernel) { Stride = stride, Padding = padding ?? Padding.None };

    /// <inheritdoc cref="MaxPool2d(Extent, Extent?, Padding?)"/>
    public static Pipeline<Wire> MaxPool2d(Wire x, Extent kernel, Extent? stride = null, Padding? padding = null) => MaxPool2d(kernel, stride, padding).On(x);

    /// <summary>The largest element under a window that slides over sequences <c>[channels, length]</c>. See <see cref="MaxPoolLayer"/>.</summary>
    /// <param name="kernel">Length of the window.</param>
    /// <param name="stride">Steps from one output to the next; by default the window's length.</param>
    /// <param name="padding">Places before and after where the window may lie too.</param>
    public static Layer MaxPool1d(int kernel, int? stride = null, int padding = 0) => MaxPool2d((1, kernel), (1, stride ?? kernel), (0, padding));

    /// <inheritdoc cref="MaxPool1d(int, int?, int)"/>
    public static Pipeline<Wire> MaxPool1d(Wire x, int kernel, int? stride = null, int padding = 0) => MaxPool1d(kernel, stride, padding).On(x);
}
