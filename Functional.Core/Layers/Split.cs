using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// Takes its input apart along an axis: y₁, y₂, … of the given sizes, which add up to the axis; δx = [δy₁, δy₂, …].
/// The inverse of <see cref="ConcatLayer"/>.
/// </summary>
/// <param name="Sizes">The size of each output along the axis.</param>
/// <param name="Axis">The axis of one example, from 0; negative axes count from the end.</param>
public sealed record SplitLayer(Seq<int> Sizes, int Axis) : Layer
{
    /// <inheritdoc/>
    public override int OutputCount => Sizes.Count;

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Sizes.IsEmpty
        ? Prelude.Seq1(new Fault("no sizes", "at least one"))
        : Sizes.Bind(size => Expect.Positive(("part size", size)));

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Bind<Seq<Shape>>(shape =>
    {
        if (shape.Rank == 0) return Expect.NoAxes;
        int axis = Axis < 0 ? Axis + shape.Rank : Axis;
        if (axis < 0 || axis >= shape.Rank) return new Fault($"axis {Axis} for shape {shape}", $"an axis from {-shape.Rank} to {shape.Rank - 1}");
        long sum = Sizes.Sum(size => (long)size);
        return sum == shape[axis]
            ? Sizes.Map(size => shape.With(axis, size))
            : new Fault(
                $"parts {string.Join(" + ", Sizes)} = {sum}", $"parts that add up to {shape[axis]}, axis {axis} of {shape}",
                sum < shape[axis] ? $"a last part of {shape[axis] - sum} is missing" : null);
    });

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private int BatchedAxis(Shape batched) => Axis < 0 ? Axis + batched.Rank : Axis + 1;

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var parts = new Tensor<T>[Sizes.Count];
        int axis = BatchedAxis(call.X.Shape), start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Blocks.Part(call.X, axis, start, Sizes[i]);
            start += Sizes[i];
        }
        return new(Tensors.Owning(parts));
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T> =>
        new(Blocks.Join(call.OutputGradients, BatchedAxis(call.Dy.Shape)));
}

public static partial class Layers
{
    /// <summary>The input taken apart along the first axis of the example. See <see cref="SplitLayer"/>.</summary>
    public static Layer Split(params ReadOnlySpan<int> sizes) => new SplitLayer(Prelude.toSeq(sizes.ToArray()), 0);

    /// <summary>The input taken apart along an axis of the example. See <see cref="SplitLayer"/>.</summary>
    public static Layer SplitAlong(int axis, params ReadOnlySpan<int> sizes) => new SplitLayer(Prelude.toSeq(sizes.ToArray()), axis);

    /// <inheritdoc cref="Split(ReadOnlySpan{int})"/>
    public static Pipeline<Seq<Wire>> Split(Wire x, params ReadOnlySpan<int> sizes) => Split(sizes).OnAll(Prelude.Seq1(x));
}
