using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Layer normalisation over the last axis: y = g ⊙ x̂ + b with x̂ = (x − m) r, r = 1 / √(v + ε), m and v the mean and (biased) variance of the row.
/// Backward, with u = δy ⊙ g: δx = r (u − mean(u) − x̂ mean(u ⊙ x̂)), δg = Σ δy ⊙ x̂, δb = Σ δy over batch and rows.
/// Shapes: x and y <c>[…, n]</c>, g and b <c>[n]</c>. PyTorch's <c>LayerNorm(n)</c>, Keras' <c>LayerNormalization</c>.
/// </summary>
/// <param name="Epsilon">ε, which keeps rows without variance from dividing by 0.</param>
/// <param name="Affine">Whether g and b are there; else y = x̂.</param>
/// <remarks>J. Ba, J. Kiros, G. Hinton, Layer Normalization, 2016.</remarks>
public sealed record LayerNormLayer(double Epsilon = 1e-5, bool Affine = true) : Layer
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => RowNorm.Faults(Epsilon);

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Rows(inputs);

    /// <inheritdoc/>
    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Affine
        ? Seq(new Parameter("weight", [inputs[0][-1]], Initializer.Ones), new Parameter("bias", [inputs[0][-1]], Initializer.Zeros))
        : Empty;

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(
        (in ForwardCall<T> call) => RowNorm.Forward(call, centred: true, Epsilon),
        (in BackwardCall<T> call) => RowNorm.Backward(call, centred: true));
}

/// <summary>
/// Root mean square normalisation over the last axis: y = g ⊙ x̂ with x̂ = x r, r = 1 / √(mean(x²) + ε).
/// Backward, with u = δy ⊙ g: δx = r (u − x̂ mean(u ⊙ x̂)), δg = Σ δy ⊙ x̂ over batch and rows.
/// Shapes: x and y <c>[…, n]</c>, g <c>[n]</c>. PyTorch's <c>RMSNorm(n)</c>, Keras' <c>RMSNormalization</c>.
/// </summary>
/// <param name="Epsilon">ε, which keeps rows of zeros from dividing by 0.</param>
/// <remarks>B. Zhang and R. Sennrich, Root Mean Square Layer Normalization, 2019.</remarks>
public sealed record RmsNormLayer(double Epsilon = 1e-6) : Layer
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => RowNorm.Faults(Epsilon);

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Rows(inputs);

    /// <inheritdoc/>
    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Seq1(new Parameter("weight", [inputs[0][-1]], Initializer.Ones));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(
        (in ForwardCall<T> call) => RowNorm.Forward(call, centred: false, Epsilon),
        (in BackwardCall<T> call) => RowNorm.Backward(call, centred: false));
}

/// <summary>What layer and RMS norm share; g is the first parameter, b the second, either may be missing.</summary>
internal static class RowNorm
{
    public static Seq<Fault> Faults(double epsilon) => epsilon > 0 ? Empty : Seq1(new Fault($"epsilon {epsilon}", "an epsilon above 0"));

    public static ForwardResult<T> Forward<T>(in ForwardCall<T> call, bool centred, double epsilon) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, w) = (call.X, call.Parameters);
        int width = x.Shape[-1];
        var normal = Tensor.Fresh<T>(x.Shape).Done();
        var scales = Tensor.Fresh<T>([x.Size / width]).Done();
        NormRows.Forward(x, normal, scales, width, centred, epsilon);
        if (w.Count == 0) return new(normal, [normal, scales]);
        var y = Tensor.Fresh<T>(x.Shape).Done();
        NormRows.Affine(normal, w[0], w.Count > 1 ? w[1] : default, y);
        return new(y, [normal, scales]);
    }

    public static BackwardResult<T> Backward<T>(in BackwardCall<T> call, bool centred) where T : struct, IFloatingPointIeee754<T>
    {
        var (normal, scales, dy) = (call.Saved[0], call.Saved[1], call.Dy);
        var dx = Tensor.Fresh<T>(dy.Shape).Done();
        if (call.Parameters.Count == 0)
        {
            NormRows.Backward(normal, scales, dy, dx, dy.Shape[-1], centred);
            return new(dx);
        }
        var gain = call.ParameterGradient(0);
        if (call.Parameters.Count == 1)
        {
            NormRows.AffineBackward(normal, scales, call.Parameters[0], dy, dx, gain.Span, default, centred);
            return new(dx, gain.Done());
        }
        var bias = call.ParameterGradient(1);
        NormRows.AffineBackward(normal, scales, call.Parameters[0], dy, dx, gain.Span, bias.Span, centred);
        return new(dx, [gain.Done(), bias.Done()]);
    }
}

public static partial class Layers
{
    /// <summary>Every row of the last axis to mean 0 and variance 1, then scaled and shifted. See <see cref="LayerNormLayer"/>.</summary>
    public static Layer LayerNorm(double epsilon = 1e-5, bool affine = true) => new LayerNormLayer(epsilon, affine);

    /// <inheritdoc cref="LayerNorm(double, bool)"/>
    public static Pipeline<Wire> LayerNorm(Wire x, double epsilon = 1e-5, bool affine = true) => LayerNorm(epsilon, affine).On(x);

    /// <summary>Every row of the last axis to mean square 1, then scaled. See <see cref="RmsNormLayer"/>.</summary>
    public static Layer RmsNorm(double epsilon = 1e-6) => new RmsNormLayer(epsilon);

    /// <inheritdoc cref="RmsNorm(double)"/>
    public static Pipeline<Wire> RmsNorm(Wire x, double epsilon = 1e-6) => RmsNorm(epsilon).On(x);
}
