using System.Numerics;
using Functional.Core;
using LanguageExt;
using static Functional.Properties.Tests.PlantedBugs.PlantedBug;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>What is right at the calls that one thinks of, and wrong when a network makes its own: other δy, other wishes, other number types.</summary>
public static class CallerBugs
{
    public static Seq<PlantedBug> All { get; } = Seq(
        Vector("gradient clipped far out", LinearLaw.Linear, _ => new ClippedFarOut()),
        Vector("tiny gradients cut off", LinearLaw.Linear, _ => new CutOff()),
        Vector("input gradient unwritten where δy is 0", PurityLaw.Written, _ => new UnwrittenAtZero()),
        Pair("weight gradient skipped when neither input's is wanted", CallerLaw.Wants, _ => new SkippedUnwanted()),
        Vector("the caller's memory for a gradient used as scratch", CallerLaw.Lands, key => new ScratchInDestination(Size(key, 1))),
        Vector("a faster path for single precision, 1 % off", PrecisionLaw.Single, _ => new WrongInSingle()),
        Vector("running mean of the first example alone", BatchLaw.Permuted, _ => new MeanOfFirst()))
        .Map(bug => bug.Impure);
}

public sealed record ClippedFarOut() : Spoilt(Layers.Tanh())
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call) =>
        new(Edit(right.Backward(call).Inputs[0], (_, dx) => T.Clamp(dx, T.CreateChecked(-100), T.CreateChecked(100))));
}

public sealed record CutOff() : Spoilt(Layers.Tanh())
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call)
    {
        var dy = call.Dy;
        return new(Edit(right.Backward(call).Inputs[0], (i, dx) => T.Abs(dy.Span[i]) < T.CreateChecked(1e-5) ? T.Zero : dx));
    }
}

public sealed record UnwrittenAtZero() : Spoilt(Layers.Tanh())
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call)
    {
        var back = right.Backward(call).Inputs[0];
        var dx = Tensor.Fresh<T>(call.Dy.Shape);
        for (int i = 0; i < back.Size; i++)
            if (call.Dy.Span[i] != T.Zero) dx.Span[i] = back.Span[i];
        return new(dx.Done());
    }
}

/// <summary>y = g ⊙ a ⊙ b, with one gain for all elements.</summary>
public sealed record SkippedUnwanted : Layer
{
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Count(inputs, 2).Bind(_ => Expect.Same(inputs)).Map(shape => Seq1(shape));

    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Seq1(new Parameter("gain", [1], Initializer.Ones));

    public override Differentiable<T> At<T>() => new(
        (in ForwardCall<T> call) =>
        {
            Tensor<T> a = call.Inputs[0], b = call.Inputs[1];
            var y = Tensor.Fresh<T>(a.Shape);
            for (int i = 0; i < a.Size; i++) y.Span[i] = call.Parameters[0].Span[0] * a.Span[i] * b.Span[i];
            return new(y.Done(), [a, b]);
        },
        (in BackwardCall<T> call) =>
        {
            Tensor<T> a = call.Saved[0], b = call.Saved[1];
            Fresh<T> da = Tensor.Fresh<T>(a.Shape), db = Tensor.Fresh<T>(a.Shape), dg = call.ParameterGradient(0);
            T gain = call.Parameters[0].Span[0], sum = T.Zero;
            bool any = call.Wants(0) || call.Wants(1);
            for (int i = 0; any && i < a.Size; i++)
            {
                T dy = call.Dy.Span[i];
                (da.Span[i], db.Span[i]) = (dy * gain * b.Span[i], dy * gain * a.Span[i]);
                sum += dy * a.Span[i] * b.Span[i];
            }
            dg.Span[0] = sum;
            return new([da.Done(), db.Done()], dg.Done());
        });
}

/// <summary>Asks for the memory of the bias gradient twice and takes it for two.</summary>
public sealed record ScratchInDestination(int Units) : Spoilt(new RightDense(Units))
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call)
    {
        var back = right.Backward(call);
        Fresh<T> sum = call.ParameterGradient(1), scratch = call.ParameterGradient(1);
        back.Parameters[1].Span.CopyTo(sum.Span);
        foreach (ref T number in scratch.Span) number = T.One;
        return back with { Parameters = [back.Parameters[0], sum.Done()] };
    }
}

public sealed record WrongInSingle() : Spoilt(Layers.Tanh())
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call)
    {
        var back = right.Backward(call);
        return typeof(T) == typeof(float) ? new(Edit(back.Inputs[0], (_, dx) => dx * T.CreateChecked(1.01))) : back;
    }
}

/// <summary>
/// y = x − m with a running mean m as state, a constant to the gradient: m′ = 0.9 m + 0.1 mean of the batch in training, m in inference.
/// </summary>
public abstract record PlainRunningMean : Layer
{
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(shape => Seq1(shape));

    public override Seq<Parameter> States(Seq<Shape> inputs) => Seq1(new Parameter("mean", inputs[0], Initializer.Zeros));

    public sealed override Differentiable<T> At<T>() => new(Forward, (in BackwardCall<T> call) => new(call.Dy));

    /// <summary>How many examples the mean is taken of.</summary>
    protected virtual int Counted(int batch) => batch;

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, m) = (call.X, call.State[0]);
        Fresh<T> y = Tensor.Fresh<T>(x.Shape), next = Tensor.Fresh<T>(m.Shape);
        for (int i = 0; i < x.Size; i++) y.Span[i] = x.Span[i] - m.Span[i % m.Size];
        int count = Counted(x.Batch);
        for (int j = 0; j < m.Size; j++)
        {
            T mean = T.Zero;
            for (int n = 0; n < count; n++) mean += x.Span[n * m.Size + j] / T.CreateChecked(count);
            next.Span[j] = call.Mode == Mode.Train ? T.CreateChecked(0.9) * m.Span[j] + T.CreateChecked(0.1) * mean : m.Span[j];
        }
        return new(y.Done(), default, next.Done());
    }
}

/// <summary>The right one, to show that the base of the bug breaks no law itself.</summary>
public sealed record RightRunningMean : PlainRunningMean;

public sealed record MeanOfFirst : PlainRunningMean
{
    protected override int Counted(int batch) => 1;
}
