using System.Numerics;
using Functional.Core;
using LanguageExt;
using static Functional.Properties.Tests.PlantedBugs.PlantedBug;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>What goes wrong where a state is carried from step to step: over a whole sequence, and in a cell whose hidden state goes in and out.</summary>
public static class RecurrenceBugs
{
    public static Seq<PlantedBug> All { get; } = Seq(
        Matrix("recurrence: h(t) where h(t−1) is due in the weight gradient", GradientLaw.Numerical, _ => new RecurrenceSameStep()),
        Matrix("recurrence: gradient of the last step only", GradientLaw.Numerical, _ => new RecurrenceTruncated()),
        Matrix("recurrence: derivative of the activation forgotten", GradientLaw.Numerical, _ => new RecurrenceNoActivation()),
        Pair("recurrent cell: h(t) where h(t−1) is due in the weight gradient", GradientLaw.Numerical, _ => new CellSameStep()),
        Pair("recurrent cell: no gradient to the hidden state before", GradientLaw.Numerical, _ => new CellCutOff()),
        Pair("recurrent cell: gradient of the hidden state after ignored", GradientLaw.Numerical, _ => new CellOutputOnly()));
}

/// <summary>h(t) = tanh(a ⊙ h(t−1) + x(t)), h(0) = ½, over the rows of <c>[time, width]</c>; the parameter is a.</summary>
public abstract record PlainRecurrence : Layer
{
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(shape => Seq1(shape));

    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Seq1(new Parameter("recurrence", [inputs[0][1]], Initializer.Ones));

    public sealed override Differentiable<T> At<T>() => new(Forward, Backward);

    /// <summary>What of δh(t) reaches the sum inside the activation.</summary>
    protected virtual T Inside<T>(T dh, T h) where T : struct, IFloatingPointIeee754<T> => dh * (T.One - h * h);

    /// <summary>What reaches h(t−1).</summary>
    protected virtual T Before<T>(T inside, T a) where T : struct, IFloatingPointIeee754<T> => inside * a;

    /// <summary>What step t adds to δa.</summary>
    protected virtual T Weight<T>(T inside, T before, T now) where T : struct, IFloatingPointIeee754<T> => inside * before;

    private static ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, a) = (call.X, call.Parameters[0]);
        int time = x.Shape[1], width = x.Shape[2];
        var h = Tensor.Fresh<T>(x.Shape);
        for (int n = 0; n < x.Batch; n++)
            for (int t = 0; t < time; t++)
                for (int i = 0; i < width; i++)
                {
                    int at = (n * time + t) * width + i;
                    h.Span[at] = T.Tanh(a.Span[i] * (t == 0 ? Start<T>() : h.Span[at - width]) + x.Span[at]);
                }
        return new(h.Done(), h.Done());
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (h, a) = (call.Saved[0], call.Parameters[0]);
        int time = h.Shape[1], width = h.Shape[2];
        var dx = Tensor.Fresh<T>(h.Shape);
        var da = call.ParameterGradient(0);
        da.Span.Clear();
        for (int n = 0; n < h.Batch; n++)
            for (int i = 0; i < width; i++)
            {
                T later = T.Zero;
                for (int t = time - 1; t >= 0; t--)
                {
                    int at = (n * time + t) * width + i;
                    T inside = Inside(call.Dy.Span[at] + later, h.Span[at]);
                    dx.Span[at] = inside;
                    da.Span[i] += Weight(inside, t == 0 ? Start<T>() : h.Span[at - width], h.Span[at]);
                    later = Before(inside, a.Span[i]);
                }
            }
        return new(dx.Done(), da.Done());
    }

    private static T Start<T>() where T : struct, IFloatingPointIeee754<T> => T.CreateChecked(0.5);
}

/// <summary>The right one, to show that the base of the bugs breaks no law itself.</summary>
public sealed record RightRecurrence : PlainRecurrence;

public sealed record RecurrenceSameStep : PlainRecurrence
{
    protected override T Weight<T>(T inside, T before, T now) => inside * now;
}

