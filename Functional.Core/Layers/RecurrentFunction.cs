using System.Numerics;
using Functional.Core.Kernels;
using static Functional.Core.RecurrentMemory;

namespace Functional.Core;

/// <summary>
/// The two functions of a <see cref="RecurrentLayer{TCell}"/>. The inputs' part of the gates is one matrix product for all steps; what
/// is left is one product with W_hh a step. Examples are independent, so threads take some of them each through all steps:
/// <see cref="RecurrentForwardSteps{TCell, T}"/> and <see cref="RecurrentBackwardSteps{TCell, T}"/>.
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
        var at = RecurrentMemory.Of<TCell>(layer, x.Shape[1], x.Batch, x.Shape[2]);
        var (work, packed) = (Block(at.Size), Block(PackedProduct.Room(at.Gates, at.Width)));
        var y = Tensor.Fresh<T>(x.Shape.With(2, at.Width)).Done();
        var mask = layer.IsMasked ? call.Inputs[1] : default;

        Span<T> all = work.Writable, gates = at.AllGates(all);
        var bias = Cell.IsApart ? bIn : bIn.Plus(bState);
        for (int step = 0; step < at.Length; step++)
            for (int example = 0; example < at.Batch; example++)
                Row(x.Span, at.Place(step, example), at.Inputs).CopyTo(Row(at.X(all), step * at.Batch + example, at.Inputs));
        MatrixProduct.Multiply(at.Length * at.Batch, at.Gates, at.Inputs, at.X(all), false, wIn.Span, true, gates);
        PackedProduct.Pack(at.Gates, at.Width, wState.Span, 1, at.Width, packed.Writable);
        Start(call.Inputs, 0, at.H(all, 0, 0, at.Batch));
        if (Cell.HasCell) Start(call.Inputs, 1, at.C(all, 0, 0, at.Batch));

        Chunks.Rows(at.Batch, LeastExamples, new RecurrentForwardSteps<TCell, T>(at, work, packed, bias, bState, mask, y));
        return new(Outputs(at, work, y), mask.IsDefault ? work : [work, mask]);
    }

    public BackwardResult<T> Backward(in BackwardCall<T> call)
    {
        var (wIn, wState) = (call.Parameters[0], call.Parameters[1]);
        var at = RecurrentMemory.Of<TCell>(layer, call.Dy.Shape[1], call.Batch, wIn.Shape[1]);
        int rows = at.Length * at.Batch;
        var packed = Block(PackedProduct.Room(at.Width, at.Gates));
        PackedProduct.Pack(at.Width, at.Gates, wState.Span, at.Width, 1, packed.Writable);
        var (da, state) = (Block(rows * at.Gates), Shape.Of(at.Width).Batched(at.Batch));
        var back = new RecurrentBackwardSteps<TCell, T>(
            at, call.Saved[0], packed, layer.IsMasked ? call.Saved[1] : default, call.Dy, Copy(call.OutputGradients, 1, state),
            Cell.HasCell ? Copy(call.OutputGradients, 2, state) : default, da, Cell.IsApart ? Block(rows * at.Gates) : da,
            layer.IsMasked ? Tensor.Zeros<T>(call.Saved[1].Shape) : default, layer.IsMasked ? Block(2 * at.Batch * at.Width) : default);
        Chunks.Rows(at.Batch, LeastExamples, back);

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

    private static Tensor<T> InputGradient(in RecurrentMemory at, Tensor<T> da, Tensor<T> wIn)
    {
        var byStep = Block(at.Length * at.Batch * at.Inputs);
        MatrixProduct.Multiply(at.Length * at.Batch, at.Inputs, at.Gates, da.Span, false, wIn.Span, false, byStep.Writable);
        var dx = Tensor.Fresh<T>(Shape.Of(at.Length, at.Inputs).Batched(at.Batch));
        for (int step = 0; step < at.Length; step++)
            for (int example = 0; example < at.Batch; example++)
                Row(byStep.Span, step * at.Batch + example, at.Inputs).CopyTo(Row(dx.Span, at.Place(step, example), at.Inputs));
        return dx.Done();
    }

    private Tensors<T> InputGradients(Tensor<T> dx, in RecurrentBackwardSteps<TCell, T> back)
    {
        if (!layer.IsMasked && !layer.HasStart) return dx;
        Tensors<T> all = layer.IsMasked ? [dx, back.DMask] : dx;
        if (!layer.HasStart) return all;
        return all.Append(Cell.HasCell ? [back.Dh, back.Dc] : back.Dh);
    }

    private static Tensor<T> Copy(Tensors<T> gradients, int place, Shape shape) =>
        place < gradients.Count ? Tensor.From(shape, gradients[place].Span) : Tensor.Zeros<T>(shape);

    private static Tensor<T> Block(int size) => Tensor.Fresh<T>([size]).Done();
}
