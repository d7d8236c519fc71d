using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Lays two or more inputs beside each other along an axis: y = [x₁, x₂, …]; δxᵢ is the part of δy that came from xᵢ.
/// The inputs agree in every other axis.
/// </summary>
/// <param name="Axis">The axis of one example, from 0; negative axes count from the end.</param>
public sealed record ConcatLayer(int Axis) : Layer
{
    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs)
    {
        if (inputs.Count < 2) return new Fault($"{inputs.Count} inputs", "two or more");
        if (inputs.Exists(shape => shape.Rank == 0)) return Expect.NoAxes;
        int rank = inputs.Head.Rank, axis = Axis < 0 ? Axis + rank : Axis;
        if (axis < 0 || axis >= rank) return new Fault($"axis {Axis} for shape {inputs.Head}", $"an axis from {-rank} to {rank - 1}");
        if (!inputs.Tail.ForAll(shape => shape.Rank == rank && shape.With(axis, 1) == inputs.Head.With(axis, 1)))
            return new Fault(string.Join(" and ", inputs), $"inputs that agree in every axis but {axis}", "Flatten them first to join all their elements");
        long size = inputs.Sum(shape => (long)shape[axis]);
        return size <= int.MaxValue
            ? Seq1(inputs.Head.With(axis, (int)size))
            : new Fault($"a joint size of {size:N0}", $"at most {int.MaxValue:N0}");
    }

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private int BatchedAxis(Shape batched) => Axis < 0 ? Axis + batched.Rank : Axis + 1;

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T> =>
        new(Blocks.Join(call.Inputs, BatchedAxis(call.X.Shape)), call.Inputs);

    // Only the inputs' shapes are needed, not their elements; a handle to them costs nothing.
    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        int axis = BatchedAxis(call.Dy.Shape), start = 0;
        var dx = new Tensor<T>[call.Saved.Count];
        for (int i = 0; i < dx.Length; i++)
        {
            int length = call.Saved[i].Shape[axis];
            dx[i] = Blocks.Part(call.Dy, axis, start, length);
            start += length;
        }
        return new(Tensors.Owning(dx));
    }
}

public static partial class Layers
{
    /// <summary>Inputs laid beside each other along an axis of the example. See <see cref="ConcatLayer"/>.</summary>
    public static Layer Concat(int axis = 0) => new ConcatLayer(axis);

    /// <summary>Inputs laid beside each other along the first axis of the example. See <see cref="ConcatLayer"/>.</summary>
    public static Pipeline<Wire> Concat(Wire first, Wire second, params ReadOnlySpan<Wire> others) => Concat().On(first, second, others);
}
