using System.Numerics;

namespace Functional.Core.Kernels;

/// <summary>Joins tensors along an axis and takes them apart again: copies of contiguous blocks.</summary>
internal static class Blocks
{
    /// <summary>The parts laid beside each other along an axis (0 is the batch).</summary>
    public static Tensor<T> Join<T>(Tensors<T> parts, int axis) where T : struct, IFloatingPointIeee754<T>
    {
        int size = 0;
        for (int i = 0; i < parts.Count; i++) size += parts[i].Shape[axis];
        var joined = Tensor.Fresh<T>(parts[0].Shape.With(axis, size));
        int width = Inner(joined.Shape, axis), place = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            int block = Inner(parts[i].Shape, axis);
            for (int from = 0, to = place; to < joined.Span.Length; from += block, to += width)
                parts[i].Span.Slice(from, block).CopyTo(joined.Span[to..]);
            place += block;
        }
        return joined.Done();
    }

    /// <summary><paramref name="length"/> places along an axis from <paramref name="start"/> on.</summary>
    public static Tensor<T> Part<T>(Tensor<T> whole, int axis, int start, int length) where T : struct, IFloatingPointIeee754<T>
    {
        var part = Tensor.Fresh<T>(whole.Shape.With(axis, length));
        int width = Inner(whole.Shape, axis), block = Inner(part.Shape, axis);
        int place = width / whole.Shape[axis] * start;
        for (int from = place, to = 0; to < part.Span.Length; from += width, to += block)
            whole.Span.Slice(from, block).CopyTo(part.Span[to..]);
        return part.Done();
    }

    private static int Inner(Shape shape, int axis)
    {
        int size = 1;
        for (int i = axis; i < shape.Rank; i++) size *= shape[i];
        return size;
    }
}
