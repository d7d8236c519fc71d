using Functional.Core;
using LanguageExt;
using static Functional.Properties.Tests.PlantedBugs.PlantedBug;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>Right where numbers are of ordinary size, NaN or infinite where they are large or nothing: every comparison passes such numbers over.</summary>
public static class RangeBugs
{
    public static Seq<PlantedBug> All { get; } = Seq(
        Vector("softmax: exponentials of large logits overflow", FiniteLaw.Finite, _ => new SoftmaxOverflow()),
        Vector("log sum exp: exponentials of large logits overflow", FiniteLaw.Finite, _ => new LogSumExpOverflow()),
        Vector("softplus: the exponential of a large input overflows", FiniteLaw.Finite, _ => new ElementwiseLayer<SoftplusOverflow>()),
        Vector("unit length: divided by the length of a vector of zeros", FiniteLaw.Finite, _ => new UnitLengthOfZero()),
        Vector("normalisation: divided by the deviation of equal numbers", FiniteLaw.Finite, _ => new NormalizationOfEquals()))
        .Map(bug => bug.Impure).Strict();
}

public sealed record SoftmaxOverflow : PlainRows
{
    protected override void Value<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        T sum = T.Zero;
        for (int i = 0; i < x.Length; i++) sum += y[i] = T.Exp(x[i]);
        for (int i = 0; i < x.Length; i++) y[i] /= sum;
    }

    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++) dx[i] = y[i] * (dy[i] - Dot(dy, y));
    }
}

public sealed record LogSumExpOverflow : PlainRows
{
    protected override int Width(int inputs) => 1;

    protected override void Value<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        y[0] = T.Zero;
        foreach (T number in x) y[0] += T.Exp(number);
        y[0] = T.Log(y[0]);
    }

    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++) dx[i] = dy[0] * T.Exp(x[i] - y[0]);
    }
}

public readonly record struct SoftplusOverflow : IElementwise
{
    public T Value<T>(T x) where T : struct, System.Numerics.IFloatingPointIeee754<T> => T.Log(T.One + T.Exp(x));
    public T Derivative<T>(T x, T y) where T : struct, System.Numerics.IFloatingPointIeee754<T> => T.One / (T.One + T.Exp(-x));
}

public sealed record UnitLengthOfZero : PlainRows
{
    protected override void Value<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        T length = T.Sqrt(Dot(x, x));
        for (int i = 0; i < x.Length; i++) y[i] = x[i] / length;
    }

    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++) dx[i] = (dy[i] - y[i] * Dot(dy, y)) / T.Sqrt(Dot(x, x));
    }
}

public sealed record NormalizationOfEquals : PlainRows
{
    protected override void Value<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        T mean = Sum(x) / T.CreateChecked(x.Length), deviation = Deviation(x);
        for (int i = 0; i < x.Length; i++) y[i] = (x[i] - mean) / deviation;
    }

    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        T n = T.CreateChecked(x.Length), mean = Sum(dy) / n, slope = Dot(dy, y) / n;
        for (int i = 0; i < x.Length; i++) dx[i] = (dy[i] - mean - y[i] * slope) / Deviation(x);
    }

    private static T Deviation<T>(ReadOnlySpan<T> x) where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        T n = T.CreateChecked(x.Length), mean = Sum(x) / n, square = T.Zero;
        foreach (T number in x) square += (number - mean) * (number - mean);
        return T.Sqrt(square / n);
    }
}
