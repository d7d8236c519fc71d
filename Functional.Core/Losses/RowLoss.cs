using System.Numerics;
using System.Runtime.InteropServices;
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

/// <summary>
/// The same for a whole batch of floats at a time. Implement it beside the row's form, which stays the definition; the two agree to rounding.
/// </summary>
internal interface IBatchLoss : IRowLoss
{
    /// <summary>The losses of all rows, and in <paramref name="kept"/>, as large as x, what the gradient can use.</summary>
    void Values(ReadOnlySpan<float> x, ReadOnlySpan<float> t, Span<float> losses, Span<float> kept);

    /// <summary>δx of all rows from what was kept.</summary>
    void Gradients(ReadOnlySpan<float> kept, ReadOnlySpan<float> t, ReadOnlySpan<float> dy, Span<float> dx);
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
        var loss = Tensor.Fresh<T>(Shape.Scalar.Batched(x.Batch));
        if (typeof(T) == typeof(float) && Function is IBatchLoss batch)
        {
            var kept = Tensor.Fresh<T>(x.Shape);
            batch.Values(Floats(x), Floats(t), MemoryMarshal.Cast<T, float>(loss.Span), MemoryMarshal.Cast<T, float>(kept.Span));
            return new(loss.Done(), [x, t, kept.Done()]);
        }
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
            if (typeof(T) == typeof(float) && Function is IBatchLoss batch)
                batch.Gradients(Floats(call.Saved[2]), Floats(t), Floats(call.Dy), MemoryMarshal.Cast<T, float>(fresh.Span));
            else for (int i = 0; i < x.Batch; i++)
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

    private static ReadOnlySpan<float> Floats<T>(Tensor<T> tensor) where T : struct, IFloatingPointIeee754<T> => MemoryMarshal.Cast<T, float>(tensor.Span);
}
