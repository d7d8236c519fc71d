using LanguageExt;

namespace Functional.Core;

/// <summary>
/// How a kernel slides along one axis: output i covers the inputs i·Stride + j·Dilation − Before for j = 0 … Kernel − 1, where there
/// are any; the rest is padding.
/// </summary>
/// <param name="In">Size of the input.</param>
/// <param name="Kernel">Size of the kernel.</param>
/// <param name="Stride">Steps from one output to the next.</param>
/// <param name="Dilation">Steps from one place of the kernel to the next.</param>
/// <param name="Before">Padding in front.</param>
/// <param name="Out">Size of the output.</param>
internal readonly record struct Slide(int In, int Kernel, int Stride, int Dilation, int Before, int Out)
{
    /// <summary>The single place of an axis that is not there, so that a sequence is an image of height 1.</summary>
    public static Slide None { get; } = new(1, 1, 1, 1, 0, 1);

    /// <summary>From the first input under the kernel to the last.</summary>
    public int Reach => Dilation * (Kernel - 1);

    /// <summary>The input under place <paramref name="tap"/> of the kernel at an output; outside 0 … In − 1 it is padding.</summary>
    public int Source(int output, int tap) => output * Stride + tap * Dilation - Before;

    /// <summary>The axis of a window over an input of a size, or why there is none.</summary>
    public static Fin<Slide> Over(int size, int kernel, int stride, int dilation, int before, int after, bool same)
    {
        long reach = (long)dilation * (kernel - 1);
        if (same)
        {
            int wanted = (int)(((long)size + stride - 1) / stride);
            before = (int)Math.Min(Math.Max((wanted - 1L) * stride + reach + 1 - size, 0) / 2, int.MaxValue);
            return new Slide(size, kernel, stride, dilation, before, wanted);
        }
        long room = (long)size + before + after - reach - 1;
        return room >= 0
            ? new Slide(size, kernel, stride, dilation, before, (int)Math.Min(room / stride + 1, int.MaxValue))
            : new Fault(
                $"a kernel that reaches over {reach + 1}", $"at most {(long)size + before + after}: {size} and {before} + {after} of padding",
                "use Padding.Same or a smaller kernel");
    }

    /// <summary>The axis of a transposed convolution: the one whose input has the size that comes out and whose output is <paramref name="size"/>.</summary>
    public static Fin<Slide> Transposed(int size, int kernel, int stride, int dilation, int before, int after, int extra)
    {
        long comes = (size - 1L) * stride + (long)dilation * (kernel - 1) + 1 - before - after + extra;
        return comes is > 0 and <= int.MaxValue
            ? new Slide((int)comes, kernel, stride, dilation, before, size)
            : new Fault($"padding {before} + {after}", $"an output of at least 1, which would be {comes}");
    }
}
