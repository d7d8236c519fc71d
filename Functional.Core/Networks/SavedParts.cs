using System.Numerics;

namespace Functional.Core;

/// <summary>
/// What a composite saves is one list, as for any layer: the counts, its inputs, then what its parts saved, part after part.
/// </summary>
internal static class SavedParts
{
    public static Tensors<T> Pack<T>(Tensors<T> inputs, Tensors<T>[] parts) where T : struct, IFloatingPointIeee754<T>
    {
        var counts = Tensor.Fresh<T>([parts.Length + 1]);
        counts.Span[0] = T.CreateChecked(inputs.Count);
        for (int i = 0; i < parts.Length; i++) counts.Span[i + 1] = T.CreateChecked(parts[i].Count);
        int place = 1 + inputs.Count, count = place;
        foreach (var part in parts) count += part.Count;
        var all = new Tensor<T>[count];
        all[0] = counts.Done();
        inputs.CopyTo(all.AsSpan(1));
        foreach (var part in parts)
        {
            part.CopyTo(all.AsSpan(place));
            place += part.Count;
        }
        return Tensors.Owning(all);
    }

    public static Tensors<T> Inputs<T>(Tensors<T> saved) where T : struct, IFloatingPointIeee754<T> =>
        saved.Slice(1, int.CreateChecked(saved[0].Span[0]));

    public static void Unpack<T>(Tensors<T> saved, Tensors<T>[] parts) where T : struct, IFloatingPointIeee754<T>
    {
        var counts = saved[0].Span;
        int place = 1 + int.CreateChecked(counts[0]);
        for (int i = 0; i < parts.Length; i++)
        {
            int count = int.CreateChecked(counts[i + 1]);
            parts[i] = saved.Slice(place, count);
            place += count;
        }
    }
}
