using System.Numerics;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// The two functions of a <see cref="RecurrentLayer{TCell}"/>. The inputs' part of the gates is one matrix product for all steps; what
/// is left is one product with W_hh a step. Examples are independent, so threads take some of them each through all steps.
/// </summary>
internal sealed class RecurrentFunction<TCell, T>(RecurrentLayer<TCell> layer)
    where TCell : struct, IRecurrentCell
    where T : struct, IFloatingPointIeee754<T>
{
    // A product of fewer rows wastes what the kernel could do.
    private const int LeastExamples = 4;

    private static TCell Cell => default;

    public ForwardResult<T> Forward(in ForwardCall<T> call)
    {
        var (x, wIn, wState) = (call.X, call.Parameters[0], call.Parameters[1]);
        var (bIn, bState) = (call.Parameters[2], call.Parameters[3]);
        var at = new RecurrentMemory(Cell, layer.IsMasked, x.Shape[1], x.Batch, x.Shape[2], layer.Width);
        var (work, packed) = (Block(at.Size), Block(PackedProduct.Room(at.Gates, at.Width)));
        var y = Tensor.Fresh<T>(x.Shape.With(2, at.Width)).Done();
        var mask = layer.IsMasked ? call.Inputs[1] : default;

        Span<T> all = work.Writable, gates = at.AllGates(all);
        var bias = Cell.IsApart ? bIn : bIn.Plus(bState);
        for (int step = 0; step < at.Length; step++)
            for (int example = 0; example < at.Batch; example++)
                Row(x.Span, Place(at, step, example), at.Inputs).CopyTo(Row(at.X(all), step * at.Batch + example, at.Inputs));
        MatrixProduct.Multiply(at.Length * at.Batch, at.Gates, at.Inputs, at.X(all), false, wIn.Span, true, gates);
        PackedProduct.Pack(at.Gates, at.Width, wState.Span, 1, at.Width, packed.Writable);
        Start(call.Inputs, 0, at.H(all, 0, 0, at.Batch));
        if (Cell.HasCell) Start(call.Inputs, 1, at.C(all, 0, 0, at.Batch));

        Chunks.Rows(at.Batch, LeastExamples, (first, count) => Steps(at, work, packed, bias, bState, mask, y, first, count));
        return new(Outputs(at, work, y), mask.IsDefault ? work : [work, mask]);
    }

    public BackwardResult<T> Backward(in BackwardCall<T> call)
    {
        var (wIn, wState) = (call.Parameters[0], call.Parameters[1]);
        var at = new RecurrentMemory(Cell, layer.IsMasked, call.Dy.Shape[1], call.Batch, wIn.Shape[1], layer.Width);
        int rows = at.Length * at.Batch;
        var packed = Block(PackedProduct.Room(at.Width, at.Gates));
        PackedProduct.Pack(at.Width, at.Gates, wState.Span, at.Width, 1, packed.Writable);
        var (da, state) = (Block(rows * at.Gates), Shape.Of(at.Width).Batched(at.Batch));
        var back = new Way(
            at, call.Saved[0], packed, layer.IsMasked ? call.Saved[1] : default, call.Dy, Copy(call.OutputGradients, 1, state),
            Cell.HasCell ? Copy(call.OutputGradients, 2, state) : default, da, Cell.IsApart ? Block(rows * at.Gates) : da,
            layer.IsMasked ? Tensor.Zeros<T>(call.Saved[1].Shape) : default, layer.IsMasked ? Block(2 * at.Batch * at.Width) : default);
        Chunks.Rows(at.Batch, LeastExamples, (first, count) => Steps(back, first, count));

        var work = back.Work.Writable;
        Fresh<T> dwIn = call.ParameterGradient(0), dwState = call.ParameterGradient(1), dbIn = call.ParameterGradient(2), dbState = call.ParameterGradient(3);
        MatrixProduct.Multiply(at.Gates, at.Inputs, rows, da.Span, true, at.X(work), false, dwIn.Span);
        MatrixProduct.Multiply(at.Gates, at.Width, rows, back.Db.Span, true, at.H(work, 0, 0, rows), false, dwState.Span);
        Rows.Sum(da.Span, dbIn.Span);
        if (Cell.IsApart) Rows.Sum(back.Db.Span, dbState.Span);
        else dbIn.Span.CopyTo(dbState.Span);
        var dx = call.Wants(0) ? InputGradient(at, da, wIn) : default;
        return new(InputGradients(dx, back), [dwIn.Done(), dwState.Done(), dbIn.Done(), dbState.Done()]);
    }

    /// <summary>All steps of some examples.</summary>
    private void Steps(
        RecurrentMemory at, Tensor<T> work, Tensor<T> packed, Tensor<T> bias, Tensor<T> bState, Tensor<T> mask, Tensor<T> y, int first, int count)
    {
        var all = work.Writable;
        for (int step = 0; step < at.Length; step++)
        {
            var gates = Row(at.AllGates(all), step * at.Batch + first, at.Gates, count);
            var b = Cell.IsApart ? at.B(all, step, first, count) : gates;
            for (int i = 0; i < count; i++)
            {
                Elementwise.Accumulate(bias.Span, Row(gates, i, at.Gates));
                if (Cell.IsApart) bState.Span.CopyTo(Row(b, i, at.Gates));
            }
            PackedProduct.Multiply(count, at.Gates, at.Width, at.H(all, step, first, count), packed.Span, b, accumulate: true);

            for (int example = first; example < first + count; example++)
            {
                Span<T> before = at.H(all, step, example), cellBefore = at.C(all, step, example), h = at.NewH(all, step, example), c = at.NewC(all, step, example);
                var to = Row(y.Writable, Place(at, step, example), at.Width);
                Cell.Forward(at.GatesAt(all, step, example), at.B(all, step, example), before, cellBefore, h, c);
                if (mask.IsDefault)
                {
                    h.CopyTo(to);
                    continue;
                }
                T m = mask.Span[Place(at, step, example)];
                Elementwise.Scale(h, m, to);
                Blend(m, h, before, at.H(all, step + 1, example));
                Blend(m, c, cellBefore, at.C(all, step + 1, example));
            }
        }
    }

    /// <summary>What the way back works on: δh and δc go from the last step to the first, da and db hold every step's.</summary>
    private sealed record Way(
        RecurrentMemory At, Tensor<T> Work, Tensor<T> Packed, Tensor<T> Mask, Tensor<T> Dy, Tensor<T> Dh, Tensor<T> Dc, Tensor<T> Da, Tensor<T> Db,
        Tensor<T> DMask, Tensor<T> Kept);

    /// <summary>All steps of some examples, from the last to the first.</summary>
    private void Steps(Way back, int first, int count)
    {
        var at = back.At;
        var all = back.Work.Writable;
        for (int step = at.Length - 1; step >= 0; step--)
        {
            for (int example = first; example < first + count; example++)
            {
                Span<T> dh = Row(back.Dh.Writable, example, at.Width), dc = Cell.HasCell ? Row(back.Dc.Writable, example, at.Width) : default;
                Span<T> before = at.H(all, step, example), cellBefore = at.C(all, step, example), h = at.NewH(all, step, example), c = at.NewC(all, step, example);
                Span<T> keptH = default, keptC = default;
                var dy = Row(back.Dy.Span, Place(at, step, example), at.Width);
                T m = T.One;
                if (!back.Mask.IsDefault)
                {
                    keptH = Row(back.Kept.Writable, example, at.Width);
                    keptC = Row(back.Kept.Writable, at.Batch + example, at.Width)[..dc.Length];
                    m = back.Mask.Span[Place(at, step, example)];
                    back.DMask.Writable[Place(at, step, example)] = Dot(dy, h) + Unblend(m, h, before, dh, keptH) + Unblend(m, c, cellBefore, dc, keptC);
                }
                if (back.Mask.IsDefault) Elementwise.Accumulate(dy, dh);
                else for (int i = 0; i < dh.Length; i++) dh[i] += m * dy[i];
                int place = step * at.Batch + example;
                Cell.Backward<T>(
                    at.GatesAt(all, step, example), at.B(all, step, example), before, cellBefore, h, c, dh, dc, Row(back.Da.Writable, place, at.Gates),
                    Cell.IsApart ? Row(back.Db.Writable, place, at.Gates) : default);
                for (int i = 0; i < keptH.Length; i++) dh[i] += keptH[i];
                for (int i = 0; i < keptC.Length; i++) dc[i] += keptC[i];
            }
            PackedProduct.Multiply(
                count, at.Width, at.Gates, Row(back.Db.Span, step * at.Batch + first, at.Gates, count), back.Packed.Span,
                Row(back.Dh.Writable, first, at.Width, count), accumulate: true);
        }
    }

    /// <summary>The step's place in time, example by example.</summary>
    private int Place(in RecurrentMemory at, int step, int example) => example * at.Length + (layer.IsReverse ? at.Length - 1 - step : step);

    private void Start(Tensors<T> inputs, int state, Span<T> to)
    {
        if (layer.HasStart) inputs[(layer.IsMasked ? 2 : 1) + state].Span.CopyTo(to);
        else to.Clear();
    }

    private Tensors<T> Outputs(in RecurrentMemory at, Tensor<T> work, Tensor<T> y)
    {
        if (!layer.HasFinal) return y;
        var shape = Shape.Of(at.Width).Batched(at.Batch);
        var h = Tensor.From<T>(shape, at.H(work.Writable, at.Length, 0, at.Batch));
        return Cell.HasCell ? [y, h, Tensor.From<T>(shape, at.C(work.Writable, at.Length, 0, at.Batch))] : [y, h];
    }

    private Tensor<T> InputGradient(in RecurrentMemory at, Tensor<T> da, Tensor<T> wIn)
    {
        var byStep = Block(at.Length * at.Batch * at.Inputs);
        MatrixProduct.Multiply(at.Length * at.Batch, at.Inputs, at.Gates, da.Span, false, wIn.Span, false, byStep.Writable);
        var dx = Tensor.Fresh<T>(Shape.Of(at.Length, at.Inputs).Batched(at.Batch));
        for (int step = 0; step < at.Length; step++)
            for (int example = 0; example < at.Batch; example++)
                Row(byStep.Span, step * at.Batch + example, at.Inputs).CopyTo(Row(dx.Span, Place(at, step, example), at.Inputs));
        return dx.Done();
    }

    private Tensors<T> InputGradients(Tensor<T> dx, Way back)
    {
        if (!layer.IsMasked && !layer.HasStart) return dx;
        Tensors<T> all = layer.IsMasked ? [dx, back.DMask] : dx;
        if (!layer.HasStart) return all;
        return all.Append(Cell.HasCell ? [back.Dh, back.Dc] : back.Dh);
    }

    private static Tensor<T> Copy(Tensors<T> gradients, int place, Shape shape) =>
        place < gradients.Count ? Tensor.From(shape, gradients[place].Span) : Tensor.Zeros<T>(shape);

    private static Tensor<T> Block(int size) => Tensor.Fresh<T>([size]).Done();

    private static Span<T> Row(Span<T> all, int row, int width, int rows = 1) => all.Slice(row * width, rows * width);

    private static ReadOnlySpan<T> Row(ReadOnlySpan<T> all, int row, int width, int rows = 1) => all.Slice(row * width, rows * width);

    /// <summary>to = m · made + (1 − m) · before.</summary>
    private static void Blend(T m, ReadOnlySpan<T> made, ReadOnlySpan<T> before, Span<T> to)
    {
        for (int i = 0; i < made.Length; i++) to[i] = m * made[i] + (T.One - m) * before[i];
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
