using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Convolution of images, as the field means it (the kernel is not turned): y[o, i, j] = b[o] + Σ w[o, c, u, v] · x[c, i·s + u·d − p, j·s + v·d − p]
/// over the channels c of o's group and the places (u, v) of the kernel; s is the stride, d the dilation, p the padding in front.
/// Backward: δx[c] and δw[o, c] collect the same products with δy[o] in place of y, δb[o] = Σ δy[o]; the last two summed over the batch.
/// Shapes: x <c>[channels, height, width]</c>, w <c>[out, channels / groups, kernel height, kernel width]</c>, b <c>[out]</c>,
/// y <c>[out, height′, width′]</c>. With as many groups as channels it is a depthwise convolution.
/// </summary>
/// <param name="Channels">How many channels come out.</param>
/// <param name="Kernel">Height and width of the kernel.</param>
/// <remarks>Y. LeCun et al., Backpropagation Applied to Handwritten Zip Code Recognition, 1989.</remarks>
public sealed record Conv2dLayer(int Channels, Extent Kernel) : Layer
{
    /// <summary>Steps of the kernel from one output to the next.</summary>
    public Extent Stride { get; init; } = Extent.One;

    /// <summary>Zeros around the image.</summary>
    public Padding Padding { get; init; } = Padding.None;

    /// <summary>Distance of the inputs under neighbouring places of the kernel.</summary>
    public Extent Dilation { get; init; } = Extent.One;

    /// <summary>Into how many groups the channels are divided, each with filters of its own.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Whether b is there.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>How w starts. By default Glorot and Bengio's uniform.</summary>
    public Initializer WeightInitializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>How b starts. By default at 0.</summary>
    public Initializer BiasInitializer { get; init; } = Initializer.Zeros;

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Convolving.Faults(Channels, Groups, Kernel, Stride, Dilation, Padding);

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Convolving.Image(inputs).Bind(Sizes).Map(sizes => Seq1(Output(sizes)));

    /// <inheritdoc/>
    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Convolving.Parameters(
        [Channels, inputs[0][0] / Groups, Kernel.Height, Kernel.Width], Bias ? Channels : 0, WeightInitializer, BiasInitializer);

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => Convolving.At<T>(Sizes, Output);

    private static Shape Output(ConvolutionShape sizes) => [sizes.Filters, sizes.Y.Out, sizes.X.Out];

    private Fin<ConvolutionShape> Sizes(Shape x) =>
        from height in Slide.Over(x[1], Kernel.Height, Stride.Height, Dilation.Height, Padding.Top, Padding.Bottom, Padding.IsSame)
        from width in Slide.Over(x[2], Kernel.Width, Stride.Width, Dilation.Width, Padding.Left, Padding.Right, Padding.IsSame)
        from sizes in Convolving.Grouped(new(x[0], Channels, Groups, height, width))
        select sizes;
}

public static partial class Layers
{
    /// <summary>Convolution of images <c>[channels, height, width]</c>. See <see cref="Conv2dLayer"/>.</summary>
    /// <param name="channels">How many channels come out.</param>
    /// <param name="kernel">Height and width of the kernel.</param>
    /// <param name="stride">Steps of the kernel from one output to the next; by default 1.</param>
    /// <param name="padding">Zeros around the image; by default none.</param>
    /// <param name="dilation">Distance of the inputs under neighbouring places of the kernel; by default 1.</param>
    /// <param name="groups">Into how many groups the channels are divided.</param>
    /// <param name="bias">Whether b is there.</param>
    /// <param name="weight">How w starts; by default Glorot and Bengio's uniform.</param>
    public static Layer Conv2d(
        int channels, Extent kernel, Extent? stride = null, Padding? padding = null, Extent? dilation = null, int groups = 1, bool bias = true,
        Initializer? weight = null) => new Conv2dLayer(channels, kernel)
        {
            Stride = stride ?? Extent.One,
            Padding = padding ?? Padding.None,
            Dilation = dilation ?? Extent.One,
            Groups = groups,
            Bias = bias,
            WeightInitializer = weight ?? Initializer.GlorotUniform,
        };

    /// <inheritdoc cref="Conv2d(int, Extent, Extent?, Padding?, Extent?, int, bool, Initializer?)"/>
    public static Pipeline<Wire> Conv2d(
        Wire x, int channels, Extent kernel, Extent? stride = null, Padding? padding = null, Extent? dilation = null, int groups = 1, bool bias = true,
        Initializer? weight = null) => Conv2d(channels, kernel, stride, padding, dilation, groups, bias, weight).On(x);
}
