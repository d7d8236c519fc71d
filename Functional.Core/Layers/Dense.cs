using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// The fully connected layer: y = W x + b, for the last axis of its input.
/// Backward: δx = Wᵀ δy, δW = δy xᵀ, δb = δy, the last two summed over the batch (and over any axes between).
/// Shapes: x <c>[…, in]</c>, W <c>[units, in]</c>, b <c>[units]</c>, y <c>[…, units]</c>.
/// </summary>
/// <param name="Units">How many outputs.</param>
/// <param name="Bias">Whether b is there; without it y = W x exactly.</param>
public sealed record DenseLayer(int Units, bool Bias = true) : Layer
{
    /// <summary>How W starts. By default Glorot and Bengio's uniform.</summary>
    public Initializer WeightInitializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>How b starts. By default at 0.</summary>
    public Initializer BiasInitializer { get; init; } = Initializer.Zeros;

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Expect.Positive(("units", Units));

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Bind<Seq<Shape>>(shape => shape.Rank > 0
        ? Seq1(shape.With(-1, Units))
        : Expect.NoAxes);

    /// <inheritdoc/>
    public override Seq<Parameter> Parameters(Seq<Shape> inputs)
    {
        var weight = new Parameter("weight", [Units, inputs[0][-1]], WeightInitializer);
        return Bias ? Seq(weight, new Parameter("bias", [Units], BiasInitializer)) : Seq1(weight);
    }

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, w) = (call.X, call.Parameters[0]);
        int width = w.Shape[1], rows = x.Size / width;
        var y = Tensor.Fresh<T>(OutputShape(x.Shape, Units));
        if (Bias) MatrixProduct.MultiplyAdd(rows, Units, width, x.Span, false, w.Span, true, call.Parameters[1].Span, y.Span);
        else MatrixProduct.Multiply(rows, Units, width, x.Span, false, w.Span, true, y.Span);
        return new(y.Done(), x);
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, w, dy) = (call.Saved[0], call.Parameters[0], call.Dy);
        int width = w.Shape[1], rows = x.Size / width;
        Tensor<T> dx = default;
        if (call.Wants(0))
        {
            var fresh = Tensor.Fresh<T>(x.Shape);
            MatrixProduct.Multiply(rows, width, Units, dy.Span, false, w.Span, false, fresh.Span);
            dx = fresh.Done();
        }
        var dw = call.ParameterGradient(0);
        MatrixProduct.Multiply(Units, width, rows, dy.Span, true, x.Span, false, dw.Span);
        if (!Bias) return new(dx, dw.Done());
        var db = call.ParameterGradient(1);
        Rows.Sum(dy.Span, db.Span);
        return new(dx, [dw.Done(), db.Done()]);
    }

    // Through the example's shape, which remembers its batched form, so that a step allocates no shapes.
    private static Shape OutputShape(Shape input, int units) => input.Rank == 2 ? Shape.Of(units).Batched(input[0]) : input.With(-1, units);
}

public static partial class Layers
{
    /// <summary>y = W x + b with <paramref name="units"/> outputs. See <see cref="DenseLayer"/>.</summary>
    /// <param name="units">How many outputs.</param>
    /// <param name="bias">Whether b is there.</param>
    /// <param name="weight">How W starts; by default Glorot and Bengio's uniform.</param>
    public static Layer Dense(int units, bool bias = true, Initializer? weight = null) =>
        new DenseLayer(units, bias) { WeightInitializer = weight ?? Initializer.GlorotUniform };

    /// <inheritdoc cref="Dense(int, bool, Initializer)"/>
    public static Pipeline<Wire> Dense(Wire x, int units, bool bias = true, Initializer? weight = null) => Dense(units, bias, weight).On(x);
}
