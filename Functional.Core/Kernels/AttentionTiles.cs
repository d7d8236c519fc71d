using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Functional.Core.Kernels;

/// <summary>
/// Attention by tiles of queries and keys, for <c>float</c> and <c>double</c>: the scores exist a tile at a time, the softmax is carried
/// along as a maximum and a sum a query, and backward computes the tiles again from the saved logarithms of the sums, so that memory
/// grows with the length and not with its square. Heads of examples are independent and shared out among the threads.
/// Here is what <see cref="AttentionForward{T}"/> and <see cref="AttentionBackward{T}"/> share.
/// </summary>
/// <remarks>T. Dao et al., FlashAttention, 2022; the running softmax by M. Milakov and N. Gimelshein, 2018.</remarks>
internal static class AttentionTiles
{
    /// <summary>Queries of a tile: four of the kernel's tallest tiles.</summary>
    public const int QueryTile = 48;

    /// <summary>Keys of a tile: with 48 queries, 24 kB of scores, which the first-level cache holds.</summary>
    public const int KeyTile = 128;

    /// <summary>The scores of one query with the keys that it sees, scaled and with the mask's logarithms; those beyond become 0.</summary>
    public static Span<T> Visible<T>(in AttentionShape shape, Span<T> scores, int row, int query, int key, int seen, ReadOnlySpan<T> logMask)
        where T : struct, IFloatingPointIeee754<T>
    {
        var all = scores.Slice(row * KeyTile, seen);
        var visible = all[..Math.Clamp(shape.Seen(query + row) - key, 0, seen)];
        all[visible.Length..].Clear();
        TensorPrimitives.Multiply(visible, AttentionReference.Scale<T>(shape), visible);
        if (!logMask.IsEmpty) TensorPrimitives.Add(visible, logMask.Slice(key, visible.Length), visible);
        return visible;
    }

    /// <summary>x = exp(x − offset).</summary>
    public static void Exp<T>(Span<T> x, T offset) where T : struct, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Subtract(x, offset, x);
        if (typeof(T) == typeof(float)) VectorMath.Exp(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(x));
        else TensorPrimitives.Exp(x, x);
    }

    /// <summary>The logarithms of the mask of a head's example, or nothing where there is none.</summary>
    public static Span<T> LogMask<T>(Tensor<T> mask, Head head, in AttentionShape shape, Span<T> room) where T : struct, IFloatingPointIeee754<T>
    {
        if (mask.IsDefault) return default;
        var logs = room[..shape.Keys];
        TensorPrimitives.Log(mask.Span.Slice(head.Example * shape.Keys, shape.Keys), logs);
        return logs;
    }

    /// <summary>The thread's scratch memory: nothing that is called while a head is computed uses it.</summary>
    public static unsafe Span<T> Room<T>(int numbers) where T : struct, IFloatingPointIeee754<T>
    {
        nint bytes = checked((nint)numbers * Unsafe.SizeOf<T>());
        return MemoryMarshal.Cast<byte, T>(new Span<byte>(Scratch.Bytes(bytes), checked((int)bytes)));
    }

    /// <summary>The first numbers of some room, which is left with the others.</summary>
    public static Span<T> Take<T>(ref Span<T> room, int count)
    {
        var taken = room[..count];
        room = room[count..];
        return taken;
    }

    /// <summary>A head of an example, and where its first query, key, value and output lie.</summary>
    public readonly struct Head(AttentionShape shape, int number)
    {
        public int Number { get; } = number;

        public int Example { get; } = number / shape.Heads;

        public int Queries { get; } = number / shape.Heads * shape.Queries * shape.KeyRow + number % shape.Heads * shape.KeyWidth;

        public int Keys { get; } = number / shape.Heads * shape.Keys * shape.KeyRow + number % shape.Heads * shape.KeyWidth;

        public int Values { get; } = number / shape.Heads * shape.Keys * shape.ValueRow + number % shape.Heads * shape.ValueWidth;

        public int Outputs { get; } = number / shape.Heads * shape.Queries * shape.ValueRow + number % shape.Heads * shape.ValueWidth;
    }
}
