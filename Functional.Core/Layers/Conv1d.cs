using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Convolution of sequences, as the field means it (the kernel is not turned): y[o, i] = b[o] + Σ w[o, c, u] · x[c, i·s + u·d − p]
/// over the channels c of o's group and the places u of the kernel; s is the stride, d the dilation, p the padding in front.
/// Backward: δx[c] and δw[o, c] collect the same products with δy[o] in place of y, δb[o] = Σ δy[o]; the last two summed over the batch.
/// Shapes: x <c>[channels, length]</c>, w <c>[out, channels / groups, kernel]</c>, b <c>[out]</c>, y <c>[out, length′]</c>.
/// With as many groups as channels it is a depthwise convolution.
/// </summary>
/// <param name="Channels">How many channels come out.</param>
/// <param name="Kernel">Length of the kernel.</param>
/// <remarks>A. Waibel et al., Phoneme Recognition Using Time-Delay Neural Networks, 1989.</remarks>
public sealed record Conv1dLayer(int Channels, int Kernel) : Layer
{
    /// <summary>Steps of the kernel from one output to the next.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Zeros before and after.</summary>
    public Padding Padding { get; init; } = Padding.None;

    /// <summary>Distance of the inputs under neighbouring places of the kernel.</summary>
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
    public override Seq<Fault> Faults => Convolving.Faults(Channels, Groups, (1, Kernel), (1, Stride), (1, Dilation), Padding);

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Convolving.Sequence(inputs).Bind(Sizes).Map(sizes => Seq1(Output(sizes)));

    /// <inheritdoc/>
    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Convolving.Parameters(
        [Channels, inputs[0][0] / Groups, Kernel], Bias ? Channels : 0, WeightInitializer, BiasInitializer);

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => Convolving.At<T>(Sizes, Output);

    private static Shape Output(ConvolutionShape sizes) => [sizes.Filters, sizes.X.Out];

    private Fin<ConvolutionShape> Sizes(Shape x) =>
        from length in Slide.Over(x[1], Kernel, Stride, Dilation, Padding.Left, Padding.Right, Padding.IsSame)
        from sizes in Convolving.Grouped(new(x[0], Channels, Groups, Slide.None, length))
        select sizes;
}

public static partial class Layers
{
    /// <summary>Convolution of sequences <c>[channels, length]</c>. See <see cref="Conv1dLayer"/>.</summary>
    /// <param name="channels">How many channels come out.</param>
    /// <param name="kernel">Length of the kernel.</param>
    /// <param name="stride">Steps of the kernel from one output to the next.</param>
    /// <param name="padding">Zeros before and after; by default none.</param>
    /// <param name="dilation">Distance of the inputs under neighbouring places of the kernel.</param>
    /// <param name="groups">Into how many groups the channels are divided.</param>
    /// <param name="bias">Whether b is there.</param>
    /// <param name="weight">How w starts; by default Glorot and Bengio's uniform.</param>
    public static Layer Conv1d(
        int channels, int kernel, int stride = 1, Padding? padding = null, int dilation = 1, int groups = 1, bool bias = true,
        Initializer? weight = null) => new Conv1dLayer(channels, kernel)
        {
            Stride = stride,
            Padding = padding ?? Padding.None,
            Dilation = dilation,
            Groups = groups,
            Bias = bias,
            WeightInitializer = weight ?? Initializer.GlorotUniform,
        };

    /// <inheritdoc cref="Conv1d(int, int, int, Padding?, int, int, bool, Initializer?)"/>
    public static Pipeline<Wire> Conv1d(
        Wire x, int channels, int kernel, int stride = 1, Padding? padding = null, int dilation = 1, int groups = 1, bool bias = true,
        Initializer? weight = null) => Conv1d(channels, kernel, stride, padding, dilation, groups, bias, weight).On(x);
}
