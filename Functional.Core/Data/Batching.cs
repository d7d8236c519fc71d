namespace Functional.Core;

/// <summary>How examples are cut into batches. A number stands for batches of that size, the last of which may be short.</summary>
/// <param name="Size">How many examples a batch has.</param>
/// <param name="DropsLast">Whether a last batch that would be short is left out.</param>
public readonly record struct Batching(int Size, bool DropsLast = false)
{
    /// <summary>Batches of a size, the last of which may be short.</summary>
    public static implicit operator Batching(int size) => new(size);

    /// <summary>The same from a number.</summary>
    public static Batching FromInt32(int size) => new(size);

    /// <summary>How many of some examples are in batches.</summary>
    internal int Used(int examples) => DropsLast ? examples - examples % Size : examples;

    /// <summary>How many batches some examples make.</summary>
    public int Count(int examples) => Used(examples) / Size + (Used(examples) % Size > 0 ? 1 : 0);

    /// <summary>What is wrong for a set, or <c>null</c>.</summary>
    internal Fault? Misfit(int examples) =>
        Size < 1 ? new Fault($"batch size {Size}", "at least 1", null, "training")
        : Used(examples) < 1 ? new Fault($"{examples} examples in batches of {Size}, the short one dropped", $"at least {Size} examples", "keep the short batch, or make batches smaller", "training")
        : null;
}
