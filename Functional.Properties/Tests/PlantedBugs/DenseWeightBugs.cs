using LanguageExt;
using static Functional.Properties.Tests.PlantedBugs.PlantedBug;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>What goes wrong in the weight gradient of a fully connected layer.</summary>
public static class DenseWeightBugs
{
    public static Seq<PlantedBug> All { get; } = Seq(
        Vector("dense: weight gradient with the wrong sign", GradientLaw.Numerical, key => new DenseSign(Size(key, 1))),
        Vector("dense: weight gradient of the last example only", BatchLaw.Additive, key => new DenseLastExample(Size(key, 1))),
        Vector("dense: weight gradient the mean over the batch", BatchLaw.Additive, key => new DenseMean(Size(key, 1))),
        Vector("dense: weight gradient 0.1 % off", GradientLaw.Numerical, key => new DenseSlightly(Size(key, 1))),
        Vector("dense: weight gradient 10⁻⁶ off", AdjointLaw.Adjoint, key => new DenseHair(Size(key, 1))),
        Vector("dense: weight gradient 0 past the fourth input", GradientLaw.Numerical, key => new DensePastIndex(Size(key, 1))),
        Vector("dense: examples after the last full eight forgotten in the weight gradient", BatchLaw.Additive, key => new DenseManyExamples(Size(key, 1))),
        Vector("dense: weight gradient of the last unit forgotten", GradientLaw.Numerical, key => new DenseOffByOne(Size(key, 1))),
        Vector("dense: weight gradient added to whatever the memory held", PurityLaw.Written, key => new DenseNotCleared(Size(key, 1))).Impure,
        Vector("dense: weight decay added to the gradient", LinearLaw.Linear, key => new DenseDecay(Size(key, 1))),
        Vector("dense: gradient clipped inside the layer", LinearLaw.Linear, key => new DenseClip(Size(key, 1))),
        Vector("dense: weight gradient with δy squared", LinearLaw.Linear, key => new DenseSquaredDy(Size(key, 1))),
        Vector("dense: weight gradient with input and output exchanged", GradientLaw.Numerical, key => new DenseOuterFlipped(Size(key, 1))));
}

public sealed record DenseSign(int Units) : PlainDense(Units)
{
    protected override void WeightGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw)
    {
        base.WeightGradient(s, w, x, dy, dw);
        foreach (ref T g in dw) g = -g;
    }
}

public sealed record DenseLastExample(int Units) : PlainDense(Units)
{
    protected override void WeightGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw)
    {
        for (int n = 0; n < s.Batch; n++)
            for (int o = 0; o < s.Outputs; o++)
                for (int i = 0; i < s.Inputs; i++) dw[o * s.Inputs + i] = dy[n * s.Outputs + o] * x[n * s.Inputs + i];
    }
}

public sealed record DenseMean(int Units) : PlainDense(Units)
{
    protected override void WeightGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw)
    {
        base.WeightGradient(s, w, x, dy, dw);
        foreach (ref T g in dw) g /= T.CreateChecked(s.Batch);
    }
}

public sealed record DenseSlightly(int Units) : PlainDense(Units)
{
    protected override void WeightGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw)
    {
        base.WeightGradient(s, w, x, dy, dw);
        foreach (ref T g in dw) g *= T.CreateChecked(1.001);
    }
}

public sealed record DenseHair(int Units) : PlainDense(Units)
{
    protected override void WeightGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw)
    {
        base.WeightGradient(s, w, x, dy, dw);
        foreach (ref T g in dw) g *= T.CreateChecked(1.000001);
    }
}

public sealed record DensePastIndex(int Units) : PlainDense(Units)
{
    // A block of four without the loop over what is left.
    protected override void WeightGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw)
    {
        dw.Clear();
        for (int n = 0; n < s.Batch; n++)
            for (int o = 0; o < s.Outputs; o++)
                for (int i = 0; i < Math.Min(4, s.Inputs); i++) dw[o * s.Inputs + i] += dy[n * s.Outputs + o] * x[n * s.Inputs + i];
    }
}

public sealed record DenseManyExamples(int Units) : PlainDense(Units)
{
    // Blocks of eight examples without the loop over what is left, except where there is nothing else.
    protected override void WeightGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw) =>
        base.WeightGradient(s with { Batch = s.Batch < 8 ? s.Batch : s.Batch / 8 * 8 }, w, x, dy, dw);
}

public sealed record DenseOffByOne(int Units) : PlainDense(Units)
{
    protected override void WeightGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw)
    {
        dw.Clear();
        for (int n = 0; n < s.Batch; n++)
            for (int o = 0; o < s.Outputs - 1; o++)
                for (int i = 0; i < s.Inputs; i++) dw[o * s.Inputs + i] += dy[n * s.Outputs + o] * x[n * s.Inputs + i];
    }
}

public sealed record DenseNotCleared(int Units) : PlainDense(Units)
{
    protected override void WeightGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw)
    {
        for (int n = 0; n < s.Batch; n++)
            for (int o = 0; o < s.Outputs; o++)
                for (int i = 0; i < s.Inputs; i++) dw[o * s.Inputs + i] += dy[n * s.Outputs + o] * x[n * s.Inputs + i];
    }
}

public sealed record DenseDecay(int Units) : PlainDense(Units)
{
    protected override void WeightGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw)
    {
        base.WeightGradient(s, w, x, dy, dw);
        for (int i = 0; i < dw.Length; i++) dw[i] += T.CreateChecked(1e-4) * w[i];
    }
}

public sealed record DenseClip(int Units) : PlainDense(Units)
{
    protected override void WeightGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw)
    {
        base.WeightGradient(s, w, x, dy, dw);
        foreach (ref T g in dw) g = T.Clamp(g, -T.One, T.One);
    }
}

public sealed record DenseSquaredDy(int Units) : PlainDense(Units)
{
    protected override void WeightGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw)
    {
        dw.Clear();
        for (int n = 0; n < s.Batch; n++)
            for (int o = 0; o < s.Outputs; o++)
                for (int i = 0; i < s.Inputs; i++) dw[o * s.Inputs + i] += dy[n * s.Outputs + o] * dy[n * s.Outputs + o] * x[n * s.Inputs + i];
    }
}

public sealed record DenseOuterFlipped(int Units) : PlainDense(Units)
{
    protected override void WeightGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw)
    {
        dw.Clear();
        for (int n = 0; n < s.Batch; n++)
            for (int o = 0; o < s.Outputs; o++)
                for (int i = 0; i < s.Inputs; i++) dw[i * s.Outputs + o] += dy[n * s.Outputs + o] * x[n * s.Inputs + i];
    }
}
