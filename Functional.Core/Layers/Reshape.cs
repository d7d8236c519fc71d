using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>The same elements in the same order under another shape; δx is δy under the input's. Nothing is copied.</summary>
/// <param name="Shape">The new shape of one example.</param>
public sealed record ReshapeLayer(Shape Shape) : Layer
{
    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Bind<Seq<Shape>>(from => from.LongSize == Shape.LongSize
        ? Seq1(Shape)
        : new Fault($"shape {from} of {from.LongSize} elements", $"{Shape.LongSize} elements for {Shape}"));

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Shape.Problem is { } problem ? Seq1(new Fault(problem, "a shape of positive sizes")) : Empty;

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Reshaping.Backward);

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T> =>
        new(call.X.Reshape(Shape.Batched(call.Batch)), call.X);
}

/// <summary>The elements of one example in a row, <c>[8, 8]</c> → <c>[64]</c>; δx is δy under the input's shape. Nothing is copied.</summary>
public sealed record FlattenLayer : Layer
{
    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Bind<Seq<Shape>>(shape => shape.Problem is { } problem
        ? new Fault(problem, "positive sizes that an array can hold")
        : Seq1(Shape.Of(shape.Size)));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Reshaping.Backward);

    private static ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T> =>
        new(call.X.Reshape([call.Batch, call.X.Size / call.Batch]), call.X);
}

/// <summary>What the layers that only change the shape share: backward gives δy the shape that the input had.</summary>
internal static class Reshaping
{
    public static BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T> =>
        new(call.Dy.Reshape(call.Saved[0].Shape));
}

public static partial class Layers
{
    /// <summary>The same elements under another shape of one example. See <see cref="ReshapeLayer"/>.</summary>
    public static Layer Reshape(Shape shape) => new ReshapeLayer(shape);

    /// <inheritdoc cref="Reshape(Shape)"/>
    public static Pipeline<Wire> Reshape(Wire x, Shape shape) => Reshape(shape).On(x);

    /// <summary>The elements of one example in a row. See <see cref="FlattenLayer"/>.</summary>
    public static Layer Flatten() => new FlattenLayer();

    /// <inheritdoc cref="Flatten()"/>
    public static Pipeline<Wire> Flatten(Wire x) => Flatten().On(x);
}
