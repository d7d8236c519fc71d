using System.Numerics;
using System.Runtime.InteropServices;
using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Checks;

/// <summary>What is wrong with a <see cref="CrookedLayer"/>.</summary>
public enum Flaw
{
    None,
    PromisesTooMuch,
    Throws,
    ChangesInput,
    CountsCalls,
    LeavesLastUnwritten,
    ForgetsStateInInference,
    LooksAtWants,
    AddsToDestination,
    LastExampleOnly,
    MeanOverBatch,
    MixesQuietly,
    KnowsItsPlace,
    ClipsGradient,
    SignOfInput,
    DropsGain,
    TwiceTheGain,
    TransposedGain,
    LastElementWrong,
    OnlyNegativeWrong,
    ScarcelyWrong,
}

/// <summary>y = g ⊙ x with a counter of calls as state and one thing wrong: what the laws are there to find.</summary>
public sealed record CrookedLayer(Flaw Flaw) : Layer
{
    private static int s_calls;

    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(shape => Seq1(Flaw == Flaw.PromisesTooMuch ? shape.Then([2]) : shape));

    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Seq1(new Parameter("gain", inputs[0], Initializer.Ones));

    public override Seq<Parameter> States(Seq<Shape> inputs) => Seq1(new Parameter("calls", [1], Initializer.Zeros));

    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        if (Flaw == Flaw.Throws && call.Batch == 3) throw new InvalidOperationException("three is a crowd");
        var x = call.X;
        var g = call.Parameters[0].Span;
        var y = Tensor.Fresh<T>(x.Shape);
        int written = Flaw == Flaw.LeavesLastUnwritten ? x.Size - 1 : x.Size;
        T drift = Flaw == Flaw.CountsCalls ? T.CreateChecked(++s_calls) : T.Zero;
        for (int i = 0; i < written; i++)
        {
            T factor = Flaw == Flaw.KnowsItsPlace ? T.CreateChecked(1 + i / g.Length) : T.One;
            y.Span[i] = g[i % g.Length] * x.Span[i] * factor + drift;
            if (Flaw == Flaw.MixesQuietly) y.Span[i] += x.Span[0];
        }
        if (Flaw == Flaw.ChangesInput) MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(x.Span), 1)[0] += T.One;
        bool counts = call.Mode == Mode.Train || Flaw == Flaw.ForgetsStateInInference;
        return new(y.Done(), x, call.State[0].Map(calls => counts ? calls + T.One : calls));
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> x = call.Saved[0].Span, g = call.Parameters[0].Span, dy = call.Dy.Span;
        int n = call.Batch, width = g.Length;
        var dx = Tensor.Fresh<T>(call.Dy.Shape);
        var dg = call.ParameterGradient(0);
        if (Flaw != Flaw.AddsToDestination) dg.Span.Clear();
        for (int i = 0; i < x.Length; i++)
        {
            T factor = Flaw == Flaw.KnowsItsPlace ? T.CreateChecked(1 + i / width) : T.One;
            T up = Flaw == Flaw.ClipsGradient ? T.Min(dy[i], T.One) : dy[i];
            dx.Span[i] = up * g[i % width] * factor;
            dg.Span[i % width] = (Flaw == Flaw.LastExampleOnly ? T.Zero : dg.Span[i % width]) + up * x[i] * factor;
            if (Flaw == Flaw.SignOfInput || (Flaw == Flaw.OnlyNegativeWrong && x[i] < T.Zero)) dx.Span[i] = -dx.Span[i];
        }
        if (Flaw == Flaw.MixesQuietly)
            foreach (T number in dy) dx.Span[0] += number;
        T scale = Flaw switch
        {
            Flaw.MeanOverBatch => T.One / T.CreateChecked(n),
            Flaw.DropsGain => T.Zero,
            Flaw.TwiceTheGain => T.CreateChecked(2),
            Flaw.ScarcelyWrong => T.CreateChecked(1 + 3e-10),
            _ => call.Wants(0) || Flaw != Flaw.LooksAtWants ? T.One : T.Zero,
        };
        for (int j = 0; j < width; j++) dg.Span[j] *= scale;
        if (Flaw == Flaw.LastElementWrong) dg.Span[^1] += dy[0];
        if (Flaw == Flaw.TransposedGain)
        {
            int rows = dg.Shape[0], columns = dg.Shape[1];
            T[] right = dg.Span.ToArray();
            for (int j = 0; j < width; j++) dg.Span[j] = right[j % rows * columns + j / rows];
        }
        return new(dx.Done(), dg.Done());
    }
}
