using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// What the convolutions share, transposed ones too: one sees its output as the input of an ordinary convolution, so that its forward
/// pass is that one's backward pass and the other way round.
/// </summary>
internal static class Convolving
{
    /// <summary>A convolution at a number type.</summary>
    /// <param name="sizes">The sizes of the (ordinary) convolution for an input of one example.</param>
    /// <param name="output">The shape that comes out.</param>
    /// <param name="isTransposed">Whether what comes out is the input of the ordinary convolution.</param>
    public static Differentiable<T> At<T>(Func<Shape, Fin<ConvolutionShape>> sizes, Func<ConvolutionShape, Shape> output, bool isTransposed = false)
        where T : struct, IFloatingPointIeee754<T>
    {
        var function = new Function<T>(sizes, output, isTransposed);
        return new(function.Forward, function.Backward);
    }

    /// <summary>One input of the shape <c>[channels, height, width]</c>.</summary>
    public static Fin<Shape> Image(Seq<Shape> inputs) => Expect.One(inputs).Bind<Shape>(shape => shape.Rank == 3
        ? shape
        : new Fault($"shape {shape}", "an image [channels, height, width]", shape.Rank == 2 ? $"Reshape to [1, {shape[0]}, {shape[1]}] if it has one channel" : null));

    /// <summary>One input of the shape <c>[channels, length]</c>.</summary>
    public static Fin<Shape> Sequence(Seq<Shape> inputs) => Expect.One(inputs).Bind<Shape>(shape => shape.Rank == 2
        ? shape
        : new Fault($"shape {shape}", "a sequence [channels, length]", shape.Rank == 1 ? $"Reshape to [1, {shape[0]}] if it has one channel" : null));

    /// <summary>The sizes if the channels on both sides can be divided into the groups.</summary>
    public static Fin<ConvolutionShape> Grouped(ConvolutionShape sizes) =>
        sizes.Channels % sizes.Groups == 0 && sizes.Filters % sizes.Groups == 0
            ? (long)sizes.Channels * sizes.Filters / sizes.Groups * sizes.Taps <= int.MaxValue
                ? sizes
                : new Fault($"a kernel for {sizes.Channels} and {sizes.Filters} channels of {sizes.Taps} places", "fewer weights than an array holds")
            : new Fault($"{sizes.Channels} and {sizes.Filters} channels in {sizes.Groups} groups", $"channels in and out that {sizes.Groups} divides");

    /// <summary>w, and b where it has a size.</summary>
    public static Seq<Parameter> Parameters(Shape weight, int bias, Initializer weightInitializer, Initializer biasInitializer) => bias == 0
        ? Seq1(new Parameter("weight", weight, weightInitializer))
        : Seq(new Parameter("weight", weight, weightInitializer), new Parameter("bias", [bias], biasInitializer));

    /// <summary>What is wrong with settings.</summary>
    public static Seq<Fault> Faults(int channels, int groups, Extent kernel, Extent stride, Extent dilation, Padding padding) =>
        Expect.Positive(
            ("channels", channels), ("groups", groups), ("kernel height", kernel.Height), ("kernel width", kernel.Width),
            ("stride", Math.Min(stride.Height, stride.Width)), ("dilation", Math.Min(dilation.Height, dilation.Width)))
        + Windows.Bounds(kernel, dilation, padding);

    /// <summary>What is wrong with settings of a transposed convolution, beside that.</summary>
    public static Seq<Fault> TransposedFaults(Padding padding, Extent extra, Extent stride, Extent dilation)
    {
        static bool Fits(int extra, int stride, int dilation) => extra >= 0 && (extra == 0 || extra < Math.Max(stride, dilation));
        var faults = Seq<Fault>();
        if (padding.IsSame) faults = faults.Add(new Fault("padding same", "numbers", "(kernel − stride) / 2, rounded up, lets the image grow by the stride"));
        if (!Fits(extra.Height, stride.Height, dilation.Height) || !Fits(extra.Width, stride.Width, dilation.Width))
            faults = faults.Add(new Fault($"extra {extra}", "at least 0 and smaller than the stride or the dilation"));
        return faults;
    }

    private sealed class Function<T>(Func<Shape, Fin<ConvolutionShape>> sizes, Func<ConvolutionShape, Shape> output, bool isTransposed)
        where T : struct, IFloatingPointIeee754<T>
    {
        private readonly LastShape<(ConvolutionShape Sizes, Shape Output)> _plan = new(shape =>
        {
            var found = sizes(shape).ThrowIfFail();
            return (found, output(found));
        });

        public ForwardResult<T> Forward(in ForwardCall<T> call)
        {
            var plan = _plan.For(call.X.Shape.Example);
            var y = Tensor.Fresh<T>(plan.Output.Batched(call.Batch));
            ReadOnlySpan<T> w = call.Parameters[0].Span, b = call.Parameters.Count > 1 ? call.Parameters[1].Span : default;
            if (isTransposed) Convolution.BackwardInput(plan.Sizes, call.X.Span, w, b, y.Span);
            else Convolution.Forward(plan.Sizes, call.X.Span, w, b, y.Span);
            return new(y.Done(), call.X);
        }

        public BackwardResult<T> Backward(in BackwardCall<T> call)
        {
            var (x, w, dy) = (call.Saved[0], call.Parameters[0], call.Dy);
            var plan = _plan.For(x.Shape.Example);
            Tensor<T> dx = default;
            if (call.Wants(0))
            {
                var fresh = Tensor.Fresh<T>(x.Shape);
                if (isTransposed) Convolution.Forward(plan.Sizes, dy.Span, w.Span, [], fresh.Span);
                else Convolution.BackwardInput(plan.Sizes, dy.Span, w.Span, [], fresh.Span);
                dx = fresh.Done();
            }
            var dw = call.ParameterGradient(0);
            if (isTransposed) Convolution.BackwardWeight(plan.Sizes, dy.Span, x.Span, dw.Span);
            else Convolution.BackwardWeight(plan.Sizes, x.Span, dy.Span, dw.Span);
            if (call.Parameters.Count == 1) return new(dx, dw.Done());
            var db = call.ParameterGradient(1);
            Convolution.BackwardBias(dy.Span, dy.Shape.Example.Size / db.Span.Length, db.Span);
            return new(dx, [dw.Done(), db.Done()]);
        }
    }
}
