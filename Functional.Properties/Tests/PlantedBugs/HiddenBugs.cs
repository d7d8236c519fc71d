using System.Diagnostics;
using Functional.Core;
using LanguageExt;
using static Functional.Properties.Tests.PlantedBugs.PlantedBug;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>What goes wrong where a result depends on more than is handed in: calls before, the clock, the thread, the machine's randomness.</summary>
public static class HiddenBugs
{
    public static Seq<PlantedBug> All { get; } = Seq(
        Vector("a count of calls in the result", PurityLaw.Repeatable, _ => new CountedCalls()),
        Vector("a running mean hidden in the layer", PurityLaw.Repeatable, _ => new HiddenMean()),
        Vector("backward with what the last forward saved, not its own", PurityLaw.Repeatable, _ => new StaleSaved()),
        Vector("the clock in the result", PurityLaw.Repeatable, _ => new ClockDependent()),
        Vector("the thread in the result", PurityLaw.Repeatable, _ => new ThreadDependent()),
        Vector("a mask from the machine's randomness instead of the key", PurityLaw.Repeatable, _ => new UnkeyedMask()),
        Vector("the first result remembered for a batch size", BatchLaw.Independent, _ => new RememberedFirst()),
        Vector("results remembered under a sum that forgets the order", BatchLaw.Permuted, _ => new RememberedSum()))
        .Map(bug => bug.Impure);
}

public sealed record CountedCalls() : Spoilt(Layers.Tanh())
{
    private static int s_calls;

    protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call)
    {
        T scale = T.One + T.CreateChecked(1e-6) * T.CreateChecked(Interlocked.Increment(ref s_calls) % 1000);
        return right.Forward(call) with { Outputs = Edit(call.X, (_, x) => scale * T.Tanh(T.One + x * x)) };
    }
}

public sealed record HiddenMean() : Spoilt(Layers.Tanh())
{
    private static double s_mean;

    protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call)
    {
        T mean = T.CreateChecked(s_mean);
        s_mean = 0.9 * s_mean + 0.1 * (double.CreateTruncating(T.Tanh(call.X.Span[0])) + 0.5);
        return right.Forward(call with { Inputs = Edit(call.X, (_, x) => x - mean) });
    }
}

public sealed record StaleSaved() : Spoilt(Layers.Tanh())
{
    private static object? s_last;

    protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call)
    {
        var result = right.Forward(call);
        s_last = result.Saved;
        return result;
    }

    // The field of the last forward call, where what was saved is handed in.
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call) =>
        right.Backward(call with { Saved = s_last is Tensors<T> last && last[0].Shape == call.Dy.Shape ? last : call.Saved });
}

public sealed record ClockDependent() : Spoilt(Layers.Tanh())
{
    protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call)
    {
        T now = T.CreateChecked(Stopwatch.GetTimestamp() * 1e-9);
        return right.Forward(call) with { Outputs = Edit(call.X, (_, x) => T.Tanh(x) + now) };
    }
}

public sealed record ThreadDependent() : Spoilt(Layers.Tanh())
{
    protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call)
    {
        T thread = T.CreateChecked(Environment.CurrentManagedThreadId);
        return right.Forward(call) with { Outputs = Edit(call.X, (_, x) => T.Tanh(x) + thread) };
    }
}

public sealed record UnkeyedMask() : Spoilt(Layers.Tanh())
{
    protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call)
    {
        var result = right.Forward(call);
        return result with { Outputs = Edit(result.Outputs[0], (_, y) => y + T.CreateChecked(Random.Shared.NextDouble())) };
    }
}

/// <summary>A buffer for each size, filled once.</summary>
public sealed record RememberedFirst() : Spoilt(Layers.Tanh())
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<(Type, Shape), object> _results = new();

    protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call)
    {
        var result = right.Forward(call);
        return result with { Outputs = (Tensors<T>)_results.GetOrAdd((typeof(T), call.X.Shape), result.Outputs.Promote()) };
    }
}

/// <summary>Results kept under what is taken for a hash of the input.</summary>
public sealed record RememberedSum() : Spoilt(Layers.Tanh())
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<(Type, Shape, double), object> _results = new();

    protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call)
    {
        var result = right.Forward(call);
        double sum = Math.Round(call.X.ToArray().Sum(double.CreateTruncating), 12);
        return result with { Outputs = (Tensors<T>)_results.GetOrAdd((typeof(T), call.X.Shape, sum), result.Outputs.Promote()) };
    }
}
