using System.Numerics;
using Functional.Core.Kernels;
using static Functional.Core.RecurrentMemory;

namespace Functional.Core;

/// <summary>
/// All steps of a recurrent layer, for some examples at a time, from where all gates hold W_ih x and the states before the first step stand.
/// Shapes: b_ih (or b_ih + b_hh where the cell does not keep them apart) and b_hh <c>[gates]</c>, mask <c>[batch, length]</c> or none,
/// y <c>[batch, length, width]</c>, to be written; W_hh is packed.
/// </summary>
internal readonly record struct RecurrentForwardSteps<TCell, T>(
    RecurrentMemory At, Tensor<T> Work, Tensor<T> Packed, Tensor<T> Bias, Tensor<T> StateBias, Tensor<T> Mask, Tensor<T> Y) : IStretchWork
    where TCell : struct, IRecurrentCell
    where T : struct, IFloatingPointIeee754<T>
{
    private static TCell Cell => default;

    /// <summary>All steps of some examples.</summary>
    public void Run(int first, int count)
    {
        var at = At;
        var (bias, stateBias, mask) = (Bias, StateBias, Mask);
        var all = Work.Writable;
        for (int step = 0; step < at.Length; step++)
        {
            var gates = Row(at.AllGates(all), step * at.Batch + first, at.Gates, count);
            var b = Cell.IsApart ? at.B(all, step, first, count) : gates;
            for (int i = 0; i < count; i++)
            {
                Elementwise.Accumulate(bias.Span, Row(gates, i, at.Gates));
                if (Cell.IsApart) stateBias.Span.CopyTo(Row(b, i, at.Gates));
            }
            PackedProduct.Multiply(count, at.Gates, at.Width, at.H(all, step, first, count), Packed.Span, b, accumulate: true);

            for (int example = first; example < first + count; example++)
            {
                Span<T> before = at.H(all, step, example), cellBefore = at.C(all, step, example), h = at.NewH(all, step, example), c = at.NewC(all, step, example);
                var to = Row(Y.Writable, at.Place(step, example), at.Width);
                Cell.Forward(at.GatesAt(all, step, example), at.B(all, step, example), before, cellBefore, h, c);
                if (mask.IsDefault)
                {
                    h.CopyTo(to);
                    continue;
                }
                T m = mask.Span[at.Place(step, example)];
                Elementwise.Scale(h, m, to);
                Blend(m, h, before, at.H(all, step + 1, example));
                Blend(m, c, cellBefore, at.C(all, step + 1, example));
            }
        }
    }

    /// <summary>to = m · made + (1 − m) · before.</summary>
    private static void Blend(T m, ReadOnlySpan<T> made, ReadOnlySpan<T> before, Span<T> to)
    {
        for (int i = 0; i < made.Length; i++) to[i] = m * made[i] + (T.One - m) * before[i];
    }
}
