using System.Numerics;

namespace Functional.Core;

/// <summary>What a step reads and writes: some ranges of the parameters, and the buffers of the optimizer.</summary>
internal readonly record struct OptimizerPass<T>(
    Layout Layout, long Number, Tensor<T> Weights, Tensor<T> Gradients, Tensors<T> Slots, Tensor<T> NewWeights, Tensors<T> NewSlots,
    (int Start, int Count)[]? Ranges, int Start, int Count) where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>How many ranges there are.</summary>
    public int Parts => Ranges?.Length ?? 1;

    /// <summary>How many numbers they have together.</summary>
    public int Size
    {
        get
        {
            if (Ranges is null) return Count;
            int size = 0;
            foreach (var (_, count) in Ranges) size += count;
            return size;
        }
    }

    /// <summary>One of the ranges.</summary>
    public OptimizerPass<T> Part(int index) => Ranges is null ? this : Range(Ranges[index].Start, Ranges[index].Count);

    public OptimizerPass<T> Range(int start, int count) => this with { Ranges = null, Start = start, Count = count };

    // Of a pass of one range.
    public OptimizerStep<T> Step(int start, int count) =>
        new(Number, Weights, Gradients.Span.Slice(Start + start, count), Slots, NewWeights, NewSlots, Start + start);

    public ReadOnlySpan<T> W => Of(Weights);

    public ReadOnlySpan<T> G => Of(Gradients);

    public Span<T> NewW => Of(NewWeights);

    public ReadOnlySpan<T> Slot(int index) => Of(Slots[index]);

    public Span<T> NewSlot(int index) => Of(NewSlots[index]);

    public Span<T> Of(Tensor<T> buffer) => buffer.Writable.Slice(Start, Count);

    /// <summary>The part of the ranges whose parameters have such names, or have not.</summary>
    public OptimizerPass<T> Where(Names names, bool matches = true)
    {
        bool[] chosen = names.In(Layout);
        var ranges = new List<(int Start, int Count)>();
        for (int i = 0; i < Parts; i++)
        {
            var part = Part(i);
            int number = -1;
            foreach (var entry in Layout.Entries)
            {
                number++;
                int start = Math.Max(entry.Offset, part.Start), count = Math.Min(entry.Offset + entry.Shape.Size, part.Start + part.Count) - start;
                if (count <= 0 || chosen[number] != matches) continue;
                if (ranges.Count > 0 && ranges[^1] is var last && last.Start + last.Count == start) ranges[^1] = (last.Start, last.Count + count);
                else ranges.Add((start, count));
            }
        }
        return this with { Ranges = [.. ranges] };
    }

    /// <summary>Weights as they were.</summary>
    public void KeepWeights() => Keep(Weights, NewWeights);

    /// <summary>Some buffers as they were.</summary>
    public void KeepSlots(int from, int count)
    {
        for (int i = from; i < from + count; i++) Keep(Slots[i], NewSlots[i]);
    }

    private void Keep(Tensor<T> old, Tensor<T> now)
    {
        if (old.SharesStart(now)) return;
        for (int i = 0; i < Parts; i++) Part(i).Of(old).CopyTo(Part(i).Of(now));
    }
}
