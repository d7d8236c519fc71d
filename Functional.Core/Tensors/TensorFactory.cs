using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Functional.Core;

/// <summary>Makes tensors: from arrays, spans, nested collections, and functions of the index.</summary>
public static class Tensor
{
    /// <summary>Memory for a new tensor, from the current <see cref="Region"/> where there is one, to be written before it is seen.</summary>
    public static Fresh<T> Fresh<T>(Shape shape) where T : struct, IFloatingPointIeee754<T>
    {
        var region = Region.Current;
        if (region is null) return Lasting<T>(shape);
        var data = region.Take<T>(shape.Size, out int offset);
        return new(new Tensor<T>(data, offset, shape, region));
    }

    /// <summary>Working memory, from the current <see cref="Region"/> where there is one; its content is undefined.</summary>
    internal static Span<T> Room<T>(int length) where T : struct, IFloatingPointIeee754<T> =>
        Region.Current is { } region
            ? region.Take<T>(length, out int offset).AsSpan(offset, length)
            : GC.AllocateUninitializedArray<T>(length);

    /// <summary>
    /// Memory outside any region. A tensor of some length begins at a cache line, since what straddles two of them is read at half the speed; one large
    /// enough to stay where it is keeps to that.
    /// </summary>
    internal static Fresh<T> Lasting<T>(Shape shape) where T : struct, IFloatingPointIeee754<T>
    {
        const int line = 64, some = 1024;
        int size = Unsafe.SizeOf<T>(), length = shape.Size, room = line / size;
        if (line % size != 0 || length < some / size || length > Array.MaxLength - room)
            return new(new Tensor<T>(GC.AllocateUninitializedArray<T>(length), 0, shape));
        var data = GC.AllocateUninitializedArray<T>(length + room);
        return new(new Tensor<T>(data, (int)(-Address(data) & (line - 1)) / size, shape));
    }

    /// <summary>
    /// Memory outside any region for long passes over several tensors: it begins at a cache line, and tensors of different numbers begin at
    /// different places of a page.
    /// </summary>
    internal static Fresh<T> Staggered<T>(Shape shape, int number) where T : struct, IFloatingPointIeee754<T>
    {
        const int page = 4096, apart = page / 8 + 64;
        int size = Unsafe.SizeOf<T>(), room = 2 * page / size;
        if (page % size != 0 || shape.Size < room) return Lasting<T>(shape);
        var data = GC.AllocateUninitializedArray<T>(shape.Size + room, pinned: true);
        nint start = Address(data);
        nint place = ((start + page - 1) & -page) + number * apart % page;
        return new(new Tensor<T>(data, (int)(place - start) / size, shape));
    }

