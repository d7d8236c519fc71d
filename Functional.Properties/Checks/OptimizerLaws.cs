using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties;

/// <summary>A point at which an optimizer's laws are checked.</summary>
/// <param name="Optimizer">The optimizer.</param>
/// <param name="Parameters">w.</param>
/// <param name="Gradients">g, under the names of <paramref name="Parameters"/>.</param>
/// <param name="State">What the optimizer remembers.</param>
public sealed record OptimizerCase(Optimizer Optimizer, Parameters<double> Parameters, Gradients<double> Gradients, OptimizerState<double> State)
{
    /// <summary>The case as C# that makes it again.</summary>
    public override string ToString() => CaseCode.Of(this);
}

/// <summary>A law of optimizers.</summary>
/// <param name="Name">A short name.</param>
/// <param name="Statement">What it says.</param>
/// <param name="Check">Checks it at a point.</param>
public sealed record OptimizerLaw(string Name, string Statement, Func<OptimizerCase, Finding> Check) : Claim(Name, Statement)
{
    /// <summary>Checks it at a point; a finding that failed has the point as C#, as it was before an optimizer could change it.</summary>
    public Func<OptimizerCase, Finding> Check { get; init; } = at =>
    {
        var given = OptimizerLaws.Copy(at);
        return Check(at).At(() => CaseCode.Of(Name, given));
    };
}

/// <summary>What holds for every optimizer, and what for some.</summary>
public static class OptimizerLaws
{
    /// <summary>Equal inputs give bit-equal outputs.</summary>
    public static OptimizerLaw Repeatable { get; } = new("optimizer repetition", "equal inputs give bit-equal outputs", at => Differences(Repeatable!, Next(at), Next(at)));

    /// <summary>Parameters, gradients and state are the same after a step, bit for bit.</summary>
    public static OptimizerLaw Untouched { get; } = new("optimizer inputs unchanged", "a step changes nothing that it is given", CheckUntouched);

    /// <summary>Each step is counted: the new state's <see cref="OptimizerState{T}.Step"/> is one more.</summary>
    public static OptimizerLaw Counted { get; } = new("steps counted", "a step raises the number of steps by 1", at => CheckCounted(at.State.Step, Next(at).Item2.Step));

    /// <summary>A step written over the old values, as training does with values that only it holds, gives the same bits.</summary>
    public static OptimizerLaw InPlace { get; } = new("step in place", "a step written over the old values gives the same bits", CheckInPlace);

    /// <summary>Every number is written: in memory filled with NaN a step gives the same bits.</summary>
    public static OptimizerLaw Written { get; } = new("every parameter written", "in a region of memory filled with NaN a step gives the same bits", CheckWritten);

    /// <summary>
    /// All that is remembered is in the state: going on from one that was kept, as a file keeps it, gives bit for bit what the run gave, whatever other
    /// run there was in between.
    /// </summary>
    public static OptimizerLaw Resumed { get; } = new("optimizer resumed", "going on from a state that was kept gives bit for bit what the run gave", CheckResumed);

    /// <summary>What holds for every optimizer.</summary>
    public static Seq<OptimizerLaw> All { get; } = Seq(Repeatable, Untouched, Counted, InPlace, Written, Resumed);

    /// <summary>For SGD without momentum and weight decay: where the gradient is 0 the parameters stay as they are, bit for bit.</summary>
    public static OptimizerLaw Still { get; } = new("still at zero gradient", "a gradient of 0 leaves the parameters as they are", at =>
        Finding.Of(Compare.Bits(Still!, "parameter", at.Parameters.Values,
            Next(at with { Gradients = new(at.Gradients.Layout, Tensor.Zeros<double>(at.Gradients.Values.Shape)) }).Item1.Values).Take(1)));

    /// <summary>
    /// For Adam's first step: gradients c g move the parameters as g does, up to what ε does to a step, η ε / |g| for the smaller of both gradients.
    /// </summary>
    public static OptimizerLaw ScaleFree { get; } = new("scale of the gradient", "the first step does not depend on the scale of the gradient, up to ε", at => CheckScaleFree(at, Next));

    private static (Parameters<double>, OptimizerState<double>) Next(OptimizerCase at) => at.Optimizer.Update(at.Parameters, at.Gradients, at.State);

    private static Finding CheckUntouched(OptimizerCase at)
    {
        var before = Copy(at);
        Next(at);
        return Finding.Of(Compare.Bits(Untouched, "parameter", before.Parameters.Values, at.Parameters.Values)
            .Concat(Compare.Bits(Untouched, "gradient", before.Gradients.Values, at.Gradients.Values))
            .Concat(Compare.Bits(Untouched, "state", before.State.Slots, at.State.Slots)).Take(1));
    }

