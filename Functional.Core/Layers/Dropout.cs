using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Dropout, inverted: in training every element is 0 with probability p and else divided by 1 − p, y = x ⊙ mask; in inference y = x.
/// Backward: δx = δy ⊙ mask, in inference δx = δy. The mask follows from the key and the element's place alone, so it is the same on any number of threads.
/// Any shape; the output has the input's. PyTorch's and Keras' <c>Dropout</c>.
/// </summary>
/// <param name="Rate">p, from 0 to 1; in steps of 2⁻³².</param>
/// <remarks>N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, Dropout, 2014.</remarks>
public sealed record DropoutLayer(double Rate = 0.5) : Layer
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Rate is >= 0 and <= 1 ? Empty : Seq1(new Fault($"rate {Rate}", "a rate from 0 to 1"));

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(shape => Seq1(shape));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        if (call.Mode == Mode.Inference || Rate == 0) return new(call.X);
        var mask = Tensor.Fresh<T>(call.X.Shape).Done();
        DropoutMask.Fill(call.Key, Rate, mask);
        return new(Product(call.X, mask), mask);
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T> =>
        call.Mode == Mode.Inference || Rate == 0 ? new(call.Dy) : new(Product(call.Dy, call.Saved[0]));

    private static Tensor<T> Product<T>(Tensor<T> x, Tensor<T> mask) where T : struct, IFloatingPointIeee754<T>
    {
        var y = Tensor.Fresh<T>(x.Shape);
        Elementwise.Multiply(x.Span, mask.Span, y.Span);
        return y.Done();
    }
}

public static partial class Layers
{
    /// <summary>In training, elements set to 0 at random and the others scaled up. See <see cref="DropoutLayer"/>.</summary>
    public static Layer Dropout(double rate = 0.5) => new DropoutLayer(rate);

    /// <inheritdoc cref="Dropout(double)"/>
    public static Pipeline<Wire> Dropout(Wire x, double rate = 0.5) => Dropout(rate).On(x);
}
