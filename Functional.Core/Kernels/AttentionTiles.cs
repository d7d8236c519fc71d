using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Functional.Core.Kernels;

/// <summary>
/// Attention by tiles of queries and keys, for <c>float</c> and <c>double</c>: the scores exist a tile at a time, the softmax is carried
/// along as a maximum and a sum a query, and backward computes the tiles again from the saved logarithms of the sums, so that memory
/// grows with the length and not with its square. Heads of examples are independent and shared out among the threads.
/// </summary>
/// <remarks>T. Dao et al., FlashAttention, 2022; the running softmax by M. Milakov and N. Gimelshein, 2018.</remarks>
internal static class AttentionTiles<T> where T : struct, IFloatingPointIeee754<T>
{
    private const int QueryTile = 48;   // four of the kernel's tallest tiles
    private const int KeyTile = 128;    // with 48 queries, 24 kB of scores: the first-level cache holds them

    /// <summary>y, and for every query of every head the logarithm of its sum.</summary>
    public static void Forward(in AttentionShape shape, Tensor<T> q, Tensor<T> k, Tensor<T> v, Tensor<T> mask, Tensor<T> y, Tensor<T> logs)
    {
        var sizes = shape;
        Chunks.Rows(shape.Batch * shape.Heads, 1, (first, count) =>
        {
            for (int head = first; head < first + count; head++) Forward(sizes, new Head(sizes, head), q, k, v, mask, y, logs);
        });
    }

    /// <summary>δq, δk, δv, and the part of δm that each head gives, <c>[batch · heads, keys]</c>.</summary>
    public static void Backward(
        in AttentionShape shape, Tensor<T> q, Tensor<T> k, Tensor<T> v, Tensor<T> mask, Tensor<T> y, Tensor<T> logs, Tensor<T> dy,
        Tensor<T> dq, Tensor<T> dk, Tensor<T> dv, Tensor<T> dmask)
    {
        var sizes = shape;
        Chunks.Rows(shape.Batch * shape.Heads, 1, (first, count) =>
        {
            for (int head = first; head < first + count; head++)
                Backward(sizes, new Head(sizes, head), q, k, v, mask, y, logs, dy, dq, dk, dv, dmask);
        });
    }

