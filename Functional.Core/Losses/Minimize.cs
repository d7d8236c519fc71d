using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// The output of the network is itself the error, computed from its inputs: E = Σᵢ xᵢ, δx = δE. There is no target.
/// It is how losses of several predictions, such as <see cref="TripletLossLayer"/>, and errors put together from wires are trained.
/// </summary>
public sealed record MinimizeLayer : LossLayer
{
    /// <inheritdoc/>
    public override Seq<Shape> Targets(Shape prediction) => Empty;

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(_ => Seq1(Shape.Scalar));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(
        (in ForwardCall<T> call) =>
        {
            var x = call.X;
            var sums = Tensor.Fresh<T>([call.Batch]);
            int width = x.Size / call.Batch;
            for (int i = 0; i < x.Batch; i++)
            {
                T sum = T.Zero;
                foreach (T value in x.Span.Slice(i * width, width)) sum += value;
                sums.Span[i] = sum;
            }
            return new(sums.Done(), x);
        },
        (in BackwardCall<T> call) =>
        {
            var dx = Tensor.Fresh<T>(call.Saved[0].Shape);
            int width = dx.Span.Length / call.Batch;
            for (int i = 0; i < call.Batch; i++) dx.Span.Slice(i * width, width).Fill(call.Dy.Span[i]);
            return new(dx.Done());
        });
}

public static partial class Losses
{
    /// <summary>The output of the network is itself the error. See <see cref="MinimizeLayer"/>.</summary>
    public static Loss Minimize(Reduction reduction = Reduction.Mean) => new MinimizeLayer().Reduced(reduction);
}
