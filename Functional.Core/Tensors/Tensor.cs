using System.Numerics;
using System.Numerics.Tensors;

namespace Functional.Core;

/// <summary>
/// An immutable array of numbers with a shape: row-major, batch first, compared by value. It is a small handle that is cheap
/// to copy; slices and reshapes share memory. <c>default</c> is the absence of a tensor (<see cref="IsDefault"/>), as with
/// <see cref="System.Collections.Immutable.ImmutableArray{T}"/>.
/// </summary>
/// <typeparam name="T"><c>float</c> to train, <c>double</c> to verify, dual numbers for exact derivatives.</typeparam>
public readonly struct Tensor<T> : IEquatable<Tensor<T>>, IPromotable<Tensor<T>> where T : struct, IFloatingPointIeee754<T>
{
    private readonly T[]? _data;
    private readonly Shape? _shape;
    private readonly Region? _region;
    private readonly int _offset;
    private readonly int _stamp;

    internal Tensor(T[] data, int offset, Shape shape, Region? region = null)
        : this(data, offset, shape, region, region?.Generation ?? 0) { }

    private Tensor(T[] data, int offset, Shape shape, Region? region, int stamp) =>
        (_data, _offset, _shape, _region, _stamp) = (data, offset, shape, region, stamp);

    /// <summary>Whether there is no tensor here.</summary>
    public bool IsDefault => _data is null;

    /// <summary>The sizes, with the batch in front where there is one.</summary>
    public Shape Shape => _shape ?? throw Missing();

    /// <summary>The number of elements.</summary>
    public int Size => Shape.Size;

    /// <summary>The number of examples: the size along the first axis.</summary>
    /// <exception cref="InvalidOperationException">A single number has no batch in front.</exception>
    public int Batch => Shape.Rank > 0 ? Shape[0] : throw Shape.NoBatch();

    /// <summary>The elements, row-major, without a copy.</summary>
    /// <exception cref="InvalidOperationException">The tensor has outlived its region, or is <c>default</c>.</exception>
    public ReadOnlySpan<T> Span => Writable;

    /// <summary>The element at an index, one number an axis.</summary>
    /// <exception cref="ArgumentException">As many numbers as axes are needed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its axis.</exception>
    public T this[params ReadOnlySpan<int> index]
    {
        get
        {
            var shape = Shape;
            if (index.Length != shape.Rank)
                throw new ArgumentException($"The index has {index.Length} numbers; a tensor of shape {shape} needs {shape.Rank}.", nameof(index));
            int place = 0;
            for (int axis = 0; axis < index.Length; axis++)
            {
                if ((uint)index[axis] >= (uint)shape[axis])
                    throw new ArgumentOutOfRangeException(nameof(index), $"Index {index[axis]} on axis {axis} of {shape} must be from 0 to {shape[axis] - 1}.");
                place = place * shape[axis] + index[axis];
            }
            return Span[place];
        }
    }

    /// <summary>Examples <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> − 1, sharing memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are not all there.</exception>
    public Tensor<T> Slice(int start, int count)
    {
        if (start < 0 || count < 0 || start > Batch - count)
            throw new ArgumentOutOfRangeException(nameof(start), $"A slice of {count} from {start} needs 0 ≤ start and start + count ≤ {Batch}, the first size of {Shape}.");
        var example = Shape.Example;
        return new(_data!, _offset + start * example.Size, example.Batched(count), _region, _stamp);
    }

    /// <summary>One example, without the batch axis, sharing memory.</summary>
    public Tensor<T> Example(int index) => Slice(index, 1).Reshape(Shape.Example);

    /// <summary>The same elements in the same order under another shape, sharing memory.</summary>
    /// <exception cref="ArgumentException">The number of elements differs.</exception>
    public Tensor<T> Reshape(Shape shape)
    {
        if (shape.LongSize != Shape.LongSize)
            throw new ArgumentException($"A tensor of shape {Shape} has {Size} elements; shape {shape} needs {shape.LongSize}.", nameof(shape));
        return new(_data!, _offset, shape, _region, _stamp);
    }

    /// <summary>The tensor as a span of the base library's tensors, without a copy; a single number as a vector of one.</summary>
    public ReadOnlyTensorSpan<T> AsTensorSpan()
    {
        // There a span without axes is empty, here it is a number.
        if (Shape.Rank == 0) return new ReadOnlyTensorSpan<T>(Span, [1], []);
        Span<nint> lengths = stackalloc nint[Shape.Rank];
        for (int axis = 0; axis < lengths.Length; axis++) lengths[axis] = Shape[axis];
        return new ReadOnlyTensorSpan<T>(Span, lengths, []);
    }

    /// <summary>A copy of the elements.</summary>
    public T[] ToArray() => Span.ToArray();

    /// <inheritdoc/>
    public Tensor<T> Promote()
    {
        if (_region is null) return this;
        var copy = Tensor.Lasting<T>(Shape);
        Span.CopyTo(copy.Span);
        return copy.Done();
    }

    /// <summary>Whether shapes and elements are equal, by the numbers' own <c>Equals</c> (so NaN equals NaN).</summary>
    public bool Equals(Tensor<T> other) =>
        IsDefault || other.IsDefault ? IsDefault == other.IsDefault : Shape == other.Shape && Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Tensor<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (IsDefault) return 0;
        var hash = new HashCode();
        hash.Add(Shape);
        foreach (T element in Span[..Math.Min(Size, 16)]) hash.Add(element);
        return hash.ToHashCode();
    }

    /// <summary>Whether two tensors are equal in shape and elements.</summary>
    public static bool operator ==(Tensor<T> left, Tensor<T> right) => left.Equals(right);

    /// <summary>Whether two tensors differ in shape or elements.</summary>
    public static bool operator !=(Tensor<T> left, Tensor<T> right) => !left.Equals(right);

    /// <summary>Shape and elements, nested by axis; long axes are shown by their ends.</summary>
    public override string ToString() => IsDefault ? "(no tensor)" : TensorText.Of(this);

    /// <summary>Whether it lives outside any region already.</summary>
    internal bool IsPromoted => _region is null;

    /// <summary>Whether the two show the very same memory.</summary>
    internal bool SharesStart(Tensor<T> other) => ReferenceEquals(_data, other._data) && _offset == other._offset;

    /// <summary>A piece of the elements under a shape of its own, sharing memory.</summary>
    internal Tensor<T> View(int start, Shape shape) => new(_data!, _offset + start, shape, _region, _stamp);

    internal Span<T> Writable
    {
        get
        {
            if (_data is null) throw Missing();
            if (_region is not null && _region.Generation != _stamp)
                throw new InvalidOperationException(
                    $"A tensor of shape {_shape} was read after the region it was made in had ended. Return it from the region, or call Promote() inside, to keep it.");
            return _data.AsSpan(_offset, _shape!.Size);
        }
    }

    private static InvalidOperationException Missing() => new("There is no tensor here: this is default(Tensor).");
}