    private static void Forward(
        in AttentionShape shape, Head head, Tensor<T> qs, Tensor<T> ks, Tensor<T> vs, Tensor<T> mask, Tensor<T> ys, Tensor<T> logs)
    {
        int keyRow = shape.KeyRow, valueRow = shape.ValueRow, keyRoom = PackedProduct.Room(KeyTile, shape.KeyWidth), valueRoom = PackedProduct.Room(shape.ValueWidth, KeyTile);
        ReadOnlySpan<T> q = qs.Span[head.Queries..], k = ks.Span[head.Keys..], v = vs.Span[head.Values..];
        Span<T> y = ys.Writable[head.Outputs..], log = logs.Writable.Slice(head.Number * shape.Queries, shape.Queries);
        int tiles = (shape.Keys + KeyTile - 1) / KeyTile;
        var room = Room(tiles * (keyRoom + valueRoom) + QueryTile * (KeyTile + 1) + shape.Keys);
        Span<T> packedK = Take(ref room, tiles * keyRoom), packedV = Take(ref room, tiles * valueRoom);
        Span<T> scores = Take(ref room, QueryTile * KeyTile), sums = Take(ref room, QueryTile), logMask = LogMask(mask, head, shape, room);
        for (int tile = 0; tile < tiles; tile++)
        {
            int key = tile * KeyTile, keys = Math.Min(KeyTile, shape.Keys - key);
            PackedProduct.Pack(keys, shape.KeyWidth, k[(key * keyRow)..], 1, keyRow, packedK[(tile * keyRoom)..]);
            PackedProduct.Pack(shape.ValueWidth, keys, v[(key * valueRow)..], valueRow, 1, packedV[(tile * valueRoom)..]);
        }

        for (int query = 0; query < shape.Queries; query += QueryTile)
        {
            int queries = Math.Min(QueryTile, shape.Queries - query);
            // The largest score so far, until it becomes the logarithm of the sum.
            var most = log.Slice(query, queries);
            most.Fill(T.NegativeInfinity);
            sums.Clear();
            for (int i = 0; i < queries; i++) y.Slice((query + i) * valueRow, shape.ValueWidth).Clear();
            for (int tile = 0; tile < tiles; tile++)
            {
                int key = tile * KeyTile, keys = Math.Min(KeyTile, shape.Keys - key), seen = Math.Min(keys, shape.Seen(query + queries - 1) - key);
                if (seen <= 0) break;
                PackedProduct.Multiply(queries, seen, shape.KeyWidth, q[(query * keyRow)..], keyRow, 1, packedK[(tile * keyRoom)..], shape.KeyWidth, scores, KeyTile, false);
                for (int i = 0; i < queries; i++)
                {
                    var row = Visible(shape, scores, i, query, key, seen, logMask);
                    if (row.IsEmpty) continue;
                    T before = most[i], now = T.Max(before, TensorPrimitives.Max<T>(row));
                    most[i] = now;
                    if (T.IsNegativeInfinity(now)) now = T.Zero;
                    Exp(row, now);
                    T shrunk = T.Exp(before - now);
                    sums[i] = sums[i] * shrunk + TensorPrimitives.Sum<T>(row);
                    var output = y.Slice((query + i) * valueRow, shape.ValueWidth);
                    if (key > 0 && shrunk != T.One) TensorPrimitives.Multiply(output, shrunk, output);
                }
                PackedProduct.Multiply(
                    queries, shape.ValueWidth, seen, scores, KeyTile, 1, packedV[(tile * valueRoom)..], keys, y[(query * valueRow)..], valueRow, true);
            }
            for (int i = 0; i < queries; i++)
            {
                var output = y.Slice((query + i) * valueRow, shape.ValueWidth);
                // A query that sees no key gives 0.
                if (sums[i] != T.Zero) TensorPrimitives.Divide(output, sums[i], output);
                most[i] = sums[i] == T.Zero ? T.Zero : most[i] + T.Log(sums[i]);
            }
        }
    }

