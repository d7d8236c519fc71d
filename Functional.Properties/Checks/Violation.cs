using System.Globalization;

namespace Functional.Properties;

/// <summary>A law that a layer broke, and where.</summary>
/// <param name="Law">The law's name.</param>
/// <param name="Statement">What it says.</param>
/// <param name="Where">Which input, parameter or output, and which element.</param>
/// <param name="Expected">What the law demands.</param>
/// <param name="Actual">What the layer gave.</param>
/// <param name="Error">How far apart they may be for rounding and truncation.</param>
/// <param name="Hint">What people who saw this had usually done; <c>null</c> where nothing typical fits.</param>
public sealed record Violation(string Law, string Statement, string Where, double Expected, double Actual, double Error, string? Hint = null)
{
    /// <summary>The violation as a paragraph.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Law}: {Statement}\n  at {Where}: expected {Expected:G9}, got {Actual:G9} (allowed error {Error:G2}){(Hint is null ? "" : $"\n  hint: {Hint}")}");
}

/// <summary>What came of checking one law on one case.</summary>
public enum Verdict
{
    /// <summary>The law holds.</summary>
    Pass,

    /// <summary>The law is broken.</summary>
    Fail,

    /// <summary>Rounding or a bend in the function hides whether it holds.</summary>
    Inconclusive,

    /// <summary>The law says nothing of such a case: there is nothing to check, and nothing counts as checked.</summary>
    Exempt,
}

/// <summary>The verdict on one law with the violations behind it.</summary>
/// <param name="Verdict">Pass, fail or inconclusive.</param>
/// <param name="Violations">Where it broke; empty unless it failed.</param>
public sealed record Finding(Verdict Verdict, params Violation[] Violations)
{
    /// <summary>The law holds.</summary>
    public static Finding Pass { get; } = new(Verdict.Pass);

    /// <summary>Nothing could be told.</summary>
    public static Finding Inconclusive { get; } = new(Verdict.Inconclusive);

    /// <summary>The law says nothing of the case.</summary>
    public static Finding Exempt { get; } = new(Verdict.Exempt);

    /// <summary>What asks the law at this very case again, as C#; <c>null</c> unless it failed, or where nobody said.</summary>
    public string? Case { get; init; }

    /// <summary>Pass without violations, fail with them.</summary>
    public static Finding Of(IEnumerable<Violation> violations) => violations.ToArray() is { Length: > 0 } some ? new(Verdict.Fail, some) : Pass;

    /// <summary>The verdict, and where the law broke: the violations, and the case as C#.</summary>
    public override string ToString()
    {
        string what = Violations.Length == 0 ? $"{Verdict}" : string.Join('\n', Violations.Select(violation => $"{violation}"));
        return Case is null ? what : $"{what}\ncase:\n  {Case.Replace("\n", "\n  ", StringComparison.Ordinal)}";
    }

    /// <summary>The same with its case where it failed.</summary>
    internal Finding At(Func<string> code) => Verdict == Verdict.Fail ? this with { Case = code() } : this;
}
