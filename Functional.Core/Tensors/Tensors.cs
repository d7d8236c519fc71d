using System.Collections;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Functional.Core;

/// <summary>
/// An immutable list of tensors: what goes into a layer, comes out of it, is saved by it. The first two lie inline, so that
/// a layer which handles no more allocates nothing. Written as a collection: <c>[x, y]</c>.
/// </summary>
[CollectionBuilder(typeof(Tensors), nameof(Tensors.Of))]
public readonly struct Tensors<T> : IEquatable<Tensors<T>>, IReadOnlyList<Tensor<T>>, IPromotable<Tensors<T>>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly Tensor<T> _first;
    private readonly Tensor<T> _second;
    private readonly ReadOnlyMemory<Tensor<T>> _rest;

    internal Tensors(ReadOnlySpan<Tensor<T>> tensors)
    {
        Count = tensors.Length;
        if (Count > 0) _first = tensors[0];
        if (Count > 1) _second = tensors[1];
        if (Count > 2) _rest = tensors[2..].ToArray();
    }

    /// <summary>The number of tensors.</summary>
    public int Count { get; }

    /// <summary>The tensor at a place, from 0.</summary>
    public Tensor<T> this[int index] =>
        (uint)index >= (uint)Count ? throw new ArgumentOutOfRangeException(nameof(index), $"There is no tensor {index} among {Count}.")
        : index switch { 0 => _first, 1 => _second, _ => _rest.Span[index - 2] };

    /// <summary><paramref name="count"/> of the tensors from <paramref name="start"/> on.</summary>
    public Tensors<T> Slice(int start, int count)
    {
        Span<Tensor<T>> some = new Tensor<T>[count];
        for (int i = 0; i < count; i++) some[i] = this[start + i];
        return new(some);
    }

    internal void CopyTo(Span<Tensor<T>> to)
    {
        for (int i = 0; i < Count; i++) to[i] = this[i];
    }

    /// <summary>The tensors of both, in order.</summary>
    public Tensors<T> Append(Tensors<T> others) => [.. this, .. others];

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

    /// <inheritdoc/>
    public IEnumerator<Tensor<T>> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", this)}]";
}

/// <summary>Makes lists of tensors.</summary>
public static class Tensors
{
    /// <summary>A list of tensors, in order.</summary>
    public static Tensors<T> Of<T>(ReadOnlySpan<Tensor<T>> tensors) where T : struct, IFloatingPointIeee754<T> => new(tensors);
}
