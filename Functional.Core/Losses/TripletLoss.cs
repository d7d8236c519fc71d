using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Anchor a closer to positive p than to negative n by a margin: E = max(0, ‖a − p‖ − ‖a − n‖ + m), over all elements of an example.
/// Derivatives where E &gt; 0: with u = (a − p) / ‖a − p‖ and v = (a − n) / ‖a − n‖ (0 for distance 0), δa = u − v, δp = −u, δn = v, times the gradient from
/// above; else 0. Shapes: a, p and n of one shape. Train it through <see cref="Losses.Minimize"/>.
/// PyTorch's <c>TripletMarginLoss</c> up to the 10⁻⁶ that it adds to every difference.
/// </summary>
/// <param name="Margin">m.</param>
/// <remarks>F. Schroff, D. Kalenichenko, J. Philbin, FaceNet, 2015; here without squares.</remarks>
public sealed record TripletLossLayer(double Margin = 1) : Layer
{
    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Count(inputs, 3).Bind(shapes => Expect.Same(shapes)).Map(_ => Seq1(Shape.Scalar));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var loss = Tensor.Fresh<T>([call.Batch]);
        int width = call.X.Size / call.Batch;
        for (int row = 0; row < call.Batch; row++)
        {
            var (near, far) = Distances(call.Inputs, row, width);
            T excess = near - far + T.CreateChecked(Margin);
            loss.Span[row] = excess <= T.Zero ? T.Zero : excess;
        }
        return new(loss.Done(), call.Inputs);
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        Fresh<T> da = Tensor.Fresh<T>(call.Saved[0].Shape), dp = Tensor.Fresh<T>(call.Saved[0].Shape), dn = Tensor.Fresh<T>(call.Saved[0].Shape);
        ReadOnlySpan<T> a = call.Saved[0].Span, p = call.Saved[1].Span, n = call.Saved[2].Span;
        int width = a.Length / call.Batch;
        for (int row = 0; row < call.Batch; row++)
        {
            var (near, far) = Distances(call.Saved, row, width);
            T dy = near - far + T.CreateChecked(Margin) <= T.Zero ? T.Zero : call.Dy.Span[row];
            T pull = near == T.Zero ? T.Zero : dy / near, push = far == T.Zero ? T.Zero : dy / far;
            for (int i = row * width; i < (row + 1) * width; i++)
            {
                T u = pull * (a[i] - p[i]), v = push * (a[i] - n[i]);
                da.Span[i] = u - v;
                dp.Span[i] = -u;
                dn.Span[i] = v;
            }
        }
        return new([da.Done(), dp.Done(), dn.Done()]);
    }

    private static (T Near, T Far) Distances<T>(Tensors<T> inputs, int row, int width) where T : struct, IFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> a = inputs[0].Span, p = inputs[1].Span, n = inputs[2].Span;
        T near = T.Zero, far = T.Zero;
        for (int i = row * width; i < (row + 1) * width; i++)
        {
            near += (a[i] - p[i]) * (a[i] - p[i]);
            far += (a[i] - n[i]) * (a[i] - n[i]);
        }
        return (T.Sqrt(near), T.Sqrt(far));
    }
}

public static partial class Losses
{
    /// <summary>E = max(0, ‖a − p‖ − ‖a − n‖ + m) of each example. See <see cref="TripletLossLayer"/>.</summary>
    public static Pipeline<Wire> TripletLoss(Wire anchor, Wire positive, Wire negative, double margin = 1) =>
        new TripletLossLayer(margin).On(anchor, positive, negative);
}
