using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Transposed convolution of images, the adjoint of a <see cref="Conv2dLayer"/> with the same weights: every x[c, i, j] adds
/// x[c, i, j] · w[c, o, u, v] to y[o, i·s + u·d − p, j·s + v·d − p], where there is such a place; then b[o] is added. s is the
/// stride, by which the image grows, d the dilation, p the padding, which is cut off.
/// Backward: δx is the ordinary convolution of δy, δw[c, o] = Σ x[c] ⋆ δy[o], δb[o] = Σ δy[o]; the last two summed over the batch.
/// Shapes: x <c>[channels, height, width]</c>, w <c>[channels, out / groups, kernel height, kernel width]</c>, b <c>[out]</c>,
/// y <c>[out, height′, width′]</c> with height′ = (height − 1) · s − 2p + d · (kernel − 1) + 1 + extra.
/// </summary>
/// <param name="Channels">How many channels come out.</param>
/// <param name="Kernel">Height and width of the kernel.</param>
/// <remarks>M. Zeiler et al., Deconvolutional Networks, 2010.</remarks>
public sealed record ConvTranspose2dLayer(int Channels, Extent Kernel) : Layer
{
    /// <summary>Steps of the kernel from one input to the next.</summary>
    public Extent Stride { get; init; } = Extent.One;

    /// <summary>What is cut off around the image; given as numbers, not <see cref="Padding.Same"/>.</summary>
    public Padding Padding { get; init; } = Padding.None;

    /// <summary>Rows below and columns right that are added: which of the sizes that the convolution maps to one shall come out.</summary>
    public Extent Extra { get; init; } = new(0, 0);

    /// <summary>Distance of the outputs under neighbouring places of the kernel.</summary>
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
    public override Seq<Fault> Faults => Convolving.Faults(Channels, Groups, Kernel, Stride, Dilation, Padding)
        + Convolving.TransposedFaults(Padding, Extra, Stride, Dilation);

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Convolving.Image(inputs).Bind(Sizes).Map(sizes => Seq1(Output(sizes)));

    /// <inheritdoc/>
    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Convolving.Parameters(
        [inputs[0][0], Channels / Groups, Kernel.Height, Kernel.Width], Bias ? Channels : 0, WeightInitializer, BiasInitializer);

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => Convolving.At<T>(Sizes, Output, isTransposed: true);

    private static Shape Output(ConvolutionShape sizes) => [sizes.Channels, sizes.Y.In, sizes.X.In];

    private Fin<ConvolutionShape> Sizes(Shape x) =>
        from height in Slide.Transposed(x[1], Kernel.Height, Stride.Height, Dilation.Height, Padding.Top, Padding.Bottom, Extra.Height)
        from width in Slide.Transposed(x[2], Kernel.Width, Stride.Width, Dilation.Width, Padding.Left, Padding.Right, Extra.Width)
        from sizes in Convolving.Grouped(new(Channels, x[0], Groups, height, width))
        select sizes;
}

public static partial class Layers
{
    /// <summary>Transposed convolution of images <c>[channels, height, width]</c>. See <see cref="ConvTranspose2dLayer"/>.</summary>
    /// <param name="channels">How many channels come out.</param>
    /// <param name="kernel">Height and width of the kernel.</param>
    /// <param name="stride">By how much the image grows; by default 1.</param>
    /// <param name="padding">What is cut off around the image; by default nothing.</param>
    /// <param name="extra">Rows and columns added below and right; by default none.</param>
    /// <param name="dilation">Distance of the outputs under neighbouring places of the kernel; by default 1.</param>
    /// <param name="groups">Into how many groups the channels are divided.</param>
    /// <param name="bias">Whether b is there.</param>
    /// <param name="weight">How w starts; by default Glorot and Bengio's uniform.</param>
    public static Layer ConvTranspose2d(
        int channels, Extent kernel, Extent? stride = null, Padding? padding = null, Extent? extra = null, Extent? dilation = null, int groups = 1,
        bool bias = true, Initializer? weight = null) => new ConvTranspose2dLayer(channels, kernel)
        {
            Stride = stride ?? Extent.One,
            Padding = padding ?? Padding.None,
            Extra = extra ?? new(0, 0),
            Dilation = dilation ?? Extent.One,
            Groups = groups,
            Bias = bias,
            WeightInitializer = weight ?? Initializer.GlorotUniform,
        };

    /// <inheritdoc cref="ConvTranspose2d(int, Extent, Extent?, Padding?, Extent?, Extent?, int, bool, Initializer?)"/>
    public static Pipeline<Wire> ConvTranspose2d(
        Wire x, int channels, Extent kernel, Extent? stride = null, Padding? padding = null, Extent? extra = null, Extent? dilation = null, int groups = 1,
        bool bias = true, Initializer? weight = null) => ConvTranspose2d(channels, kernel, stride, padding, extra, dilation, groups, bias, weight).On(x);
}