    private static void Backward(
        in AttentionShape shape, Head head, Tensor<T> qs, Tensor<T> ks, Tensor<T> vs, Tensor<T> mask, Tensor<T> ys, Tensor<T> logs, Tensor<T> dys,
        Tensor<T> dqs, Tensor<T> dks, Tensor<T> dvs, Tensor<T> dmasks)
    {
        int keyRow = shape.KeyRow, valueRow = shape.ValueRow, keyWidth = shape.KeyWidth, valueWidth = shape.ValueWidth;
        ReadOnlySpan<T> q = qs.Span[head.Queries..], k = ks.Span[head.Keys..], v = vs.Span[head.Values..], y = ys.Span[head.Outputs..], dy = dys.Span[head.Outputs..];
        Span<T> dq = dqs.Writable[head.Queries..], dk = dks.Writable[head.Keys..], dv = dvs.Writable[head.Values..];
        var log = logs.Span.Slice(head.Number * shape.Queries, shape.Queries);
        int tiles = (shape.Queries + QueryTile - 1) / QueryTile;
        int queryRoom = PackedProduct.Room(keyWidth, QueryTile), outputRoom = PackedProduct.Room(valueWidth, QueryTile);
        int crossRoom = Math.Max(PackedProduct.Room(KeyTile, keyWidth), PackedProduct.Room(keyWidth, KeyTile)), valueRoom = PackedProduct.Room(KeyTile, valueWidth);
        var room = Room(tiles * (queryRoom + outputRoom) + 2 * crossRoom + valueRoom + 2 * QueryTile * KeyTile + shape.Queries + shape.Keys);
        Span<T> packedQ = Take(ref room, tiles * queryRoom), packedDy = Take(ref room, tiles * outputRoom), packedK = Take(ref room, crossRoom);
        Span<T> packedKeys = Take(ref room, crossRoom), packedV = Take(ref room, valueRoom), p = Take(ref room, QueryTile * KeyTile), ds = Take(ref room, QueryTile * KeyTile);
        Span<T> inner = Take(ref room, shape.Queries), logMask = LogMask(mask, head, shape, room);
        T scale = AttentionReference.Scale<T>(shape);
        Inner(dy, y, valueRow, valueWidth, inner);
        for (int query = 0; query < shape.Queries; query++) dq.Slice(query * keyRow, keyWidth).Clear();
        for (int tile = 0; tile < tiles; tile++)
        {
            int query = tile * QueryTile, queries = Math.Min(QueryTile, shape.Queries - query);
            PackedProduct.Pack(keyWidth, queries, q[(query * keyRow)..], keyRow, 1, packedQ[(tile * queryRoom)..]);
            PackedProduct.Pack(valueWidth, queries, dy[(query * valueRow)..], valueRow, 1, packedDy[(tile * outputRoom)..]);
        }

        for (int key = 0; key < shape.Keys; key += KeyTile)
        {
            int keys = Math.Min(KeyTile, shape.Keys - key);
            PackedProduct.Pack(keys, keyWidth, k[(key * keyRow)..], 1, keyRow, packedK);
            PackedProduct.Pack(keyWidth, keys, k[(key * keyRow)..], keyRow, 1, packedKeys);
            PackedProduct.Pack(keys, valueWidth, v[(key * valueRow)..], 1, valueRow, packedV);
            for (int j = 0; j < keys; j++)
            {
                dk.Slice((key + j) * keyRow, keyWidth).Clear();
                dv.Slice((key + j) * valueRow, valueWidth).Clear();
            }
            for (int tile = 0; tile < tiles; tile++)
            {
                int query = tile * QueryTile, queries = Math.Min(QueryTile, shape.Queries - query), seen = Math.Min(keys, shape.Seen(query + queries - 1) - key);
                if (seen <= 0) continue;
                PackedProduct.Multiply(queries, seen, keyWidth, q[(query * keyRow)..], keyRow, 1, packedK, keyWidth, p, KeyTile, false);
                PackedProduct.Multiply(queries, seen, valueWidth, dy[(query * valueRow)..], valueRow, 1, packedV, valueWidth, ds, KeyTile, false);
                for (int i = 0; i < queries; i++)
                {
                    var row = Visible(shape, p, i, query, key, seen, logMask);
                    Exp(row, log[query + i]);
                    var slope = ds.Slice(i * KeyTile, seen);
                    slope[row.Length..].Clear();
                    slope = slope[..row.Length];
                    TensorPrimitives.Subtract(slope, inner[query + i], slope);
                    TensorPrimitives.Multiply(slope, row, slope);
                    if (!mask.IsDefault) TensorPrimitives.Add(dmasks.Span.Slice(head.Number * shape.Keys + key, row.Length), slope, dmasks.Writable.Slice(head.Number * shape.Keys + key, row.Length));
                    TensorPrimitives.Multiply(slope, scale, slope);
                }
                PackedProduct.Multiply(seen, valueWidth, queries, p, 1, KeyTile, packedDy[(tile * outputRoom)..], queries, dv[(key * valueRow)..], valueRow, true);
                PackedProduct.Multiply(seen, keyWidth, queries, ds, 1, KeyTile, packedQ[(tile * queryRoom)..], queries, dk[(key * keyRow)..], keyRow, true);
                PackedProduct.Multiply(queries, keyWidth, seen, ds, KeyTile, 1, packedKeys, keys, dq[(query * keyRow)..], keyRow, true);
            }
        }
        if (!mask.IsDefault) DivideByMask(mask.Span.Slice(head.Example * shape.Keys, shape.Keys), dmasks.Writable.Slice(head.Number * shape.Keys, shape.Keys));
    }

