using System.Collections;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Functional.Core;

/// <summary>
/// An immutable list of tensors: what goes into a layer, comes out of it, is saved by it. The first three lie inline, so that
/// a layer which handles no more allocates nothing. Written as a collection: <c>[x, y]</c>.
/// </summary>
[CollectionBuilder(typeof(Tensors), nameof(Tensors.Of))]
public readonly struct Tensors<T> : IEquatable<Tensors<T>>, IReadOnlyList<Tensor<T>>, IPromotable<Tensors<T>>
    where T : struct, IFloatingPointIeee754<T>
{
    private const int Inline = 3;

    private readonly Tensor<T> _first;
    private readonly Tensor<T> _second;
    private readonly Tensor<T> _third;
    private readonly ReadOnlyMemory<Tensor<T>> _rest;

    internal Tensors(ReadOnlySpan<Tensor<T>> tensors)
    {
        Count = tensors.Length;
        if (Count > 0) _first = tensors[0];
        if (Count > 1) _second = tensors[1];
        if (Count > 2) _third = tensors[2];
        if (Count > Inline) _rest = tensors[Inline..].ToArray();
    }

    /// <summary>A list that keeps the memory of what follows the first three, which nobody writes to any more.</summary>
    internal Tensors(Tensor<T> first, Tensor<T> second, Tensor<T> third, ReadOnlyMemory<Tensor<T>> rest) =>
        (Count, _first, _second, _third, _rest) = (Inline + rest.Length, first, second, third, rest);

    /// <summary>The number of tensors.</summary>
    public int Count { get; }

    /// <summary>The tensor at a place, from 0.</summary>
    public Tensor<T> this[int index] =>
        (uint)index >= (uint)Count ? throw new ArgumentOutOfRangeException(nameof(index), $"There is no tensor {index} among {Count}.")
        : index switch { 0 => _first, 1 => _second, 2 => _third, _ => _rest.Span[index - Inline] };

    /// <summary><paramref name="count"/> of the tensors from <paramref name="start"/> on.</summary>
    public Tensors<T> Slice(int start, int count)
    {
        if (count == 0) return default;
        var last = this[start + count - 1];
        return count switch
        {
            1 => last,
            2 => [this[start], last],
            _ => new(this[start], this[start + 1], this[start + 2], count == Inline ? default : _rest.Slice(start, count - Inline)),
        };
    }

    internal void CopyTo(Span<Tensor<T>> to)
    {
        for (int i = 0; i < Count; i++) to[i] = this[i];
    }

    /// <summary>The tensors of both, in order.</summary>
    public Tensors<T> Append(Tensors<T> others)
    {
        if (Count == 0) return others;
        if (others.Count == 0) return this;
        int count = Count + others.Count;
        var (first, second) = (_first, Count > 1 ? _second : others._first);
        if (count == 2) return [first, second];
        var third = Count > 2 ? _third : others[2 - Count];
        if (count == Inline) return [first, second, third];
        var rest = new Tensor<T>[count - Inline];
        for (int i = 0; i < rest.Length; i++) rest[i] = i + Inline < Count ? this[i + Inline] : others[i + Inline - Count];
        return new(first, second, third, rest);
    }

    /// <inheritdoc/>
    public Tensors<T> Promote()
    {
        bool all = true;
        for (int i = 0; i < Count; i++) all &= this[i].IsPromoted;
        return all ? this : [.. this.Select(tensor => tensor.IsDefault ? tensor : tensor.Promote())];
    }

    /// <summary>Whether the same tensors stand in the same order.</summary>
    public bool Equals(Tensors<T> other) => Count == other.Count && this.SequenceEqual(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Tensors<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Count, _first, _second);

    /// <summary>Whether two lists are equal.</summary>
    public static bool operator ==(Tensors<T> left, Tensors<T> right) => left.Equals(right);

    /// <summary>Whether two lists differ.</summary>
    public static bool operator !=(Tensors<T> left, Tensors<T> right) => !left.Equals(right);

    /// <summary>One tensor where a list is expected.</summary>
    public static implicit operator Tensors<T>(Tensor<T> tensor) => [tensor];

    /// <summary>The tensors in order, without garbage.</summary>
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<Tensor<T>> IEnumerable<Tensor<T>>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", this)}]";

    /// <summary>Goes through a list.</summary>
    public struct Enumerator : IEnumerator<Tensor<T>>
    {
        private readonly Tensors<T> _list;
        private int _place;

        internal Enumerator(Tensors<T> list) => (_list, _place) = (list, -1);

        /// <inheritdoc/>
        public readonly Tensor<T> Current => _list[_place];

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext() => ++_place < _list.Count;

        /// <inheritdoc/>
        public void Reset() => _place = -1;

        /// <inheritdoc/>
        public readonly void Dispose() { }
    }
}

/// <summary>Makes lists of tensors.</summary>
public static class Tensors
{
    /// <summary>A list of tensors, in order.</summary>
    public static Tensors<T> Of<T>(ReadOnlySpan<Tensor<T>> tensors) where T : struct, IFloatingPointIeee754<T> => new(tensors);

    /// <summary>The list of an array that the caller gives away, without a copy.</summary>
    internal static Tensors<T> Owning<T>(Tensor<T>[] tensors) where T : struct, IFloatingPointIeee754<T> =>
        tensors.Length > 3 ? new(tensors[0], tensors[1], tensors[2], tensors.AsMemory(3)) : new(tensors);
}
