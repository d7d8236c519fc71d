using System.Buffers;
using System.Numerics;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// An optimizer's pass over one matrix whose gradient is a product of few rows, δw = leftᵀ · right: a few rows of δw are multiplied out
/// into a buffer that stays in the cache, used up, and the next few take their place. The bits are those of the pass over the whole.
/// </summary>
internal static class FactoredPass
{
    // A buffer for an outer product fits the first-level cache; for more rows the product works in tiles of twelve.
    private const int BufferSize = 1 << 12;
    private const int TileRows = 12;

    public static void Run<T>(Optimizer optimizer, long step, Tensor<T> values, Tensors<T> slots, LayoutEntry entry, GradientFactors<T> factors)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (Chunks.Split(entry.Shape.Size)) Shared(optimizer, step, values, slots, entry, factors);
        else Part(optimizer, step, values, slots, entry, factors, 0, entry.Shape[0]);
    }

    private static void Shared<T>(Optimizer optimizer, long step, Tensor<T> values, Tensors<T> slots, LayoutEntry entry, GradientFactors<T> factors)
        where T : struct, IFloatingPointIeee754<T> =>
        Chunks.For(entry.Shape[0], Math.Max(TileRows, Chunks.Grain / entry.Shape[1]), (first, count) => Part(optimizer, step, values, slots, entry, factors, first, count));

    private static void Part<T>(
        Optimizer optimizer, long step, Tensor<T> values, Tensors<T> slots, LayoutEntry entry, GradientFactors<T> factors, int first, int count)
        where T : struct, IFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> left = factors.Left.Span, right = factors.Right.Span;
        int rows = entry.Shape[0], columns = entry.Shape[1], length = left.Length / rows;
        int together = Math.Min(count, length == 1 ? Math.Max(1, BufferSize / columns) : TileRows);
        var rented = ArrayPool<T>.Shared.Rent(together * columns);
        for (int row = first; row < first + count; row += together)
        {
            var gradients = rented.AsSpan(0, Math.Min(together, first + count - row) * columns);
            MatrixProduct.TransposedRows(row, rows, columns, length, left, right, gradients);
            optimizer.AdvancePart(new OptimizerStep<T>(step, values, gradients, slots, values, slots, entry.Offset + row * columns));
        }
        ArrayPool<T>.Shared.Return(rented);
    }
}
