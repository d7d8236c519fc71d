using Functional.Core;
using LanguageExt;
using static Functional.Properties.Tests.PlantedBugs.PlantedBug;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>What goes wrong where each output depends on all inputs: softmax, normalisation, pooling, sums.</summary>
public static class RowBugs
{
    public static Seq<PlantedBug> All { get; } = Seq(
        Vector("softmax: cross terms missing", GradientLaw.Numerical, _ => new SoftmaxDiagonal()),
        Vector("softmax: cross terms with the wrong sign", GradientLaw.Numerical, _ => new SoftmaxCrossSign()),
        Vector("softmax: Σ δy where Σ δy y is due", GradientLaw.Numerical, _ => new SoftmaxPlainSum()),
        Vector("softmax: y forgotten in front", GradientLaw.Numerical, _ => new SoftmaxNoFactor()),
        Vector("log softmax: y where exp y is due", GradientLaw.Numerical, _ => new LogSoftmaxNoExp()),
        Vector("normalisation: the deviation taken for a constant", GradientLaw.Numerical, _ => new NormalizationConstantDeviation()),
        Vector("normalisation: mean and deviation taken for constants", GradientLaw.Numerical, _ => new NormalizationConstants()),
        Vector("unit length: the projection missing", GradientLaw.Numerical, _ => new UnitLengthStraight()),
        Vector("running sum: summed from the same end backward", GradientLaw.Numerical, _ => new RunningSumForward()),
        Vector("maximum: gradient to the first input, wherever the maximum is", GradientLaw.Numerical, _ => new MaximumFirst()),
        Vector("maximum: whole gradient to every tied input", AdjointLaw.Adjoint, _ => new MaximumAll()),
        Vector("mean: 1/n forgotten", GradientLaw.Numerical, _ => new MeanSum()),
        Vector("reversal: gradient not turned back", GradientLaw.Numerical, _ => new ReversalStraight()));
}

public sealed record SoftmaxDiagonal : PlainSoftmax
{
    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++) dx[i] = dy[i] * y[i] * (T.One - y[i]);
    }
}

public sealed record SoftmaxCrossSign : PlainSoftmax
{
    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++) dx[i] = y[i] * (dy[i] + Dot(dy, y));
    }
}

public sealed record SoftmaxPlainSum : PlainSoftmax
{
    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++) dx[i] = y[i] * (dy[i] - Sum(dy));
    }
}

public sealed record SoftmaxNoFactor : PlainSoftmax
{
    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++) dx[i] = dy[i] - Dot(dy, y);
    }
}

public sealed record LogSoftmaxNoExp : PlainRows
{
    protected override void Value<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        T log = SpecialFunctions.LogSumExp(x);
        for (int i = 0; i < x.Length; i++) y[i] = x[i] - log;
    }

    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++) dx[i] = dy[i] - y[i] * Sum(dy);
    }
}

public sealed record NormalizationConstantDeviation : PlainNormalization
{
    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        T mean = Sum(dy) / T.CreateChecked(x.Length);
        for (int i = 0; i < x.Length; i++) dx[i] = (dy[i] - mean) / Deviation(x);
    }
}

public sealed record NormalizationConstants : PlainNormalization
{
    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++) dx[i] = dy[i] / Deviation(x);
    }
}

public sealed record UnitLengthStraight : PlainRows
{
    protected override void Value<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        T length = T.Sqrt(T.One + Dot(x, x));
        for (int i = 0; i < x.Length; i++) y[i] = x[i] / length;
    }

    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++) dx[i] = dy[i] / T.Sqrt(T.One + Dot(x, x));
    }
}

public sealed record RunningSumForward : PlainRows
{
    protected override void Value<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        for (int i = 0; i < x.Length; i++) y[i] = Sum(x[..(i + 1)]);
    }

    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++) dx[i] = Sum(dy[..(i + 1)]);
    }
}

/// <summary>The largest input, its gradient left open.</summary>
public abstract record PlainMaximum : PlainRows
{
    protected override int Width(int inputs) => 1;

    protected override void Value<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        y[0] = x[0];
        foreach (T number in x) y[0] = number > y[0] ? number : y[0];
    }
}

/// <summary>The right one: the whole gradient to the first of the largest.</summary>
public sealed record RightMaximum : PlainMaximum
{
    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        dx.Clear();
        dx[x.IndexOf(y[0])] = dy[0];
    }
}

public sealed record MaximumFirst : PlainMaximum
{
    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        dx.Clear();
        dx[0] = dy[0];
    }
}

public sealed record MaximumAll : PlainMaximum
{
    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++) dx[i] = x[i] == y[0] ? dy[0] : T.Zero;
    }
}

public sealed record MeanSum : PlainRows
{
    protected override int Width(int inputs) => 1;

    protected override void Value<T>(ReadOnlySpan<T> x, Span<T> y) => y[0] = Sum(x) / T.CreateChecked(x.Length);

    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) => dx.Fill(dy[0]);
}

public sealed record ReversalStraight : PlainRows
{
    protected override void Value<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        x.CopyTo(y);
        y.Reverse();
    }

    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) => dy.CopyTo(dx);
}
