namespace Functional.Core.Kernels;

/// <summary>
/// The sizes of a convolution over images: x <c>[batch, Channels, Y.In, X.In]</c>, w <c>[Filters, Channels / Groups, Y.Kernel, X.Kernel]</c>,
/// y <c>[batch, Filters, Y.Out, X.Out]</c>. A sequence is an image of height 1.
/// </summary>
/// <param name="Channels">Channels of x.</param>
/// <param name="Filters">Channels of y.</param>
/// <param name="Groups">Into how many groups both are divided; a filter sees the channels of its own.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="X">The horizontal axis.</param>
internal readonly record struct ConvolutionShape(int Channels, int Filters, int Groups, Slide Y, Slide X)
{
    /// <summary>Channels that a filter sees.</summary>
    public int ChannelsPerGroup => Channels / Groups;

    /// <summary>Filters that see the same channels.</summary>
    public int FiltersPerGroup => Filters / Groups;

    /// <summary>Places of the kernel.</summary>
    public int Taps => Y.Kernel * X.Kernel;

    /// <summary>Elements of one channel of x.</summary>
    public int InPlane => Y.In * X.In;

    /// <summary>Elements of one channel of y.</summary>
    public int OutPlane => Y.Out * X.Out;

    /// <summary>Elements of one example of x.</summary>
    public int InSize => Channels * InPlane;

    /// <summary>Elements of one example of y.</summary>
    public int OutSize => Filters * OutPlane;

    /// <summary>Elements of w.</summary>
    public int WeightSize => Filters * ChannelsPerGroup * Taps;
}
