namespace Functional.Core;

/// <summary>
/// How many zeros (for a maximum: −∞) lie around an image: <c>padding: 1</c> on all sides, or <see cref="Same"/>. Of a sequence only
/// <see cref="Left"/> and <see cref="Right"/> count.
/// </summary>
/// <param name="Top">Rows above.</param>
/// <param name="Bottom">Rows below.</param>
/// <param name="Left">Columns, or steps, before.</param>
/// <param name="Right">Columns, or steps, after.</param>
public sealed record Padding(int Top, int Bottom, int Left, int Right)
{
    /// <summary>No padding: the kernel stays inside.</summary>
    public static Padding None { get; } = new(0, 0, 0, 0);

    /// <summary>
    /// As much as it takes for ⌈size / stride⌉ to come out, half of it (rounded down) in front: with stride 1, the size that went in.
    /// As in PyTorch, and in Keras also for other strides.
    /// </summary>
    public static Padding Same { get; } = new(0, 0, 0, 0) { IsSame = true };

    /// <summary>Whether it follows from the sizes; the four numbers are then not used.</summary>
    public bool IsSame { get; init; }

    /// <summary>The same number on all sides.</summary>
    public static Padding All(int size) => new(size, size, size, size);

    /// <summary>The same number on all sides.</summary>
    public static implicit operator Padding(int size) => All(size);

    /// <summary>One number for above and below, another for left and right.</summary>
    public static implicit operator Padding((int Vertical, int Horizontal) size) => new(size.Vertical, size.Vertical, size.Horizontal, size.Horizontal);

    /// <summary>The sizes, or <c>same</c>.</summary>
    public override string ToString() => IsSame ? "same" : $"{Top}, {Bottom}, {Left}, {Right}";
}
