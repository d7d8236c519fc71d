using System.Numerics;

namespace Functional.Core;

/// <summary>
/// The shapes that were asked for last, to be handed out again: a step asks for those of the step before, and so makes none. A shape is a value, so it does not
/// matter who gets which object; nor does it when two threads put one in the same place, since a reference is written as a whole.
/// </summary>
internal static class RecentShapes
{
    private const int SetBits = 9;
    private const int Ways = 4;      // so that some shapes that meet in a set do not drive each other out

    private static readonly Shape?[] s_shapes = new Shape[Ways << SetBits];

    /// <summary>A shape of these sizes, made where there is none.</summary>
    public static Shape Of(ReadOnlySpan<int> sizes)
    {
        var set = s_shapes.AsSpan(Set(sizes) * Ways, Ways);
        foreach (var known in set)
            if (known is not null && known.Sizes.AsSpan().SequenceEqual(sizes)) return known;
        var made = new Shape([.. sizes]);
        for (int i = Ways - 1; i > 0; i--) set[i] = set[i - 1];
        set[0] = made;
        return made;
    }

    private static int Set(ReadOnlySpan<int> sizes)
    {
        // The upper bits of products with the golden ratio differ even where sizes are alike.
        ulong hash = (ulong)sizes.Length;
        foreach (int size in sizes) hash = unchecked((BitOperations.RotateLeft(hash, 23) ^ (uint)size) * 0x9E37_79B9_7F4A_7C15);
        return (int)(hash >> (64 - SetBits));
    }
}
