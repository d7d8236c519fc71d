using System.Numerics;
using System.Numerics.Tensors;
using static Functional.Core.Kernels.AttentionTiles;

namespace Functional.Core.Kernels;

/// <summary>
/// Attention forward, by <see cref="AttentionTiles">tiles</see>, a head of an example at a time: writes y, and for every query of every head the logarithm of its sum,
/// <c>[batch · heads, queries]</c>. The other shapes are those of <see cref="AttentionShape"/>; the mask <c>[batch, keys]</c> may be missing. The products are computed in
/// vectors of 128, 256 or 512 bits.
/// </summary>
internal readonly record struct AttentionForward<T>(
    AttentionShape Sizes, Tensor<T> Q, Tensor<T> K, Tensor<T> V, Tensor<T> Mask, Tensor<T> Y, Tensor<T> Logs, int Bits) : IWork
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>All heads of all examples.</summary>
    public void Run() => Workers.For(Sizes.Batch * Sizes.Heads, this);

    /// <summary>One head of one example.</summary>
    public void Run(int part)
    {
        var shape = Sizes;
        var head = new Head(shape, part);
        int keyRow = shape.KeyRow, valueRow = shape.ValueRow, keyRoom = PackedProduct.Room(KeyTile, shape.KeyWidth), valueRoom = PackedProduct.Room(shape.ValueWidth, KeyTile);
        ReadOnlySpan<T> q = Q.Span[head.Queries..], k = K.Span[head.Keys..], v = V.Span[head.Values..];
        Span<T> y = Y.Writable[head.Outputs..], log = Logs.Writable.Slice(head.Number * shape.Queries, shape.Queries);
        int tiles = (shape.Keys + KeyTile - 1) / KeyTile;
        var room = Room<T>(tiles * (keyRoom + valueRoom) + QueryTile * (KeyTile + 1) + shape.Keys);
        Span<T> packedK = Take(ref room, tiles * keyRoom), packedV = Take(ref room, tiles * valueRoom);
        Span<T> scores = Take(ref room, QueryTile * KeyTile), sums = Take(ref room, QueryTile), logMask = LogMask(Mask, head, shape, room);
        for (int tile = 0; tile < tiles; tile++)
        {
            int key = tile * KeyTile, keys = Math.Min(KeyTile, shape.Keys - key);
            PackedProduct.Pack(keys, shape.KeyWidth, k[(key * keyRow)..], 1, keyRow, packedK[(tile * keyRoom)..], Bits);
            PackedProduct.Pack(shape.ValueWidth, keys, v[(key * valueRow)..], valueRow, 1, packedV[(tile * valueRoom)..], Bits);
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
                PackedProduct.Multiply(queries, seen, shape.KeyWidth, q[(query * keyRow)..], keyRow, 1, packedK[(tile * keyRoom)..], shape.KeyWidth, scores, KeyTile, false, Bits);
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
                    queries, shape.ValueWidth, seen, scores, KeyTile, 1, packedV[(tile * valueRoom)..], keys, y[(query * valueRow)..], valueRow, true, Bits);
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
}
