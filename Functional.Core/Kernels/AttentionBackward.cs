using System.Numerics;
using System.Numerics.Tensors;
using static Functional.Core.Kernels.AttentionTiles;

namespace Functional.Core.Kernels;

/// <summary>
/// Attention backward, by <see cref="AttentionTiles">tiles</see>, a head of an example at a time: from what forward was given and gave, and δy, writes δq, δk, δv, and adds
/// to the part of δm that each head gives, <c>[batch · heads, keys]</c>. The other shapes are those of <see cref="AttentionShape"/>, gradients having those of
/// what they belong to; mask and δm may be missing. The products are computed in
/// vectors of 128, 256 or 512 bits.
/// </summary>
internal readonly record struct AttentionBackward<T>(
    AttentionShape Sizes, Tensor<T> Q, Tensor<T> K, Tensor<T> V, Tensor<T> Mask, Tensor<T> Y, Tensor<T> Logs, Tensor<T> Dy,
    Tensor<T> Dq, Tensor<T> Dk, Tensor<T> Dv, Tensor<T> Dmask, int Bits) : IWork
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>All heads of all examples.</summary>
    public void Run() => Workers.For(Sizes.Batch * Sizes.Heads, this);

    /// <summary>One head of one example.</summary>
    public void Run(int part)
    {
        var shape = Sizes;
        var head = new Head(shape, part);
        int keyRow = shape.KeyRow, valueRow = shape.ValueRow, keyWidth = shape.KeyWidth, valueWidth = shape.ValueWidth;
        ReadOnlySpan<T> q = Q.Span[head.Queries..], k = K.Span[head.Keys..], v = V.Span[head.Values..], y = Y.Span[head.Outputs..], dy = Dy.Span[head.Outputs..];
        Span<T> dq = Dq.Writable[head.Queries..], dk = Dk.Writable[head.Keys..], dv = Dv.Writable[head.Values..];
        var log = Logs.Span.Slice(head.Number * shape.Queries, shape.Queries);
        int tiles = (shape.Queries + QueryTile - 1) / QueryTile;
        int queryRoom = PackedProduct.Room(keyWidth, QueryTile), outputRoom = PackedProduct.Room(valueWidth, QueryTile);
        int crossRoom = Math.Max(PackedProduct.Room(KeyTile, keyWidth), PackedProduct.Room(keyWidth, KeyTile)), valueRoom = PackedProduct.Room(KeyTile, valueWidth);
        var room = Room<T>(tiles * (queryRoom + outputRoom) + 2 * crossRoom + valueRoom + 2 * QueryTile * KeyTile + shape.Queries + shape.Keys);
        Span<T> packedQ = Take(ref room, tiles * queryRoom), packedDy = Take(ref room, tiles * outputRoom), packedK = Take(ref room, crossRoom);
        Span<T> packedKeys = Take(ref room, crossRoom), packedV = Take(ref room, valueRoom), p = Take(ref room, QueryTile * KeyTile), ds = Take(ref room, QueryTile * KeyTile);
        Span<T> inner = Take(ref room, shape.Queries), logMask = LogMask(Mask, head, shape, room);
        T scale = AttentionReference.Scale<T>(shape);
        Inner(dy, y, valueRow, valueWidth, inner);
        for (int query = 0; query < shape.Queries; query++) dq.Slice(query * keyRow, keyWidth).Clear();
        for (int tile = 0; tile < tiles; tile++)
        {
            int query = tile * QueryTile, queries = Math.Min(QueryTile, shape.Queries - query);
            PackedProduct.Pack(keyWidth, queries, q[(query * keyRow)..], keyRow, 1, packedQ[(tile * queryRoom)..], Bits);
            PackedProduct.Pack(valueWidth, queries, dy[(query * valueRow)..], valueRow, 1, packedDy[(tile * outputRoom)..], Bits);
        }

        for (int key = 0; key < shape.Keys; key += KeyTile)
        {
            int keys = Math.Min(KeyTile, shape.Keys - key);
            PackedProduct.Pack(keys, keyWidth, k[(key * keyRow)..], 1, keyRow, packedK, Bits);
            PackedProduct.Pack(keyWidth, keys, k[(key * keyRow)..], keyRow, 1, packedKeys, Bits);
            PackedProduct.Pack(keys, valueWidth, v[(key * valueRow)..], 1, valueRow, packedV, Bits);
            for (int j = 0; j < keys; j++)
            {
                dk.Slice((key + j) * keyRow, keyWidth).Clear();
                dv.Slice((key + j) * valueRow, valueWidth).Clear();
            }
            for (int tile = 0; tile < tiles; tile++)
            {
                int query = tile * QueryTile, queries = Math.Min(QueryTile, shape.Queries - query), seen = Math.Min(keys, shape.Seen(query + queries - 1) - key);
                if (seen <= 0) continue;
                PackedProduct.Multiply(queries, seen, keyWidth, q[(query * keyRow)..], keyRow, 1, packedK, keyWidth, p, KeyTile, false, Bits);
                PackedProduct.Multiply(queries, seen, valueWidth, dy[(query * valueRow)..], valueRow, 1, packedV, valueWidth, ds, KeyTile, false, Bits);
                for (int i = 0; i < queries; i++)
                {
                    var row = Visible(shape, p, i, query, key, seen, logMask);
                    Exp(row, log[query + i]);
                    var slope = ds.Slice(i * KeyTile, seen);
                    slope[row.Length..].Clear();
                    slope = slope[..row.Length];
                    TensorPrimitives.Subtract(slope, inner[query + i], slope);
                    TensorPrimitives.Multiply(slope, row, slope);
                    if (!Mask.IsDefault) TensorPrimitives.Add(Dmask.Span.Slice(head.Number * shape.Keys + key, row.Length), slope, Dmask.Writable.Slice(head.Number * shape.Keys + key, row.Length));
                    TensorPrimitives.Multiply(slope, scale, slope);
                }
                PackedProduct.Multiply(seen, valueWidth, queries, p, 1, KeyTile, packedDy[(tile * outputRoom)..], queries, dv[(key * valueRow)..], valueRow, true, Bits);
                PackedProduct.Multiply(seen, keyWidth, queries, ds, 1, KeyTile, packedQ[(tile * queryRoom)..], queries, dk[(key * keyRow)..], keyRow, true, Bits);
                PackedProduct.Multiply(queries, keyWidth, seen, ds, KeyTile, 1, packedKeys, keys, dq[(query * keyRow)..], keyRow, true, Bits);
            }
        }
        if (!Mask.IsDefault) DivideByMask(Mask.Span.Slice(head.Example * shape.Keys, shape.Keys), Dmask.Writable.Slice(head.Number * shape.Keys, shape.Keys));
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

    private static void DivideByMask(ReadOnlySpan<T> mask, Span<T> gradient)
    {
        for (int j = 0; j < mask.Length; j++) gradient[j] = mask[j] == T.Zero ? T.Zero : gradient[j] / mask[j];
    }
}
