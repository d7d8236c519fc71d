using System.Runtime.InteropServices;
using Functional.Core;
using LanguageExt;
using static Functional.Properties.Tests.PlantedBugs.PlantedBug;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>What goes wrong where a function is not pure: changed inputs and unwritten memory.</summary>
public static class PurityBugs
{
    public static Seq<PlantedBug> All { get; } = Seq(
        Vector("input overwritten by forward", PurityLaw.Untouched, _ => new OverwrittenInput()),
        Vector("weights renormalised in place by forward", PurityLaw.Untouched, key => new OverwrittenWeights(Size(key, 1))),
        Vector("δy overwritten by backward", PurityLaw.Untouched, _ => new OverwrittenDy()),
        Vector("saved tensor reused as scratch by backward", PurityLaw.Untouched, _ => new OverwrittenSaved()),
        Vector("output changed by backward", PurityLaw.Untouched, _ => new OverwrittenOutput()),
        Vector("last element of the output unwritten", PurityLaw.Written, _ => new UnwrittenOutput()),
        Vector("input gradient written only where it is not zero", PurityLaw.Written, _ => new UnwrittenGradient()),
        Vector("bias gradient unwritten", PurityLaw.Written, key => new UnwrittenBias(Size(key, 1))))
        .Map(bug => bug.Impure);
}

public sealed record OverwrittenInput() : Spoilt(Layers.Tanh())
{
    protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call)
    {
        var x = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(call.X.Span), call.X.Size);
        foreach (ref T number in x) number = T.Max(number, -T.One);
        return right.Forward(call);
    }
}

public sealed record OverwrittenWeights(int Units) : Spoilt(new RightDense(Units))
{
    protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call)
    {
        var w = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(call.Parameters[0].Span), call.Parameters[0].Size);
        T length = T.One;
        foreach (T number in w) length += T.Abs(number);
        foreach (ref T number in w) number /= length;
        return right.Forward(call);
    }
}

public sealed record OverwrittenDy() : Spoilt(Layers.Tanh())
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call)
    {
        var dy = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(call.Dy.Span), call.Dy.Size);
        for (int i = 0; i < dy.Length; i++) dy[i] *= T.One - call.Saved[1].Span[i] * call.Saved[1].Span[i];
        return new(Edit(call.Dy, (_, number) => number));
    }
}

public sealed record OverwrittenSaved() : Spoilt(Layers.Tanh())
{
    protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call)
    {
        var result = right.Forward(call);
        return result with { Saved = Edit(result.Outputs[0], (_, y) => y) };
    }

    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call)
    {
        var y = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(call.Saved[0].Span), call.Saved[0].Size);
        for (int i = 0; i < y.Length; i++) y[i] = (T.One - y[i] * y[i]) * call.Dy.Span[i];
        return new(Edit(call.Saved[0], (_, number) => number));
    }
}

public sealed record OverwrittenOutput() : Spoilt(Layers.Tanh())
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call)
    {
        var back = right.Backward(call);
        foreach (ref T number in call.Saved[1].Writable) number = T.One - number * number;
        return back;
    }
}

public sealed record UnwrittenOutput() : Spoilt(Layers.Tanh())
{
    protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call)
    {
        var y = Tensor.Fresh<T>(call.X.Shape);
        for (int i = 0; i < call.X.Size - 1; i++) y.Span[i] = T.Tanh(call.X.Span[i]);
        return right.Forward(call) with { Outputs = y.Done() };
    }
}

public sealed record UnwrittenGradient() : Spoilt(Layers.Relu())
{
    // New memory happens to hold zeros, until it does not.
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call)
    {
        var dx = Tensor.Fresh<T>(call.Dy.Shape);
        for (int i = 0; i < dx.Span.Length; i++)
            if (call.Saved[0].Span[i] > T.Zero) dx.Span[i] = call.Dy.Span[i];
        return new(dx.Done());
    }
}

public sealed record UnwrittenBias(int Units) : PlainDense(Units)
{
    protected override void BiasGradient<T>(Sizes s, ReadOnlySpan<T> dy, Span<T> db)
    {
        for (int n = 0; n < s.Batch; n++)
            for (int o = 0; o < s.Outputs; o++) db[o] += dy[n * s.Outputs + o];
    }
}
