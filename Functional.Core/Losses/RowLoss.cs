using System.Numerics;
using System.Runtime.InteropServices;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// The error of one example with its derivatives: the one thing that a loss has to define. Implement it as a <c>readonly record struct</c>.
/// Threads share the examples of a large batch, so each follows from its arguments alone.
/// </summary>
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
    private const int LeastNumbers = 2048;

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
        Tensor<T> loss = Tensor.Fresh<T>(Shape.Scalar.Batched(x.Batch)).Done(), kept = default;
        if (typeof(T) == typeof(float) && Function is IBatchLoss) kept = Tensor.Fresh<T>(x.Shape).Done();
        Chunks.Rows(x.Batch, Least(x), new ValueRows<T>(Function, x, t, loss, kept));
        return new(loss, kept.IsDefault ? call.Inputs : [x, t, kept]);
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, t) = (call.Saved[0], call.Saved[1]);
        Tensor<T> dx = call.Wants(0) ? Tensor.Fresh<T>(x.Shape).Done() : default, dt = call.Wants(1) ? Tensor.Fresh<T>(x.Shape).Done() : default;
        Chunks.Rows(x.Batch, Least(x), new GradientRows<T>(Function, x, t, call.Saved.Count > 2 ? call.Saved[2] : default, call.Dy, dx, dt));
        return new([dx, dt]);
    }

    // Rows that are worth a thread of their own.
    private static int Least<T>(Tensor<T> x) where T : struct, IFloatingPointIeee754<T> => Math.Max(1, LeastNumbers / Math.Max(1, x.Size / x.Batch));

    private readonly struct ValueRows<T>(TLoss function, Tensor<T> x, Tensor<T> t, Tensor<T> loss, Tensor<T> kept) : IStretchWork where T : struct, IFloatingPointIeee754<T>
    {
        private readonly TLoss _function = function;
        private readonly Tensor<T> _x = x, _t = t, _loss = loss, _kept = kept;

        public void Run(int start, int count)
        {
            int width = _x.Size / _x.Batch;
            ReadOnlySpan<T> x = _x.Span.Slice(start * width, count * width), t = _t.Span.Slice(start * width, count * width);
            var loss = _loss.Writable.Slice(start, count);
            if (!_kept.IsDefault)
                ((IBatchLoss)_function).Values(Floats(x), Floats(t), Floats(loss), Floats(_kept.Writable.Slice(start * width, count * width)));
            else for (int i = 0; i < count; i++)
                loss[i] = _function.Value(x.Slice(i * width, width), t.Slice(i * width, width));
        }
    }

    private readonly struct GradientRows<T>(TLoss function, Tensor<T> x, Tensor<T> t, Tensor<T> kept, Tensor<T> dy, Tensor<T> dx, Tensor<T> dt) : IStretchWork
        where T : struct, IFloatingPointIeee754<T>
    {
        private readonly TLoss _function = function;
        private readonly Tensor<T> _x = x, _t = t, _kept = kept, _dy = dy, _dx = dx, _dt = dt;

        public void Run(int start, int count)
        {
            int width = _x.Size / _x.Batch;
            ReadOnlySpan<T> x = _x.Span.Slice(start * width, count * width), t = _t.Span.Slice(start * width, count * width), dy = _dy.Span.Slice(start, count);
            Span<T> dx = _dx.IsDefault ? default : _dx.Writable.Slice(start * width, count * width), dt = _dt.IsDefault ? default : _dt.Writable.Slice(start * width, count * width);
            bool atOnce = !_kept.IsDefault && !dx.IsEmpty;
            if (atOnce) ((IBatchLoss)_function).Gradients(Floats<T>(_kept.Span.Slice(start * width, count * width)), Floats(t), Floats(dy), Floats(dx));
            if (atOnce && dt.IsEmpty) return;
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<T> example = x.Slice(i * width, width), target = t.Slice(i * width, width);
                if (!dx.IsEmpty && !atOnce) _function.Gradient(example, target, dy[i], dx.Slice(i * width, width));
                if (!dt.IsEmpty) _function.TargetGradient(example, target, dy[i], dt.Slice(i * width, width));
            }
        }
    }

    private static ReadOnlySpan<float> Floats<T>(ReadOnlySpan<T> numbers) where T : struct => MemoryMarshal.Cast<T, float>(numbers);

    private static Span<float> Floats<T>(Span<T> numbers) where T : struct => MemoryMarshal.Cast<T, float>(numbers);
}
