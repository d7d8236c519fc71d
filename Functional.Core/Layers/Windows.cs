using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>What layers with a sliding window share.</summary>
internal static class Windows
{
    // Far beyond any use, and small enough that no product of two settings overflows.
    private const int Most = 1 << 15;

    /// <summary>What is wrong with a window, apart from sizes that are not positive.</summary>
    public static Seq<Fault> Bounds(Extent kernel, Extent dilation, Padding padding)
    {
        var faults = Seq<Fault>();
        if (Math.Min(Math.Min(padding.Top, padding.Bottom), Math.Min(padding.Left, padding.Right)) < 0)
            faults = faults.Add(new Fault($"padding {padding}", "padding of at least 0"));
        if (Math.Max(Math.Max(kernel.Height, kernel.Width), Math.Max(dilation.Height, dilation.Width)) > Most)
            faults = faults.Add(new Fault($"kernel {kernel}, dilation {dilation}", $"at most {Most:N0}"));
        if (new[] { padding.Top, padding.Bottom, padding.Left, padding.Right }.Max() > Most)
            faults = faults.Add(new Fault($"padding {padding}", $"at most {Most:N0}"));
        return faults;
    }

    /// <summary>What is wrong with a pooling window.</summary>
    public static Seq<Fault> Faults(Extent kernel, Extent stride, Padding padding) =>
        Expect.Positive(("kernel", Math.Min(kernel.Height, kernel.Width)), ("stride", Math.Min(stride.Height, stride.Width)))
        + Bounds(kernel, Extent.One, padding)
        // Else some windows would see nothing but padding.
        + (Math.Max(padding.Top, padding.Bottom) < kernel.Height && Math.Max(padding.Left, padding.Right) < kernel.Width
            ? Empty
            : Seq1(new Fault($"padding {padding}", $"less than the kernel, {kernel}")));

    /// <summary>How a window slides over an image <c>[channels, height, width]</c>, or over a sequence <c>[channels, length]</c>.</summary>
    public static Fin<(Slide Y, Slide X)> Over(Seq<Shape> inputs, Extent kernel, Extent stride, Padding padding) =>
        ImageOrSequence(inputs, kernel).Bind(shape =>
            from y in shape.Rank == 2
                ? Slide.None
                : Slide.Over(shape[1], kernel.Height, stride.Height, 1, padding.Top, padding.Bottom, padding.IsSame)
            from x in Slide.Over(shape[-1], kernel.Width, stride.Width, 1, padding.Left, padding.Right, padding.IsSame)
            select (y, x));

    /// <summary>One image, or one sequence where the settings let the height alone.</summary>
    public static Fin<Shape> ImageOrSequence(Seq<Shape> inputs, Extent size) => Expect.One(inputs).Bind<Shape>(shape =>
        shape.Rank == 3 || (shape.Rank == 2 && size.Height == 1)
            ? shape
            : new Fault($"shape {shape}", size.Height == 1 ? "an image [channels, height, width] or a sequence [channels, length]" : "an image [channels, height, width]"));

    /// <summary>The shape that comes out.</summary>
    public static Shape Output(Shape input, int height, int width) => input.Rank == 2 ? [input[0], width] : [input[0], height, width];
}
