using System.Numerics;
using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>A function of one example's vector in plain loops: value and gradient are methods to get wrong.</summary>
public abstract record PlainRows : Layer
{
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(shape => Seq1(Shape.Of(Width(shape[0]))));

    public sealed override Differentiable<T> At<T>() => new(Forward, Backward);

    /// <summary>The size of the output.</summary>
    protected virtual int Width(int inputs) => inputs;

    /// <summary>y of one example.</summary>
    protected abstract void Value<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T>;

    /// <summary>δx of one example.</summary>
    protected abstract void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>;

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        int width = call.X.Size / call.Batch, made = Width(width);
        var y = Tensor.Fresh<T>([call.Batch, made]);
        for (int n = 0; n < call.Batch; n++) Value(call.X.Span.Slice(n * width, width), y.Span.Slice(n * made, made));
        return new(y.Done(), [call.X, y.Done()]);
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        Tensor<T> x = call.Saved[0], y = call.Saved[1];
        int width = x.Size / call.Batch, made = y.Size / call.Batch;
        var dx = Tensor.Fresh<T>(x.Shape);
        for (int n = 0; n < call.Batch; n++)
            Gradient(x.Span.Slice(n * width, width), y.Span.Slice(n * made, made), call.Dy.Span.Slice(n * made, made), dx.Span.Slice(n * width, width));
        return new(dx.Done());
    }

    protected static T Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    protected static T Sum<T>(ReadOnlySpan<T> a) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        foreach (T number in a) sum += number;
        return sum;
    }
}

/// <summary>Softmax, its gradient left open.</summary>
public abstract record PlainSoftmax : PlainRows
{
    protected override void Value<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        T max = x[0], sum = T.Zero;
        foreach (T number in x) max = T.Max(max, number);
        for (int i = 0; i < x.Length; i++) sum += y[i] = T.Exp(x[i] - max);
        for (int i = 0; i < x.Length; i++) y[i] /= sum;
    }
}

/// <summary>The right one, to show that the base of the bugs breaks no law itself: δx = y ⊙ (δy − ⟨δy, y⟩).</summary>
public sealed record RightSoftmax : PlainSoftmax
{
    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++) dx[i] = y[i] * (dy[i] - Dot(dy, y));
    }
}

/// <summary>y = (x − mean x) / √(var x + 1/4), its gradient left open.</summary>
public abstract record PlainNormalization : PlainRows
{
    protected static T Deviation<T>(ReadOnlySpan<T> x) where T : struct, IFloatingPointIeee754<T>
    {
        T n = T.CreateChecked(x.Length), mean = Sum(x) / n, square = T.Zero;
        foreach (T number in x) square += (number - mean) * (number - mean);
        return T.Sqrt(square / n + T.CreateChecked(0.25));
    }

    protected override void Value<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        T mean = Sum(x) / T.CreateChecked(x.Length), deviation = Deviation(x);
        for (int i = 0; i < x.Length; i++) y[i] = (x[i] - mean) / deviation;
    }
}

/// <summary>The right one: δx = (δy − mean δy − y mean(δy ⊙ y)) / √(var x + 1/4).</summary>
public sealed record RightNormalization : PlainNormalization
{
    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        T n = T.CreateChecked(x.Length), mean = Sum(dy) / n, along = Dot(dy, y) / n, deviation = Deviation(x);
        for (int i = 0; i < x.Length; i++) dx[i] = (dy[i] - mean - y[i] * along) / deviation;
    }
}
