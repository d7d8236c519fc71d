using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Batch normalisation: every channel to mean 0 and variance 1 over the batch and all positions, then a gain and a bias:
/// y = g x̂ + b with x̂ = (x − m) r, r = 1 / √(v + ε). In training m and v are mean and (biased) variance of the batch, and the running statistics that
/// come out are (1 − α) old + α new, with the unbiased variance Σ (x − m)² / (n − 1), as PyTorch has it; in inference m and v are the running statistics.
/// Backward: δb = Σ δy, δg = Σ δy x̂; in training δx = g r (δy − δb/n − x̂ δg/n) over the n numbers of a channel, in inference δx = g r δy.
/// Shapes: x and y <c>[features]</c>, <c>[channels, length]</c> or <c>[channels, height, width]</c>; g, b and the statistics <c>[channels]</c>.
/// PyTorch's <c>BatchNorm1d</c> and <c>BatchNorm2d</c>, Keras' <c>BatchNormalization(axis=1)</c>, whose momentum is 1 − α.
/// </summary>
/// <param name="Momentum">α, the share of the new statistics.</param>
/// <param name="Epsilon">ε, which keeps channels without variance from dividing by 0.</param>
/// <remarks>S. Ioffe and C. Szegedy, Batch Normalization, 2015. A channel of a single number in the whole batch has variance 0, so y = b.</remarks>
public sealed record BatchNormLayer(double Momentum = 0.1, double Epsilon = 1e-5) : Layer
{
    /// <inheritdoc/>
    public override bool MixesExamples => true;

    /// <inheritdoc/>
    public override Seq<Fault> Faults => RowNorm.Faults(Epsilon)
        + (Momentum is >= 0 and <= 1 ? Empty : Seq1(new Fault($"momentum {Momentum}", "a momentum from 0 to 1")));

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Rows(inputs);

    /// <inheritdoc/>
    public override Seq<Parameter> Parameters(Seq<Shape> inputs) =>
        Seq(new Parameter("weight", [inputs[0][0]], Initializer.Ones), new Parameter("bias", [inputs[0][0]], Initializer.Zeros));

    /// <inheritdoc/>
    public override Seq<Parameter> States(Seq<Shape> inputs) =>
        Seq(new Parameter("mean", [inputs[0][0]], Initializer.Zeros), new Parameter("variance", [inputs[0][0]], Initializer.Ones));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, w, state) = (call.X, call.Parameters, call.State);
        var (mean, variance) = (state[0], state[1]);
        if (call.Mode == Mode.Train)
        {
            (mean, variance) = (Tensor.Fresh<T>(w[0].Shape).Done(), Tensor.Fresh<T>(w[0].Shape).Done());
            ChannelNorm.Statistics(x, mean, variance);
            double count = x.Size / w[0].Size;
            state = [Moved(state[0], mean, 1), Moved(state[1], variance, count / Math.Max(1, count - 1))];
        }
        var scale = Tensor.Fresh<T>(w[0].Shape);
        for (int c = 0; c < scale.Span.Length; c++) scale.Span[c] = T.One / T.Sqrt(variance.Span[c] + T.CreateChecked(Epsilon));
        var y = Tensor.Fresh<T>(x.Shape).Done();
        ChannelNorm.Forward(x, mean, scale.Done(), w[0], w[1], y);
        return new(y, [x, mean, scale.Done()], state);
    }

    private static BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, mean, scale) = (call.Saved[0], call.Saved[1], call.Saved[2]);
        var dx = Tensor.Fresh<T>(x.Shape).Done();
        Tensor<T> gain = call.ParameterGradient(0).Done(), bias = call.ParameterGradient(1).Done();
        ChannelNorm.Backward(x, mean, scale, call.Parameters[0], call.Dy, dx, gain, bias, ofBatch: call.Mode == Mode.Train);
        return new(dx, [gain, bias]);
    }

    private Tensor<T> Moved<T>(Tensor<T> old, Tensor<T> batch, double factor) where T : struct, IFloatingPointIeee754<T>
    {
        var moved = Tensor.Fresh<T>(old.Shape);
        T kept = T.CreateChecked(1 - Momentum), taken = T.CreateChecked(Momentum * factor);
        for (int c = 0; c < moved.Span.Length; c++) moved.Span[c] = kept * old.Span[c] + taken * batch.Span[c];
        return moved.Done();
    }
}

public static partial class Layers
{
    /// <summary>Every channel to mean 0 and variance 1 over the batch, then scaled and shifted. See <see cref="BatchNormLayer"/>.</summary>
    public static Layer BatchNorm(double momentum = 0.1, double epsilon = 1e-5) => new BatchNormLayer(momentum, epsilon);

    /// <inheritdoc cref="BatchNorm(double, double)"/>
    public static Pipeline<Wire> BatchNorm(Wire x, double momentum = 0.1, double epsilon = 1e-5) => BatchNorm(momentum, epsilon).On(x);
}
