using System.Collections.Frozen;
using LanguageExt;

namespace Functional.Core;

/// <summary>A named piece of a contiguous buffer.</summary>
/// <param name="Name">The full name, such as <c>dense1.weight</c>.</param>
/// <param name="Shape">The shape of the tensor.</param>
/// <param name="Offset">Where its first element lies in the buffer.</param>
/// <param name="Initializer">How it starts.</param>
public sealed record LayoutEntry(string Name, Shape Shape, int Offset, Initializer Initializer);

/// <summary>Which named tensors share a contiguous buffer, and where each lies. Compared by value.</summary>
public sealed record Layout
{
    private readonly FrozenDictionary<string, int> _places;
    private readonly (int Start, int Count, int Row)[] _stretches;

    /// <summary>Lays tensors out one after another, in order.</summary>
    public Layout(Seq<Parameter> parameters)
    {
        int offset = 0;
        Entries = parameters.Map(parameter =>
        {
            var entry = new LayoutEntry(parameter.Name, parameter.Shape, offset, parameter.Initializer);
            offset = checked(offset + parameter.Shape.Size);
            return entry;
        }).Strict();
        Size = offset;
        _stretches = Stretch(Entries);
        _places = Entries.Select((entry, place) => (entry.Name, place)).ToFrozenDictionary(pair => pair.Name, pair => pair.place);
    }

    /// <summary>The named pieces in order.</summary>
    public Seq<LayoutEntry> Entries { get; }

    /// <summary>The number of elements of the buffer.</summary>
    public int Size { get; }

    /// <summary>The buffer in pieces that threads share each by itself: every long entry, with the length of its rows, and what lies between two of them.</summary>
    internal ReadOnlySpan<(int Start, int Count, int Row)> Stretches => _stretches;

    /// <summary>The place of a name among the entries, or −1.</summary>
    public int Find(string name) => _places.TryGetValue(name, out int place) ? place : -1;

    /// <summary>Whether the same tensors lie in the same places and start alike.</summary>
    public bool Equals(Layout? other) => ReferenceEquals(this, other) || (other is not null && Entries.AsEnumerable().SequenceEqual(other.Entries));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Size, Entries.Count);

    private static (int Start, int Count, int Row)[] Stretch(Seq<LayoutEntry> entries)
    {
        var stretches = new List<(int Start, int Count, int Row)>();
        bool open = false;
        foreach (var entry in entries)
        {
            bool isLong = entry.Shape.Size >= Kernels.Chunks.Shared;
            if (open && !isLong) stretches[^1] = (stretches[^1].Start, stretches[^1].Count + entry.Shape.Size, 1);
            else stretches.Add((entry.Offset, entry.Shape.Size, isLong ? entry.Shape.Size / entry.Shape[0] : 1));
            open = !isLong;
        }
        return [.. stretches];
    }
}
