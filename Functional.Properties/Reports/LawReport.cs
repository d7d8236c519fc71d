using System.Globalization;
using System.Text;
using LanguageExt;

namespace Functional.Properties;

/// <summary>How one law fared over a run.</summary>
/// <param name="Law">The law's name.</param>
/// <param name="Checked">How many points it was checked at; not counted are those of which it says nothing, such as a batch of 1 for the laws of batches.</param>
/// <param name="Inconclusive">At how many of them nothing could be told.</param>
/// <param name="Doubtful">The first of these; <c>null</c> where there is none.</param>
public sealed record LawTally(string Law, int Checked, int Inconclusive, LayerCase? Doubtful = null)
{
    /// <summary>Whether at most one point in a hundred could not tell, or a single one of ten to a hundred.</summary>
    public bool IsConclusive => Inconclusive <= Math.Max(Checked < 10 ? 0 : 1, Checked / 100);
}

/// <summary>A broken law with the smallest case found that breaks it.</summary>
/// <param name="Case">The smallest case found.</param>
/// <param name="Violations">Where the law broke there.</param>
/// <param name="Found">The case at which it was found.</param>
public sealed record Counterexample(LayerCase Case, Seq<Violation> Violations, LayerCase Found)
{
    /// <summary>What broke, where, the case as C#, and the line that runs the found case again.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{CSharpCode.Name(Case.Layer.GetType())} breaks a law.\n");
        foreach (var violation in Violations.Take(3)) text.Append(violation).Append('\n');
        if (Violations.Count > 3) text.Append(CultureInfo.InvariantCulture, $"  and {Violations.Count - 3} more elements\n");
        text.Append(CultureInfo.InvariantCulture, $"smallest case found, batch {Case.Batch}, {Case.Mode}:\n");
        text.Append("  ").Append(Case.ToString().Replace("\n", "\n  ", StringComparison.Ordinal));
        if (Found.Origin is { } origin) text.Append(CultureInfo.InvariantCulture, $"\nreplay:\n  {origin}");
        return text.ToString();
    }
}

/// <summary>What came of checking layers against all laws at many points.</summary>
/// <param name="Cases">How many points were tried.</param>
/// <param name="Tallies">How each law fared.</param>
/// <param name="Broken">The first broken law, if any.</param>
public sealed record LawReport(int Cases, Seq<LawTally> Tallies, Option<Counterexample> Broken)
{
    /// <summary>How many findings there were: the points of all laws together.</summary>
    public int Findings => Tallies.Sum(tally => tally.Checked);

    /// <summary>How many findings could not tell.</summary>
    public int Inconclusive => Tallies.Sum(tally => tally.Inconclusive);

    /// <summary>Whether no law broke and none was left open at more than one point in a hundred.</summary>
    public bool Holds => Broken.IsNone && Tallies.ForAll(tally => tally.IsConclusive);

    /// <summary>The report as text.</summary>
    public override string ToString() => Broken.Match(
        broken => broken.ToString(),
        () => Holds
            ? $"All {Tallies.Count} laws hold at {Cases} cases ({Inconclusive} of {Findings} findings inconclusive)."
            : string.Join('\n', Tallies.Filter(tally => !tally.IsConclusive).Map(tally =>
                $"{tally.Law} is inconclusive at {tally.Inconclusive} of {tally.Checked} cases; at most 1 % may be. The layer may be too rough for differences at these values.{Where(tally)}")));

    private static string Where(LawTally tally) => tally.Doubtful is { } at ? $"\nThe first of them:\n  {at.Origin ?? CSharpCode.Of(at.Layer)}" : "";
}

/// <summary>A layer broke a law; the message is the whole report.</summary>
public sealed class LawViolationException : Exception
{
    /// <summary>With the report as message.</summary>
    public LawViolationException(LawReport report) : base(report.ToString()) => Report = report;

    /// <summary>The report.</summary>
    public LawReport Report { get; }
}
