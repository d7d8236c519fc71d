using System.Numerics;
using Functional.Core;
using LanguageExt;
using static Functional.Properties.Tests.PlantedBugs.PlantedBug;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>What goes wrong in a loss.</summary>
public static class LossBugs
{
    public static Seq<PlantedBug> All { get; } = Seq(
        Loss<EuclideanDouble>("euclidean loss: gradient twice what is due", ValueKind.Real, ValueKind.Real),
        Loss<EuclideanSign>("euclidean loss: target less prediction", ValueKind.Real, ValueKind.Real),
        Loss<EuclideanMean>("euclidean loss: mean over the elements where the sum was promised", ValueKind.Real, ValueKind.Real),
        Loss<EuclideanAlone>("euclidean loss: the gradient from above ignored", ValueKind.Real, ValueKind.Real),
        Loss<EuclideanNoTarget>("euclidean loss: gradient of the target left out", ValueKind.Real, ValueKind.Real),
        Loss<LogNoTarget>("log loss: −1 / x where −t / x is due", ValueKind.Probability, ValueKind.Distribution),
        Loss<BinaryHalf>("binary log loss: the term of the no forgotten", ValueKind.Probability, ValueKind.Probability),
        Loss<SigmoidBinaryFlip>("sigmoid binary log loss: t − σ(x)", ValueKind.Real, ValueKind.Probability),
        Loss<HuberOutside>("huber loss: the slope not bounded outside", ValueKind.Real, ValueKind.Real));

    private static PlantedBug Loss<TLoss>(string name, ValueKind prediction, ValueKind target) where TLoss : struct, IRowLoss =>
        Pair(name, GradientLaw.Numerical, _ => new RowLossLayer<TLoss>(), prediction, target);
}

/// <summary>Where the right formulas are taken from, so that each bug shows only what is wrong.</summary>
internal static class RightLoss
{
    public static EuclideanLossFunction Euclidean => default;

    public static LogLossFunction Log => default;

    public static BinaryLogLossFunction Binary => default;

    public static SigmoidBinaryLogLossFunction SigmoidBinary => default;
}

public readonly record struct EuclideanDouble : IRowLoss
{
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T> => RightLoss.Euclidean.Value(x, t);

    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dx[i] = dy * (x[i] - t[i]) * T.CreateChecked(2);
    }

    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T> =>
        RightLoss.Euclidean.TargetGradient(x, t, dy, dt);
}

public readonly record struct EuclideanSign : IRowLoss
{
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T> => RightLoss.Euclidean.Value(x, t);

    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dx[i] = dy * (t[i] - x[i]);
    }

    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T> =>
        RightLoss.Euclidean.TargetGradient(x, t, dy, dt);
}

public readonly record struct EuclideanMean : IRowLoss
{
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T> => RightLoss.Euclidean.Value(x, t);

    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dx[i] = dy * (x[i] - t[i]) / T.CreateChecked(x.Length);
    }

    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T> =>
        RightLoss.Euclidean.TargetGradient(x, t, dy, dt);
}

public readonly record struct EuclideanAlone : IRowLoss
{
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T> => RightLoss.Euclidean.Value(x, t);

    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dx[i] = x[i] - t[i];
    }

    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T> =>
        RightLoss.Euclidean.TargetGradient(x, t, dy, dt);
}

public readonly record struct EuclideanNoTarget : IRowLoss
{
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T> => RightLoss.Euclidean.Value(x, t);

    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T> =>
        RightLoss.Euclidean.Gradient(x, t, dy, dx);

    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T> => dt.Clear();
}

public readonly record struct LogNoTarget : IRowLoss
{
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T> => RightLoss.Log.Value(x, t);

    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dx[i] = -dy / x[i];
    }

    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T> =>
        RightLoss.Log.TargetGradient(x, t, dy, dt);
}

public readonly record struct BinaryHalf : IRowLoss
{
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T> => RightLoss.Binary.Value(x, t);

    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dx[i] = -dy * t[i] / x[i];
    }

    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T> =>
        RightLoss.Binary.TargetGradient(x, t, dy, dt);
}

public readonly record struct SigmoidBinaryFlip : IRowLoss
{
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T> => RightLoss.SigmoidBinary.Value(x, t);

    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dx[i] = dy * (t[i] - SpecialFunctions.Sigmoid(x[i]));
    }

    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T> =>
        RightLoss.SigmoidBinary.TargetGradient(x, t, dy, dt);
}

/// <summary>½ (x − t)² within 1 of the target, |x − t| − ½ outside.</summary>
public readonly record struct HuberOutside : IRowLoss
{
    public T Value<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero, half = T.CreateChecked(0.5);
        for (int i = 0; i < x.Length; i++)
        {
            T off = T.Abs(x[i] - t[i]);
            sum += off <= T.One ? half * off * off : off - half;
        }
        return sum;
    }

    public void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dx[i] = dy * (x[i] - t[i]);
    }

    public void TargetGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T dy, Span<T> dt) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) dt[i] = dy * T.Clamp(t[i] - x[i], -T.One, T.One);
    }
}
