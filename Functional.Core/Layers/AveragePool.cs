using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// The mean under a window that slides over each channel: y[c, i, j] = Σ x[c, i·s + u − p, j·s + v − p] / n over the places (u, v) of the
/// window, n of them. Backward: δx collects δy / n from every window that an element is in.
/// Shapes: x <c>[channels, height, width]</c>, y <c>[channels, height′, width′]</c>; of a sequence <c>[channels, length]</c> the window
/// has height 1.
/// </summary>
/// <param name="Kernel">Height and width of the window.</param>
public sealed record AveragePoolLayer(Extent Kernel) : Layer
{
    /// <summary>Steps of the window from one output to the next; <c>null</c> for its own size, so that windows touch.</summary>
    public Extent? Stride { get; init; }

    /// <summary>Zeros around the image.</summary>
    public Padding Padding { get; init; } = Padding.None;

    /// <summary>Whether n counts the padding too, as PyTorch does unless told otherwise, or only what lies in the image, as Keras does.</summary>
    public bool CountPadding { get; init; } = true;

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
                Pooling.Mean(rows, columns, CountPadding, call.X.Span, y.Span);
                return new(y.Done(), call.X);
            },
            (in BackwardCall<T> call) =>
            {
                // Only the input's shape is needed; a handle to it costs nothing.
                var (rows, columns, _) = plan.For(call.Saved[0].Shape.Example);
                var dx = Tensor.Fresh<T>(call.Saved[0].Shape);
                Pooling.MeanBackward(rows, columns, CountPadding, call.Dy.Span, dx.Span);
                return new(dx.Done());
            });
    }

    private Fin<(Slide Y, Slide X)> Over(Seq<Shape> inputs) => Windows.Over(inputs, Kernel, Stride ?? Kernel, Padding);
}

public static partial class Layers
{
    /// <summary>The mean under a window that slides over images <c>[channels, height, width]</c>. See <see cref="AveragePoolLayer"/>.</summary>
    /// <param name="kernel">Height and width of the window.</param>
    /// <param name="stride">Steps from one output to the next; by default the window's size.</param>
    /// <param name="padding">Zeros around the image; by default none.</param>
    /// <param name="countPadding">Whether the mean counts the padding.</param>
    public static Layer AveragePool2d(Extent kernel, Extent? stride = null, Padding? padding = null, bool countPadding = true) =>
        new AveragePoolLayer(kernel) { Stride = stride, Padding = padding ?? Padding.None, CountPadding = countPadding };

    /// <inheritdoc cref="AveragePool2d(Extent, Extent?, Padding?, bool)"/>
    public static Pipeline<Wire> AveragePool2d(Wire x, Extent kernel, Extent? stride = null, Padding? padding = null, bool countPadding = true) =>
        AveragePool2d(kernel, stride, padding, countPadding).On(x);

    /// <summary>The mean under a window that slides over sequences <c>[channels, length]</c>. See <see cref="AveragePoolLayer"/>.</summary>
    /// <param name="kernel">Length of the window.</param>
    /// <param name="stride">Steps from one output to the next; by default the window's length.</param>
    /// <param name="padding">Zeros before and after.</param>
    /// <param name="countPadding">Whether the mean counts the padding.</param>
    public static Layer AveragePool1d(int kernel, int? stride = null, int padding = 0, bool countPadding = true) =>
        AveragePool2d((1, kernel), (1, stride ?? kernel), (0, padding), countPadding);

    /// <inheritdoc cref="AveragePool1d(int, int?, int, bool)"/>
    public static Pipeline<Wire> AveragePool1d(Wire x, int kernel, int? stride = null, int padding = 0, bool countPadding = true) =>
        AveragePool1d(kernel, stride, padding, countPadding).On(x);
}
