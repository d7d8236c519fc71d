using System.Numerics;

namespace Functional.Core;

/// <summary>
/// Named tensors that are views of one contiguous buffer, so that an optimizer, a norm and a file are each one pass over
/// <see cref="Values"/>. Immutable, compared by value.
/// </summary>
/// <param name="Layout">Which tensors, and where each lies.</param>
/// <param name="Values">The buffer: all elements, shape <c>[Layout.Size]</c>.</param>
public abstract record NamedTensors<T>(Layout Layout, Tensor<T> Values) where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>The tensor of a name, sharing the buffer's memory.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those there are.</exception>
    public Tensor<T> this[string name] =>
        Layout.Find(name) is >= 0 and var place
            ? this[place]
            : throw new KeyNotFoundException($"There is no '{name}'; there are {string.Join(", ", Layout.Entries.Map(entry => entry.Name))}.");

    /// <summary>The tensor of an entry, sharing the buffer's memory.</summary>
    public Tensor<T> this[int place]
    {
        get
        {
            var entry = Layout.Entries[place];
            return Values.View(entry.Offset, entry.Shape);
        }
    }

    /// <summary>All tensors in order, sharing the buffer's memory.</summary>
    public Tensors<T> All
    {
        get
        {
            var all = new Tensor<T>[Layout.Entries.Count];
            for (int i = 0; i < all.Length; i++) all[i] = this[i];
            return Tensors.Of<T>(all);
        }
    }

    internal void CopyTo(Span<Tensor<T>> to)
    {
        for (int i = 0; i < to.Length; i++) to[i] = this[i];
    }

    /// <summary>Names, shapes and elements, one tensor a line.</summary>
    public sealed override string ToString() =>
        string.Join(Environment.NewLine, Layout.Entries.Select((entry, place) => $"{entry.Name} {this[place]}"));

    /// <summary>A buffer with one tensor replaced.</summary>
    protected Tensor<T> Replace(string name, Tensor<T> tensor)
    {
        var old = this[name];
        if (old.Shape != tensor.Shape)
            throw new ArgumentException($"'{name}' has shape {old.Shape}; a tensor of shape {tensor.Shape} cannot take its place.", nameof(tensor));
        var fresh = Tensor.Fresh<T>(Values.Shape);
        Values.Span.CopyTo(fresh.Span);
        tensor.Span.CopyTo(fresh.Span.Slice(Layout.Entries[Layout.Find(name)].Offset, tensor.Size));
        return fresh.Done();
    }
}

/// <summary>The parameters w of a network: <c>parameters["dense1.weight"]</c>.</summary>
public sealed record Parameters<T>(Layout Layout, Tensor<T> Values) : NamedTensors<T>(Layout, Values), IPromotable<Parameters<T>>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>The same parameters with one tensor replaced by another of its shape.</summary>
    public Parameters<T> With(string name, Tensor<T> tensor) => new(Layout, Replace(name, tensor));

    /// <summary>The parameters at another number type.</summary>
    public Parameters<TResult> To<TResult>() where TResult : struct, IFloatingPointIeee754<TResult> => new(Layout, Values.To<T, TResult>());

    /// <inheritdoc/>
    public Parameters<T> Promote() => Values.IsPromoted ? this : new(Layout, Values.Promote());
}

/// <summary>The gradients δw = ∂E/∂w of a network's parameters, under the same names.</summary>
public sealed record Gradients<T>(Layout Layout, Tensor<T> Values) : NamedTensors<T>(Layout, Values), IPromotable<Gradients<T>>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>The gradients of a sum of two errors.</summary>
    public Gradients<T> Plus(Gradients<T> other) => new(Layout, Values.Plus(other.Values));

    /// <inheritdoc/>
    public Gradients<T> Promote() => Values.IsPromoted ? this : new(Layout, Values.Promote());
}

/// <summary>The running statistics of a network's layers: passed in, returned changed, never mutated.</summary>
public sealed record State<T>(Layout Layout, Tensor<T> Values) : NamedTensors<T>(Layout, Values), IPromotable<State<T>>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public State<T> Promote() => Values.IsPromoted ? this : new(Layout, Values.Promote());
}