public sealed record RecurrenceTruncated : PlainRecurrence
{
    protected override T Before<T>(T inside, T a) => T.Zero;
}

public sealed record RecurrenceNoActivation : PlainRecurrence
{
    protected override T Inside<T>(T dh, T h) => dh;
}

/// <summary>
/// One step of a recurrence, its hidden state an ordinary input and output: h′ = tanh(x + a ⊙ h), y = b ⊙ h′, from (x, h) to (y, h′). The state's
/// gradient is then checked as any other is.
/// Backward, with s = (δh′ + b ⊙ δy) ⊙ (1 − h′²): δx = s, δh = a ⊙ s, δa = Σ s ⊙ h, δb = Σ δy ⊙ h′.
/// </summary>
public abstract record PlainCell : Layer
{
    public override int OutputCount => 2;

    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Count(inputs, 2).Bind(_ => Expect.Same(inputs)).Map(shape => Seq(shape, shape));

    public override Seq<Parameter> Parameters(Seq<Shape> inputs) =>
        Seq(new Parameter("recurrence", inputs[0], Initializer.Ones), new Parameter("output", inputs[0], Initializer.Ones));

    public sealed override Differentiable<T> At<T>() => new(Forward, Backward);

    /// <summary>What of δy and δh′ reaches the sum inside the activation.</summary>
    protected virtual T Inside<T>(T fromY, T fromH, T now) where T : struct, IFloatingPointIeee754<T> => (fromY + fromH) * (T.One - now * now);

    /// <summary>What reaches h.</summary>
    protected virtual T Before<T>(T inside, T a) where T : struct, IFloatingPointIeee754<T> => inside * a;

    /// <summary>What an example adds to δa.</summary>
    protected virtual T Weight<T>(T inside, T before, T now) where T : struct, IFloatingPointIeee754<T> => inside * before;

    private static ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        Tensor<T> x = call.Inputs[0], h = call.Inputs[1], a = call.Parameters[0], b = call.Parameters[1];
        Fresh<T> now = Tensor.Fresh<T>(x.Shape), y = Tensor.Fresh<T>(x.Shape);
        for (int i = 0; i < x.Size; i++)
        {
            now.Span[i] = T.Tanh(x.Span[i] + a.Span[i % a.Size] * h.Span[i]);
            y.Span[i] = b.Span[i % b.Size] * now.Span[i];
        }
        return new([y.Done(), now.Done()], [h, now.Done()]);
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        Tensor<T> h = call.Saved[0], now = call.Saved[1], a = call.Parameters[0], b = call.Parameters[1];
        Fresh<T> dx = Tensor.Fresh<T>(h.Shape), dh = Tensor.Fresh<T>(h.Shape), da = call.ParameterGradient(0), db = call.ParameterGradient(1);
        da.Span.Clear();
        db.Span.Clear();
        for (int i = 0; i < h.Size; i++)
        {
            int j = i % a.Size;
            T dy = call.OutputGradients[0].Span[i], inside = Inside(b.Span[j] * dy, call.OutputGradients[1].Span[i], now.Span[i]);
            dx.Span[i] = inside;
            dh.Span[i] = Before(inside, a.Span[j]);
            da.Span[j] += Weight(inside, h.Span[i], now.Span[i]);
            db.Span[j] += dy * now.Span[i];
        }
        return new([dx.Done(), dh.Done()], [da.Done(), db.Done()]);
    }
}

/// <summary>The right one, to show that the base of the bugs breaks no law itself.</summary>
public sealed record RightCell : PlainCell;

public sealed record CellSameStep : PlainCell
{
    protected override T Weight<T>(T inside, T before, T now) => inside * now;
}

public sealed record CellCutOff : PlainCell
{
    protected override T Before<T>(T inside, T a) => T.Zero;
}

public sealed record CellOutputOnly : PlainCell
{
    protected override T Inside<T>(T fromY, T fromH, T now) => fromY * (T.One - now * now);
}