    /// <summary>Where an array's numbers lie, as long as the garbage collector does not move it.</summary>
    internal static unsafe nint Address<T>(T[] data) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(data));

    /// <summary>A tensor of zeros.</summary>
    public static Tensor<T> Zeros<T>(Shape shape) where T : struct, IFloatingPointIeee754<T> => Filled(shape, T.Zero);

    /// <summary>A tensor whose elements all have one value.</summary>
    public static Tensor<T> Filled<T>(Shape shape, T value) where T : struct, IFloatingPointIeee754<T>
    {
        var fresh = Fresh<T>(shape);
        fresh.Span.Fill(value);
        return fresh.Done();
    }

    /// <summary>A single number, of shape <c>[]</c>.</summary>
    public static Tensor<T> Scalar<T>(T value) where T : struct, IFloatingPointIeee754<T> => Filled(Shape.Scalar, value);

    /// <summary>A tensor from a copy of its elements in row-major order.</summary>
    /// <exception cref="ArgumentException">There are not as many elements as the shape needs.</exception>
    public static Tensor<T> From<T>(Shape shape, params ReadOnlySpan<T> elements) where T : struct, IFloatingPointIeee754<T>
    {
        if (shape.LongSize != elements.Length)
            throw new ArgumentException($"{elements.Length} elements were given; shape {shape} needs {shape.LongSize}.", nameof(elements));
        var fresh = Fresh<T>(shape);
        elements.CopyTo(fresh.Span);
        return fresh.Done();
    }

    /// <summary>A vector from a copy of its elements.</summary>
    public static Tensor<T> From<T>(params ReadOnlySpan<T> elements) where T : struct, IFloatingPointIeee754<T> => From([elements.Length], elements);

    /// <summary>A matrix from rows of equal length, <c>[rows, columns]</c>.</summary>
    /// <exception cref="ArgumentException">A row differs in length from the first; the message says which.</exception>
    public static Tensor<T> From<T>(IEnumerable<IReadOnlyList<T>> rows) where T : struct, IFloatingPointIeee754<T>
    {
        var list = rows as IReadOnlyList<IReadOnlyList<T>> ?? [.. rows];
        int columns = list.Count == 0 ? 0 : list[0].Count;
        var fresh = Fresh<T>([list.Count, columns]);
        for (int row = 0; row < list.Count; row++)
        {
            if (list[row].Count != columns)
                throw new ArgumentException($"Row {row} has {list[row].Count} elements; row 0 has {columns}, and all rows need the same.", nameof(rows));
            for (int column = 0; column < columns; column++) fresh.Span[row * columns + column] = list[row][column];
        }
        return fresh.Done();
    }

    /// <summary>A matrix from a rectangular array.</summary>
    public static Tensor<T> From<T>(T[,] elements) where T : struct, IFloatingPointIeee754<T> =>
        Build([elements.GetLength(0), elements.GetLength(1)], index => elements[index[0], index[1]]);

    /// <summary>A tensor whose element at each index is a function of the index.</summary>
    public static Tensor<T> Build<T>(Shape shape, Func<ReadOnlySpan<int>, T> element) where T : struct, IFloatingPointIeee754<T>
    {
        var fresh = Fresh<T>(shape);
        Span<int> index = stackalloc int[shape.Rank];
        index.Clear();
        foreach (ref T place in fresh.Span)
        {
            place = element(index);
            for (int axis = shape.Rank - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) index[axis] = 0;
        }
        return fresh.Done();
    }

    /// <summary>The tensor of a function of each element.</summary>
    public static Tensor<TResult> Map<T, TResult>(this Tensor<T> tensor, Func<T, TResult> function)
        where T : struct, IFloatingPointIeee754<T> where TResult : struct, IFloatingPointIeee754<TResult>
    {
        var fresh = Fresh<TResult>(tensor.Shape);
        var from = tensor.Span;
        var to = fresh.Span;
        for (int i = 0; i < from.Length; i++) to[i] = function(from[i]);
        return fresh.Done();
    }

    /// <summary>The tensor at another number type, each element rounded to it.</summary>
    public static Tensor<TResult> To<T, TResult>(this Tensor<T> tensor)
        where T : struct, IFloatingPointIeee754<T> where TResult : struct, IFloatingPointIeee754<TResult> =>
        tensor.Map(TResult.CreateSaturating);

    /// <summary>Examples picked by their indices, in that order, as one batch.</summary>
    public static Tensor<T> Gather<T>(this Tensor<T> tensor, ReadOnlySpan<int> indices) where T : struct, IFloatingPointIeee754<T>
    {
        var fresh = Fresh<T>(tensor.Shape.Example.Batched(indices.Length));
        var from = tensor.Span;
        var to = fresh.Span;
        int size = tensor.Shape.Example.Size;
        for (int i = 0; i < indices.Length; i++) from.Slice(indices[i] * size, size).CopyTo(to.Slice(i * size, size));
        return fresh.Done();
    }

    /// <summary>The element-wise sum of two tensors of one shape.</summary>
    public static Tensor<T> Plus<T>(this Tensor<T> left, Tensor<T> right) where T : struct, IFloatingPointIeee754<T>
    {
        var fresh = Fresh<T>(left.Shape);
        Kernels.Elementwise.Add(left.Span, right.Span, fresh.Span);
        return fresh.Done();
    }
}
