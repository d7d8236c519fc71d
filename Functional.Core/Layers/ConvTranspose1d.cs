using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Transposed convolution of sequences, the adjoint of a <see cref="Conv1dLayer"/> with the same weights: every x[c, i] adds
/// x[c, i] · w[c, o, u] to y[o, i·s + u·d − p], where there is such a place; then b[o] is added. s is the stride, by which the
/// sequence grows, d the dilation, p the padding, which is cut off.
/// Backward: δx is the ordinary convolution of δy, δw[c, o] = Σ x[c] ⋆ δy[o], δb[o] = Σ δy[o]; the last two summed over the batch.
/// Shapes: x <c>[channels, length]</c>, w <c>[channels, out / groups, kernel]</c>, b <c>[out]</c>, y <c>[out, length′]</c> with
/// length′ = (length − 1) · s − 2p + d · (kernel − 1) + 1 + extra.
/// </summary>
/// <param name="Channels">How many channels come out.</param>
/// <param name="Kernel">Length of the kernel.</param>
/// <remarks>M. Zeiler et al., Deconvolutional Networks, 2010.</remarks>
public sealed record ConvTranspose1dLayer(int Channels, int Kernel) : Layer
{
    /// <summary>Steps of the kernel from one input to the next.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>What is cut off at the ends; given as numbers, not <see cref="Padding.Same"/>.</summary>
    public Padding Padding { get; init; } = Padding.None;

    /// <summary>Steps added at the end: which of the sizes that the convolution maps to one shall come out.</summary>
    public int Extra { get; init; }

    /// <summary>Distance of the outputs under neighbouring places of the kernel.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Into how many groups the channels are divided, each with filters of its own.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Whether b is there.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>How w starts. By default Glorot and Bengio's uniform.</summary>
    public Initializer WeightInitializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>How b starts. By default at 0.</summary>
    public Initializer BiasInitializer { get; init; } = Initializer.Zeros;

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Convolving.Faults(Channels, Groups, (1, Kernel), (1, Stride), (1, Dilation), Padding)
        + Convolving.TransposedFaults(Padding, (0, Extra), (1, Stride), (1, Dilation));

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Convolving.Sequence(inputs).Bind(Sizes).Map(sizes => Seq1(Output(sizes)));

    /// <inheritdoc/>
    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Convolving.Parameters(
        [inputs[0][0], Channels / Groups, Kernel], Bias ? Channels : 0, WeightInitializer, BiasInitializer);

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => Convolving.At<T>(Sizes, Output, isTransposed: true);

    private static Shape Output(ConvolutionShape sizes) => [sizes.Channels, sizes.X.In];

    private Fin<ConvolutionShape> Sizes(Shape x) =>
        from length in Slide.Transposed(x[1], Kernel, Stride, Dilation, Padding.Left, Padding.Right, Extra)
        from sizes in Convolving.Grouped(new(Channels, x[0], Groups, Slide.None, length))
        select sizes;
}

public static partial class Layers
{
    /// <summary>Transposed convolution of sequences <c>[channels, length]</c>. See <see cref="ConvTranspose1dLayer"/>.</summary>
    /// <param name="channels">How many channels come out.</param>
    /// <param name="kernel">Length of the kernel.</param>
    /// <param name="stride">By how much the sequence grows.</param>
    /// <param name="padding">What is cut off at the ends; by default nothing.</param>
    /// <param name="extra">Steps added at the end.</param>
    /// <param name="dilation">Distance of the outputs under neighbouring places of the kernel.</param>
    /// <param name="groups">Into how many groups the channels are divided.</param>
    /// <param name="bias">Whether b is there.</param>
    /// <param name="weight">How w starts; by default Glorot and Bengio's uniform.</param>
    public static Layer ConvTranspose1d(
        int channels, int kernel, int stride = 1, Padding? padding = null, int extra = 0, int dilation = 1, int groups = 1,
        bool bias = true, Initializer? weight = null) => new ConvTranspose1dLayer(channels, kernel)
        {
            Stride = stride,
            Padding = padding ?? Padding.None,
            Extra = extra,
            Dilation = dilation,
            Groups = groups,
            Bias = bias,
            WeightInitializer = weight ?? Initializer.GlorotUniform,
        };

    /// <inheritdoc cref="ConvTranspose1d(int, int, int, Padding?, int, int, int, bool, Initializer?)"/>
    public static Pipeline<Wire> ConvTranspose1d(
        Wire x, int channels, int kernel, int stride = 1, Padding? padding = null, int extra = 0, int dilation = 1, int groups = 1,
        bool bias = true, Initializer? weight = null) => ConvTranspose1d(channels, kernel, stride, padding, extra, dilation, groups, bias, weight).On(x);
}
