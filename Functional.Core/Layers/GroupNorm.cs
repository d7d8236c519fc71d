using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Group normalisation: the channels in groups, each group of each example to mean 0 and variance 1, then a gain and a bias for every channel:
/// y = g_c x̂ + b_c with x̂ = (x − m) r, r = 1 / √(v + ε), m and v the mean and (biased) variance of the group.
/// Backward, with u = δy g_c: δx = r (u − mean(u) − x̂ mean(u ⊙ x̂)), δg_c = Σ δy x̂, δb_c = Σ δy over batch and positions.
/// Shapes: x and y <c>[channels, …]</c>, g and b <c>[channels]</c>. PyTorch's <c>GroupNorm</c>, Keras' <c>GroupNormalization</c> with the channels first.
/// One group for each channel is instance normalisation.
/// </summary>
/// <param name="Groups">How many groups; they divide the channels.</param>
/// <param name="Epsilon">ε, which keeps groups without variance from dividing by 0.</param>
/// <remarks>Y. Wu and K. He, Group Normalization, 2018.</remarks>
public sealed record GroupNormLayer(int Groups, double Epsilon = 1e-5) : Layer
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Expect.Positive(("groups", Groups)) + RowNorm.Faults(Epsilon);

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Rows(inputs).Bind<Seq<Shape>>(shapes => shapes[0][0] % Groups == 0
        ? shapes
        : new Fault($"{Groups} groups for {shapes[0][0]} channels", "a number of groups that divides the channels"));

    /// <inheritdoc/>
    public override Seq<Parameter> Parameters(Seq<Shape> inputs) =>
        Seq(new Parameter("weight", [inputs[0][0]], Initializer.Ones), new Parameter("bias", [inputs[0][0]], Initializer.Zeros));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, gain, bias) = (call.X, call.Parameters[0], call.Parameters[1]);
        var normal = Tensor.Fresh<T>(x.Shape).Done();
        var scales = Tensor.Fresh<T>([call.Batch * Groups]).Done();
        NormRows.Forward(x, normal, scales, x.Size / scales.Size, centred: true, Epsilon);
        var y = Tensor.Fresh<T>(x.Shape);
        int length = x.Size / call.Batch / gain.Size;
        for (int start = 0, row = 0; start < x.Size; start += length, row++)
            Sums.Affine(normal.Span.Slice(start, length), gain.Span[row % gain.Size], bias.Span[row % gain.Size], y.Span.Slice(start, length));
        return new(y.Done(), [normal, scales]);
    }

    private static BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (normal, scales, gain, dy) = (call.Saved[0], call.Saved[1], call.Parameters[0], call.Dy);
        Fresh<T> dgain = call.ParameterGradient(0), dbias = call.ParameterGradient(1);
        dgain.Span.Clear();
        dbias.Span.Clear();
        var dx = Tensor.Fresh<T>(dy.Shape);
        int length = dy.Size / call.Batch / gain.Size;
        for (int start = 0, row = 0; start < dy.Size; start += length, row++)
        {
            var up = dy.Span.Slice(start, length);
            int channel = row % gain.Size;
            dgain.Span[channel] += Sums.Dot(up, normal.Span.Slice(start, length));
            dbias.Span[channel] += Sums.Sum(up);
            Elementwise.Scale(up, gain.Span[channel], dx.Span.Slice(start, length));
        }
        NormRows.Backward(normal, scales, dx.Done(), dx.Done(), dy.Size / scales.Size, centred: true);
        return new(dx.Done(), [dgain.Done(), dbias.Done()]);
    }
}

public static partial class Layers
{
    /// <summary>Every group of channels to mean 0 and variance 1, then scaled and shifted by channel. See <see cref="GroupNormLayer"/>.</summary>
    public static Layer GroupNorm(int groups, double epsilon = 1e-5) => new GroupNormLayer(groups, epsilon);

    /// <inheritdoc cref="GroupNorm(int, double)"/>
    public static Pipeline<Wire> GroupNorm(Wire x, int groups, double epsilon = 1e-5) => GroupNorm(groups, epsilon).On(x);
}
