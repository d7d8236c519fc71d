using LanguageExt;
using static Functional.Properties.Tests.PlantedBugs.PlantedBug;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>What goes wrong in the input and bias gradients of a fully connected layer.</summary>
public static class DenseBugs
{
    public static Seq<PlantedBug> All { get; } = Seq(
        Vector("dense: input gradient with W where its transpose is due", GradientLaw.Numerical, key => new DenseTranspose(Size(key, 1))),
        Vector("dense: the rows of W taken to be as long as it has rows, right when square", GradientLaw.Numerical, key => new DenseNonSquare(Size(key, 1))),
        Vector("dense: bias gradient dropped", GradientLaw.Numerical, key => new DenseNoBias(Size(key, 1))),
        Vector("dense: bias gradient not summed over the batch", BatchLaw.Additive, key => new DenseBiasFirst(Size(key, 1))),
        Vector("dense: bias gradient the mean over the batch", BatchLaw.Additive, key => new DenseBiasMean(Size(key, 1))),
        Vector("dense: input gradient left out", GradientLaw.Numerical, key => new DenseNoInput(Size(key, 1))),
        Vector("dense: input gradient wrong at width 1 only", GradientLaw.Numerical, key => new DenseWidthOne(Size(key, 1))),
        Vector("dense: input gradient divided by the batch", BatchLaw.Independent, key => new DenseInputMean(Size(key, 1))),
        Vector("dense: input gradient of every example from the first δy", BatchLaw.Independent, key => new DenseFirstDy(Size(key, 1))));
}

public sealed record DenseTranspose(int Units) : PlainDense(Units)
{
    protected override void InputGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> dy, Span<T> dx)
    {
        dx.Clear();
        for (int n = 0; n < s.Batch; n++)
            for (int o = 0; o < s.Outputs; o++)
                for (int i = 0; i < s.Inputs; i++) dx[n * s.Inputs + i] += w[i * s.Outputs + o] * dy[n * s.Outputs + o];
    }
}

public sealed record DenseNonSquare(int Units) : PlainDense(Units)
{
    protected override void InputGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> dy, Span<T> dx)
    {
        dx.Clear();
        for (int n = 0; n < s.Batch; n++)
            for (int o = 0; o < s.Outputs; o++)
                for (int i = 0; i < s.Inputs; i++) dx[n * s.Inputs + i] += w[(o * s.Outputs + i) % w.Length] * dy[n * s.Outputs + o];
    }
}

public sealed record DenseNoBias(int Units) : PlainDense(Units)
{
    protected override void BiasGradient<T>(Sizes s, ReadOnlySpan<T> dy, Span<T> db) => db.Clear();
}

public sealed record DenseBiasFirst(int Units) : PlainDense(Units)
{
    protected override void BiasGradient<T>(Sizes s, ReadOnlySpan<T> dy, Span<T> db) => dy[..s.Outputs].CopyTo(db);
}

public sealed record DenseBiasMean(int Units) : PlainDense(Units)
{
    protected override void BiasGradient<T>(Sizes s, ReadOnlySpan<T> dy, Span<T> db)
    {
        base.BiasGradient(s, dy, db);
        foreach (ref T g in db) g /= T.CreateChecked(s.Batch);
    }
}

public sealed record DenseNoInput(int Units) : PlainDense(Units)
{
    protected override void InputGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> dy, Span<T> dx) => dx.Clear();
}

public sealed record DenseWidthOne(int Units) : PlainDense(Units)
{
    // A shortcut for the simple case that forgets the weight.
    protected override void InputGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> dy, Span<T> dx)
    {
        if (s.Inputs == 1 && s.Outputs == 1) dy.CopyTo(dx);
        else base.InputGradient(s, w, dy, dx);
    }
}

public sealed record DenseInputMean(int Units) : PlainDense(Units)
{
    protected override void InputGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> dy, Span<T> dx)
    {
        base.InputGradient(s, w, dy, dx);
        foreach (ref T g in dx) g /= T.CreateChecked(s.Batch);
    }
}

public sealed record DenseFirstDy(int Units) : PlainDense(Units)
{
    protected override void InputGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> dy, Span<T> dx)
    {
        dx.Clear();
        for (int n = 0; n < s.Batch; n++)
            for (int o = 0; o < s.Outputs; o++)
                for (int i = 0; i < s.Inputs; i++) dx[n * s.Inputs + i] += w[o * s.Inputs + i] * dy[o];
    }
}
