using Functional.Core;

namespace Functional.Properties;

/// <summary>Pipelines are a monad, up to equality of the networks that they build (or of the faults that they report).</summary>
public static class PipelineLaws
{
    /// <summary>Left unit: <c>Return(a).SelectMany(f) = f(a)</c>.</summary>
    public static Finding LeftUnit<A>(A value, Func<A, Pipeline<Wire>> next) =>
        Same(new("left unit", "Return(a).SelectMany(f) = f(a)"), Pipeline.Return(value).SelectMany(next), next(value));

    /// <summary>Right unit: <c>p.SelectMany(Return) = p</c>.</summary>
    public static Finding RightUnit(Pipeline<Wire> pipeline) =>
        Same(new("right unit", "p.SelectMany(Return) = p"), pipeline.SelectMany(Pipeline.Return), pipeline);

    /// <summary>Associativity: <c>p.SelectMany(f).SelectMany(g) = p.SelectMany(x =&gt; f(x).SelectMany(g))</c>.</summary>
    public static Finding Associative(Pipeline<Wire> pipeline, Func<Wire, Pipeline<Wire>> f, Func<Wire, Pipeline<Wire>> g) =>
        Same(new("associativity of pipelines", "p.SelectMany(f).SelectMany(g) = p.SelectMany(x => f(x).SelectMany(g))"),
            pipeline.SelectMany(f).SelectMany(g), pipeline.SelectMany(x => f(x).SelectMany(g)));

    /// <summary>Building is a function: the same pipeline built twice gives equal networks.</summary>
    public static Finding Repeatable(Pipeline<Wire> pipeline) => Same(new("building twice", "a pipeline built twice gives equal networks"), pipeline, pipeline);

    private static Finding Same(Claim law, Pipeline<Wire> left, Pipeline<Wire> right)
    {
        var (one, other) = (left.Build(), right.Build());
        return one.Equals(other)
            ? Finding.Pass
            : new Finding(Verdict.Fail, new Violation(law.Name, law.Statement, "the built networks", 0, 1, 0, $"left:\n{one}\nright:\n{other}"))
                .At(() => $"// of functions only what they built can be shown\n{CaseCode.Built("left", one)}\n{CaseCode.Built("right", other)}");
    }
}
