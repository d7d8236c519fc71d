using System.Collections.Immutable;
using System.Numerics;

namespace Functional.Core;

/// <summary>
/// A splittable, counter-based random key: a value from which random numbers and further keys follow as pure functions. The same
/// key gives the same bits on every machine and with any number of threads; drawing from it does not use it up.
/// </summary>
/// <param name="Seed">What the key is made of. Children's seeds come from the block cipher, so any number may stand at the top.</param>
/// <remarks>Laws: children of different index or name differ from each other and from their parent; number i depends on the key and i only.</remarks>
public readonly record struct Key(ulong Seed)
{
    // The third word of the counter keeps the uses of a key apart: what splits never meets what draws.
    private const uint Drawing = 0, Splitting = 1, InBlocks = 2;

    /// <summary>The child at an index.</summary>
    public Key Split(ulong index) => new(Word(index, Splitting));

    /// <summary>The child of a name: equal names give equal children.</summary>
    public Key For(string name) => Split(Hash(name));

    /// <summary>The number that stands for a name in <see cref="For"/>: FNV-1a over UTF-16 units, stable across machines; the cipher behind <see cref="Split"/> mixes it.</summary>
    internal static ulong Hash(string name)
    {
        ulong hash = 14695981039346656037;
        foreach (char unit in name) hash = unchecked((hash ^ unit) * 1099511628211);
        return hash;
    }

    /// <summary>64 random bits at a place of the key's sequence.</summary>
    public ulong Bits(ulong place) => Word(place, Drawing);

    /// <summary>Four random words of 32 bits at a place of a sequence of their own: a quarter of the work for each.</summary>
    internal (uint A, uint B, uint C, uint D) Block(ulong place) =>
        Philox.Block(((uint)place, (uint)(place >> 32), InBlocks, 0), ((uint)Seed, (uint)(Seed >> 32)));

    /// <summary>A uniform integer from 0 to <paramref name="bound"/> − 1, without bias, at a place of the key's sequence.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int Below(int bound, ulong place)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        // Lemire 2019: the high word of a product is uniform except for a few low words, which draw again from a child.
        ulong threshold = (0 - (ulong)bound) % (ulong)bound;
        ulong high = Math.BigMul(Bits(place), (ulong)bound, out ulong low);
        for (var again = Split(place); low < threshold; again = again.Split(0))
            high = Math.BigMul(again.Bits(0), (ulong)bound, out low);
        return (int)high;
    }

    /// <summary>Numbers from [0, 1), equally spread: multiples of 2⁻¹¹ for <c>Half</c>, of 2⁻²⁴ for <c>float</c>, of 2⁻⁵³ otherwise.</summary>
    public void Uniform<T>(Span<T> into) where T : struct, IFloatingPointIeee754<T>
    {
        // As many as the type holds exactly: more would round up to 1.
        int bits = typeof(T) == typeof(Half) ? 11 : typeof(T) == typeof(float) ? 24 : 53;
        double unit = 1.0 / (1L << bits);
        for (int i = 0; i < into.Length; i++) into[i] = T.CreateChecked((Bits((ulong)i) >> (64 - bits)) * unit);
    }

    /// <summary>Numbers from the standard normal distribution, computed in <c>double</c> and rounded.</summary>
    public void Normal<T>(Span<T> into) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < into.Length; i++)
            into[i] = T.CreateChecked(NormalQuantile.At(((Bits((ulong)i) >> 11) + 0.5) * (1.0 / (1L << 53))));
    }

    /// <summary>The numbers 0 to <paramref name="count"/> − 1 in random order, all orders equally likely (Fisher and Yates).</summary>
    public ImmutableArray<int> Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int j = Below(i + 1, (ulong)i);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(order);
    }

    private ulong Word(ulong place, uint use)
    {
        var (a, b, _, _) = Philox.Block(((uint)place, (uint)(place >> 32), use, 0), ((uint)Seed, (uint)(Seed >> 32)));
        return a | (ulong)b << 32;
    }
}
