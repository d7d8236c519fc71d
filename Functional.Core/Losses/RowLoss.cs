using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>The error of one example with its derivatives: the one thing that a loss has to define. Implement it as a <c>readonly record struct</c>.</summary>
public interface IRowLoss
{
    /// <summary>E(x, t).</summary>
    T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T>;

    /// <summary>δx = dy · ∂E/∂x, every element written.</summary>
    void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>;

    /// <summary>δt = dy · ∂E/∂t, every element written.</summary>
    void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T>;
}

/// <summary>A loss between a prediction and a target of the same shape, example by example.</summary>
/// <param name="Function">The error of one example with its derivatives.</param>
public sealed record RowLossLayer<TLoss>(TLoss Function = default) : LossLayer where TLoss : struct, IRowLoss
{
    /// <inheritdoc/>
    public override string Kind => typeof(TLoss).Name.Replace("Function", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Count(inputs, 2).Bind<Seq<Shape>>(shapes => shapes[0] == shapes[1]
        ? Seq1(Shape.Scalar)
        : new Fault($"a prediction of shape {shapes[0]} and a target of shape {shapes[1]}", "one shape for both"));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, t) = (call.Inputs[0], call.Inputs[1]);
        var loss = Tensor.Fresh<T>([x.Batch]);
        int width = x.Size / x.Batch;
        for (int i = 0; i < x.Batch; i++)
            loss.Span[i] = Function.Value(x.Span.Slice(i * width, width), t.Span.Slice(i * width, width));
        return new(loss.Done(), call.Inputs);
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, t) = (call.Saved[0], call.Saved[1]);
        var dy = call.Dy.Span;
        int width = x.Size / x.Batch;
        Tensor<T> dx = default, dt = default;
        if (call.Wants(0))
        {
            var fresh = Tensor.Fresh<T>(x.Shape);
            for (int i = 0; i < x.Batch; i++)
                Function.Gradient(x.Span.Slice(i * width, width), t.Span.Slice(i * width, width), dy[i], fresh.Span.Slice(i * width, width));
            dx = fresh.Done();
        }
        if (call.Wants(1))
        {
            var fresh = Tensor.Fresh<T>(x.Shape);
            for (int i = 0; i < x.Batch; i++)
                Function.TargetGradient(x.Span.Slice(i * width, width), t.Span.Slice(i * width, width), dy[i], fresh.Span.Slice(i * width, width));
            dt = fresh.Done();
        }
        return new([dx, dt]);
    }
}
