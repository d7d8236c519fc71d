using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Functional.Core;

/// <summary>
/// Sizes along each axis, outermost first. In a network it is the shape of one example, without the batch
/// (<c>[8, 8]</c> for an image, <c>[]</c> for a number); a tensor's own shape has the batch in front (<c>[32, 8, 8]</c>).
/// A shape is a plain value: it may hold any sizes, and whoever needs them positive says so (<see cref="Problem"/>).
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Of))]
[SuppressMessage("Naming", "CA1721", Justification = "Size is the field's word for the number of elements.")]
public sealed class Shape : IEquatable<Shape>, IReadOnlyList<int>
{
    private const int MostOnStack = 64;

    private readonly ImmutableArray<int> _sizes;

    // Steps ask for the same batched shape again and again; remembering the last answer keeps them from allocating.
    private Shape? _lastBatched;
    private Shape? _example;

    internal Shape(ImmutableArray<int> sizes)
    {
        _sizes = sizes;
        LongSize = Product(sizes.AsSpan());
    }

    /// <summary>The shape of a single number: no axes, one element.</summary>
    public static Shape Scalar { get; } = new([]);

    /// <summary>A shape from its sizes, outermost first.</summary>
    public static Shape Of(params ReadOnlySpan<int> sizes) => sizes.IsEmpty ? Scalar : RecentShapes.Of(sizes);

    /// <summary>The sizes, outermost first.</summary>
    public ImmutableArray<int> Sizes => _sizes;

    /// <summary>The number of axes.</summary>
    public int Rank => _sizes.Length;

    int IReadOnlyCollection<int>.Count => _sizes.Length;

    /// <summary>
    /// The number of elements: the product of the sizes, saturating at <see cref="long.MaxValue"/>; −1 where a size is negative,
    /// which no number of elements fits.
    /// </summary>
    public long LongSize { get; }

    /// <summary>The number of elements.</summary>
    /// <exception cref="OverflowException">There are more than <see cref="int.MaxValue"/> of them, or a size is negative.</exception>
    public int Size => (int)LongSize == LongSize && LongSize >= 0 ? (int)LongSize : throw new OverflowException($"{Problem}.");

    /// <summary>The size along an axis; negative axes count from the end.</summary>
    public int this[int axis] => _sizes[axis < 0 ? axis + _sizes.Length : axis];

    /// <summary>Why no tensor can have this shape, or <c>null</c>: a size of 0 or below, or more elements than an array holds.</summary>
    public string? Problem =>
        _sizes.Any(size => size <= 0) ? $"{this} has a size of 0 or below"
        : LongSize > Array.MaxLength ? $"{this} has more than {Array.MaxLength:N0} elements"
        : null;

    /// <summary>The same shape with a batch of examples in front.</summary>
    public Shape Batched(int batch)
    {
        var last = _lastBatched;
        if (last is not null && last._sizes[0] == batch) return last;
        Span<int> sizes = Rank < MostOnStack ? stackalloc int[1 + Rank] : new int[1 + Rank];
        sizes[0] = batch;
        _sizes.AsSpan().CopyTo(sizes[1..]);
        var batched = Of(sizes);
        batched._example ??= this;
        _lastBatched = batched;
        return batched;
    }

    /// <summary>The shape of one example: the same without its first axis.</summary>
    /// <exception cref="InvalidOperationException">A scalar has no batch in front.</exception>
    public Shape Example =>
        _example ??= Rank > 0 ? Of(_sizes.AsSpan()[1..]) : throw NoBatch();

    /// <summary>Whether this is the shape of a batch of so many examples of a shape: <c>this == example.Batched(batch)</c> without making that.</summary>
    internal bool IsBatch(int batch, Shape example) =>
        Rank == example.Rank + 1 && _sizes[0] == batch && (ReferenceEquals(_example, example) || _sizes.AsSpan()[1..].SequenceEqual(example._sizes.AsSpan()));

    /// <summary>The same shape with another size along one axis.</summary>
    public Shape With(int axis, int size)
    {
        Span<int> sizes = Rank < MostOnStack ? stackalloc int[Rank] : new int[Rank];
        _sizes.AsSpan().CopyTo(sizes);
        sizes[axis < 0 ? axis + Rank : axis] = size;
        return Of(sizes);
    }

    /// <summary>The axes of this shape followed by those of another.</summary>
    public Shape Then(Shape other)
    {
        Span<int> sizes = Rank + other.Rank < MostOnStack ? stackalloc int[Rank + other.Rank] : new int[Rank + other.Rank];
        _sizes.AsSpan().CopyTo(sizes);
        other._sizes.AsSpan().CopyTo(sizes[Rank..]);
        return Of(sizes);
    }

    /// <summary>Whether the sizes are the same.</summary>
    public bool Equals(Shape? other) =>
        ReferenceEquals(this, other) || (other is not null && _sizes.AsSpan().SequenceEqual(other._sizes.AsSpan()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int size in _sizes) hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary>Whether two shapes have the same sizes.</summary>
    public static bool operator ==(Shape? left, Shape? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape? left, Shape? right) => !(left == right);

    /// <summary>The sizes in brackets: <c>[32, 8, 8]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", _sizes)}]";

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)_sizes).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static InvalidOperationException NoBatch() => new("A single number, of shape [], has no batch in front.");

    private static long Product(ReadOnlySpan<int> sizes)
    {
        long product = 1;
        bool empty = false;
        foreach (int size in sizes)
        {
            if (size < 0) return -1;
            empty |= size == 0;
            product = Math.BigMul(product, Math.Max(size, 1), out long low) == low >> 63 ? low : long.MaxValue;
        }
        return empty ? 0 : product;
    }
}