    /// <summary>⟨δy, y⟩ of each query: in the order and rounding of the tiles, so that the slope of a weight of exactly 1 is exactly 0.</summary>
    private static void Inner(ReadOnlySpan<T> dy, ReadOnlySpan<T> y, int row, int width, Span<T> inner)
    {
        int query = 0;
        // Four chains at a time, as each waits for its last sum.
        for (; query <= inner.Length - 4; query += 4)
        {
            ReadOnlySpan<T> dy0 = dy.Slice(query * row, width), dy1 = dy.Slice((query + 1) * row, width), dy2 = dy.Slice((query + 2) * row, width), dy3 = dy.Slice((query + 3) * row, width);
            ReadOnlySpan<T> y0 = y.Slice(query * row, width), y1 = y.Slice((query + 1) * row, width), y2 = y.Slice((query + 2) * row, width), y3 = y.Slice((query + 3) * row, width);
            T a = T.Zero, b = T.Zero, c = T.Zero, d = T.Zero;
            for (int i = 0; i < width; i++)
            {
                a = T.FusedMultiplyAdd(dy0[i], y0[i], a);
                b = T.FusedMultiplyAdd(dy1[i], y1[i], b);
                c = T.FusedMultiplyAdd(dy2[i], y2[i], c);
                d = T.FusedMultiplyAdd(dy3[i], y3[i], d);
            }
            (inner[query], inner[query + 1], inner[query + 2], inner[query + 3]) = (a, b, c, d);
        }
        for (; query < inner.Length; query++)
        {
            T sum = T.Zero;
            for (int i = query * row; i < query * row + width; i++) sum = T.FusedMultiplyAdd(dy[i], y[i], sum);
            inner[query] = sum;
        }
    }

    /// <summary>The scores of one query with the keys that it sees, scaled and with the mask's logarithms; those beyond become 0.</summary>
    private static Span<T> Visible(in AttentionShape shape, Span<T> scores, int row, int query, int key, int seen, ReadOnlySpan<T> logMask)
    {
        var all = scores.Slice(row * KeyTile, seen);
        var visible = all[..Math.Clamp(shape.Seen(query + row) - key, 0, seen)];
        all[visible.Length..].Clear();
        TensorPrimitives.Multiply(visible, AttentionReference.Scale<T>(shape), visible);
        if (!logMask.IsEmpty) TensorPrimitives.Add(visible, logMask.Slice(key, visible.Length), visible);
        return visible;
    }

    /// <summary>x = exp(x − offset).</summary>
    private static void Exp(Span<T> x, T offset)
    {
        TensorPrimitives.Subtract(x, offset, x);
        if (typeof(T) == typeof(float)) VectorMath.Exp(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(x));
        else TensorPrimitives.Exp(x, x);
    }

    private static Span<T> LogMask(Tensor<T> mask, Head head, in AttentionShape shape, Span<T> room)
    {
        if (mask.IsDefault) return default;
        var logs = room[..shape.Keys];
        TensorPrimitives.Log(mask.Span.Slice(head.Example * shape.Keys, shape.Keys), logs);
        return logs;
    }

    private static void DivideByMask(ReadOnlySpan<T> mask, Span<T> gradient)
    {
        for (int j = 0; j < mask.Length; j++) gradient[j] = mask[j] == T.Zero ? T.Zero : gradient[j] / mask[j];
    }

    // The thread's scratch memory: nothing that is called while a head is computed uses it.
    private static unsafe Span<T> Room(int numbers)
    {
        nint bytes = checked((nint)numbers * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        return MemoryMarshal.Cast<byte, T>(new Span<byte>(Scratch.Bytes(bytes), checked((int)bytes)));
    }

    private static Span<T> Take(ref Span<T> room, int count)
    {
        var taken = room[..count];
        room = room[count..];
        return taken;
    }

    /// <summary>A head of an example, and where its first query, key, value and output lie.</summary>
    private readonly struct Head(AttentionShape shape, int number)
    {
        public int Number { get; } = number;

        public int Example { get; } = number / shape.Heads;

        public int Queries { get; } = number / shape.Heads * shape.Queries * shape.KeyRow + number % shape.Heads * shape.KeyWidth;

        public int Keys { get; } = number / shape.Heads * shape.Keys * shape.KeyRow + number % shape.Heads * shape.KeyWidth;

        public int Values { get; } = number / shape.Heads * shape.Keys * shape.ValueRow + number % shape.Heads * shape.ValueWidth;

        public int Outputs { get; } = number / shape.Heads * shape.Queries * shape.ValueRow + number % shape.Heads * shape.ValueWidth;
    }
}