    private static Finding CheckInPlace(OptimizerCase at)
    {
        var copy = Copy(at);
        var state = copy.Optimizer.UpdateInPlace(copy.Parameters, copy.Gradients, copy.State);
        return Differences(InPlace, Next(at), (copy.Parameters, state));
    }

    private static Finding CheckResumed(OptimizerCase at)
    {
        const int Steps = 3;
        var kept = Copy(at);
        var run = Ahead(at, Steps, 1);
        // The other run passes through the same numbers of steps, with gradients of its own.
        long start = Math.Max(0, at.State.Step - Steps);
        Ahead(at with { State = at.Optimizer.Init(at.Parameters) with { Step = start } }, (int)(at.State.Step - start) + Steps, -2);
        return Differences(Resumed, run, Ahead(kept, Steps, 1));
    }

    private static (Parameters<double>, OptimizerState<double>) Ahead(OptimizerCase at, int steps, double scale)
    {
        var gradients = new Gradients<double>(at.Gradients.Layout, at.Gradients.Values.Map(g => scale * g));
        for (int i = 0; i < steps; i++)
        {
            var (parameters, state) = at.Optimizer.Update(at.Parameters, gradients, at.State);
            at = at with { Parameters = parameters, State = state };
        }
        return (at.Parameters, at.State);
    }

    private static Finding CheckWritten(OptimizerCase at)
    {
        var poisoned = Region.Run(() => new Result(Next(at)), poison: true);
        return Differences(Written, Next(at), poisoned.Value);
    }

    // Apart from the step itself, as no optimizer can miscount: the counting is not its to do.
    internal static Finding CheckCounted(long before, long after) => after == before + 1
        ? Finding.Pass
        : new(Verdict.Fail, new Violation(Counted.Name, Counted.Statement, "the number of steps", before + 1, after, 0));

    // Of any step that is taken for Adam's.
    internal static Finding CheckScaleFree(OptimizerCase at, Func<OptimizerCase, (Parameters<double>, OptimizerState<double>)> next)
    {
        if (at.Optimizer is not AdamOptimizer adam) return Finding.Exempt;
        var first = at with { State = adam.Init(at.Parameters) };
        var (plain, _) = next(first);
        double rate = adam.Rate.At(0);
        return Finding.Of(new[] { 1e-3, 10, 1e6 }.SelectMany(scale =>
        {
            var (scaled, _) = next(first with { Gradients = new(at.Gradients.Layout, at.Gradients.Values.Map(g => scale * g)) });
            return Enumerable.Range(0, plain.Values.Size).Select(i =>
            {
                double g = Math.Abs(at.Gradients.Values.Span[i]) * Math.Min(1, scale), w = Math.Abs(at.Parameters.Values.Span[i]);
                double allowed = g == 0 ? 0 : rate * adam.Epsilon / g + 1e-13 * (rate + w);
                return Math.Abs(plain.Values.Span[i] - scaled.Values.Span[i]) <= allowed
                    ? null
                    : new Violation(ScaleFree.Name, ScaleFree.Statement, $"parameter {i}, gradients times {scale}", plain.Values.Span[i], scaled.Values.Span[i], allowed);
            });
        }).OfType<Violation>().Take(1));
    }

    private static Finding Differences(Claim law, (Parameters<double> Parameters, OptimizerState<double> State) expected, (Parameters<double> Parameters, OptimizerState<double> State) actual) =>
        Finding.Of(Compare.Bits(law, "parameter", expected.Parameters.Values, actual.Parameters.Values)
            .Concat(Compare.Bits(law, "state", expected.State.Slots, actual.State.Slots))
            .Concat(Compare.Bits(law, "the number of steps", Tensor.Scalar((double)expected.State.Step), Tensor.Scalar((double)actual.State.Step))).Take(1));

    internal static OptimizerCase Copy(OptimizerCase at)
    {
        static Tensor<double> Of(Tensor<double> tensor) => Tensor.From(tensor.Shape, tensor.Span);
        return at with
        {
            Parameters = at.Parameters with { Values = Of(at.Parameters.Values) },
            Gradients = at.Gradients with { Values = Of(at.Gradients.Values) },
            State = at.State with { Slots = [.. at.State.Slots.Select(Of)] },
        };
    }

    private sealed record Result((Parameters<double> Parameters, OptimizerState<double> State) Value) : IPromotable<Result>
    {
        public Result Promote() => new((Value.Parameters.Promote(), Value.State.Promote()));
    }
}
