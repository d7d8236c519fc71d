using System.Numerics;
using Functional.Core.Kernels;
using static Functional.Core.RecurrentMemory;

namespace Functional.Core;

/// <summary>
/// All steps of a recurrent layer on the way back, for some examples at a time: δh and δc go from the last step to the first, δa and δb hold every step's.
/// Shapes: mask and δm <c>[batch, length]</c> or none, δy <c>[batch, length, width]</c>, δh and δc <c>[batch, width]</c>, δa and δb
/// <c>[length, batch, gates]</c>, one and the same where the cell does not keep them apart; what the mask keeps of δh and δc <c>[2, batch, width]</c>;
/// W_hhᵀ is packed.
/// </summary>
internal readonly record struct RecurrentBackwardSteps<TCell, T>(
    RecurrentMemory At, Tensor<T> Work, Tensor<T> Packed, Tensor<T> Mask, Tensor<T> Dy, Tensor<T> Dh, Tensor<T> Dc, Tensor<T> Da, Tensor<T> Db,
    Tensor<T> DMask, Tensor<T> Kept) : IStretchWork
    where TCell : struct, IRecurrentCell
    where T : struct, IFloatingPointIeee754<T>
{
    private static TCell Cell => default;

    /// <summary>All steps of some examples, from the last to the first.</summary>
    public void Run(int first, int count)
    {
        var at = At;
        var all = Work.Writable;
        for (int step = at.Length - 1; step >= 0; step--)
        {
            for (int example = first; example < first + count; example++)
            {
                Span<T> dh = Row(Dh.Writable, example, at.Width), dc = Cell.HasCell ? Row(Dc.Writable, example, at.Width) : default;
                Span<T> before = at.H(all, step, example), cellBefore = at.C(all, step, example), h = at.NewH(all, step, example), c = at.NewC(all, step, example);
                Span<T> keptH = default, keptC = default;
                var dy = Row(Dy.Span, at.Place(step, example), at.Width);
                T m = T.One;
                if (!Mask.IsDefault)
                {
                    keptH = Row(Kept.Writable, example, at.Width);
                    keptC = Row(Kept.Writable, at.Batch + example, at.Width)[..dc.Length];
                    m = Mask.Span[at.Place(step, example)];
                    DMask.Writable[at.Place(step, example)] = Dot(dy, h) + Unblend(m, h, before, dh, keptH) + Unblend(m, c, cellBefore, dc, keptC);
                }
                if (Mask.IsDefault) Elementwise.Accumulate(dy, dh);
                else for (int i = 0; i < dh.Length; i++) dh[i] += m * dy[i];
                int place = step * at.Batch + example;
                Cell.Backward<T>(
                    at.GatesAt(all, step, example), at.B(all, step, example), before, cellBefore, h, c, dh, dc, Row(Da.Writable, place, at.Gates),
                    Cell.IsApart ? Row(Db.Writable, place, at.Gates) : default);
                for (int i = 0; i < keptH.Length; i++) dh[i] += keptH[i];
                for (int i = 0; i < keptC.Length; i++) dc[i] += keptC[i];
            }
            PackedProduct.Multiply(
                count, at.Width, at.Gates, Row(Db.Span, step * at.Batch + first, at.Gates, count), Packed.Span,
                Row(Dh.Writable, first, at.Width, count), accumulate: true);
        }
    }

    /// <summary>δmade in the place of δ, δbefore in <paramref name="kept"/>, and δm.</summary>
    private static T Unblend(T m, ReadOnlySpan<T> made, ReadOnlySpan<T> before, Span<T> gradient, Span<T> kept)
    {
        T dm = T.Zero;
        for (int i = 0; i < made.Length; i++)
        {
            dm += gradient[i] * (made[i] - before[i]);
            kept[i] = (T.One - m) * gradient[i];
            gradient[i] *= m;
        }
        return dm;
    }

    private static T Dot(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
    {
        T sum = T.Zero;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
