using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>The sum of two or more inputs of one shape: y = Σᵢ xᵢ; δxᵢ = δy for each. This is what joins a skip connection.</summary>
public sealed record AddLayer : Layer
{
    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Same(inputs).Map(shape => Seq1(shape));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private static ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var sum = call.Inputs[0].Plus(call.Inputs[1]);
        for (int i = 2; i < call.Inputs.Count; i++) sum = sum.Plus(call.Inputs[i]);
        return new(sum, Tensor.Scalar(T.CreateChecked(call.Inputs.Count)));
    }

    private static BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        int count = int.CreateChecked(call.Saved[0].Span[0]);
        if (count == 2) return new([call.Dy, call.Dy]);
        var dx = new Tensor<T>[count];
        System.Array.Fill(dx, call.Dy);
        return new(Tensors.Owning(dx));
    }
}

/// <summary>The difference of two inputs of one shape: y = a − b; δa = δy, δb = −δy.</summary>
public sealed record SubtractLayer : Layer
{
    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Count(inputs, 2).Bind(_ => Expect.Same(inputs)).Map(shape => Seq1(shape));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private static ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var y = Tensor.Fresh<T>(call.X.Shape);
        Elementwise.Subtract(call.Inputs[0].Span, call.Inputs[1].Span, y.Span);
        return new(y.Done());
    }

    private static BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var negative = Tensor.Fresh<T>(call.Dy.Shape);
        Elementwise.Scale(call.Dy.Span, T.NegativeOne, negative.Span);
        return new([call.Dy, negative.Done()]);
    }
}

/// <summary>The element-wise product of two inputs of one shape: y = a ⊙ b; δa = δy ⊙ b, δb = δy ⊙ a.</summary>
public sealed record MultiplyLayer : Layer
{
    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Count(inputs, 2).Bind(_ => Expect.Same(inputs)).Map(shape => Seq1(shape));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private static ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T> =>
        new(Product(call.Inputs[0], call.Inputs[1]), call.Inputs);

    private static BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T> =>
        new([Product(call.Dy, call.Saved[1]), Product(call.Dy, call.Saved[0])]);

    private static Tensor<T> Product<T>(Tensor<T> a, Tensor<T> b) where T : struct, IFloatingPointIeee754<T>
    {
        var product = Tensor.Fresh<T>(a.Shape);
        Elementwise.Multiply(a.Span, b.Span, product.Span);
        return product.Done();
    }
}

public static partial class Layers
{
    /// <summary>y = Σᵢ xᵢ of two or more inputs of one shape. See <see cref="AddLayer"/>.</summary>
    public static Layer Add() => new AddLayer();

    /// <inheritdoc cref="Add()"/>
    public static Pipeline<Wire> Add(Wire first, Wire second, params ReadOnlySpan<Wire> others) => Add().On(first, second, others);

    /// <summary>y = a − b. See <see cref="SubtractLayer"/>.</summary>
    public static Layer Subtract() => new SubtractLayer();

    /// <inheritdoc cref="Subtract()"/>
    public static Pipeline<Wire> Subtract(Wire a, Wire b) => Subtract().On(a, b);

    /// <summary>y = a ⊙ b. See <see cref="MultiplyLayer"/>.</summary>
    public static Layer Multiply() => new MultiplyLayer();

    /// <inheritdoc cref="Multiply()"/>
    public static Pipeline<Wire> Multiply(Wire a, Wire b) => Multiply().On(a, b);
}
