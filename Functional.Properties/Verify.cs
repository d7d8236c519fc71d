using System.Globalization;
using System.Text;
using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties;

/// <summary>What came of checking a layer against all laws at many points.</summary>
/// <param name="Cases">How many points were tried.</param>
/// <param name="Inconclusive">How many findings could not tell.</param>
/// <param name="Findings">How many findings there were, laws times points.</param>
/// <param name="Broken">The first broken law at the smallest case found, if any.</param>
public sealed record LawReport(int Cases, int Inconclusive, int Findings, Option<(LayerCase Case, Violation[] Violations)> Broken)
{
    /// <summary>Whether no law broke and at most one finding in a hundred could not tell.</summary>
    public bool Holds => Broken.IsNone && Inconclusive * 100 <= Findings;

    /// <summary>The report as text.</summary>
    public override string ToString() => Broken.Match(
        broken => $"{LawReportText.Of(broken.Case, broken.Violations)}",
        () => Holds
            ? $"All laws hold at {Cases} cases ({Inconclusive} of {Findings} findings inconclusive)."
            : $"{Inconclusive} of {Findings} findings are inconclusive; at most 1 % may be. The layer may be too rough for differences at these values.");
}

/// <summary>A layer broke a law; the message is the whole report.</summary>
public sealed class LawViolationException : Exception
{
    /// <summary>With the report as message.</summary>
    public LawViolationException(LawReport report) : base(report.ToString()) => Report = report;

    /// <summary>The report.</summary>
    public LawReport Report { get; }
}

/// <summary>Verifies layers: one line, in any test framework.</summary>
public static class Verify
{
    /// <summary>
    /// Checks all laws of layers at many points: several batch sizes, ordinary and awkward values. Returns quietly or throws.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The shapes of one example's inputs.</param>
    /// <exception cref="LawViolationException">A law is broken: the message says which, where, by how much, and at which small case.</exception>
    public static void Layer(Layer layer, params ReadOnlySpan<Shape> inputs)
    {
        var report = Report(layer, toSeq(inputs.ToArray()).Strict());
        if (!report.Holds) throw new LawViolationException(report);
    }

    /// <summary>Checks all laws of layers at many points and reports.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The shapes of one example's inputs.</param>
    /// <param name="kinds">What values each input may take; any real number unless said otherwise.</param>
    /// <param name="cases">How many points, the product of <c>FUNCTIONAL_CASES</c> and this.</param>
    /// <param name="key">Where the points come from.</param>
    public static LawReport Report(Layer layer, Seq<Shape> inputs, Seq<ValueKind> kinds = default, int cases = 48, Key? key = null)
    {
        if (layer.Outputs(inputs).Case is LanguageExt.Common.Error error)
            throw new ArgumentException($"{layer.Kind} does not accept inputs of shape {string.Join(", ", inputs)}: {error.Message}", nameof(inputs));
        var root = key ?? new Key(1);
        return Run(Enumerable.Range(0, cases * Scale).Select(i => CaseMaker.Make(
            layer, inputs, 1 + i % 4, root.Split((ulong)i), (ValueFamily)(i / 4 % 6), kinds, i % 8 < 6 ? Mode.Train : Mode.Inference)));
    }

    /// <summary>Checks all laws at the given cases, up to the first that breaks one, which is then made smaller.</summary>
    public static LawReport Run(IEnumerable<LayerCase> cases)
    {
        int tried = 0, inconclusive = 0, findings = 0;
        foreach (var at in cases)
        {
            tried++;
            foreach (var law in LayerLaws.All)
            {
                var finding = Judge(law, at);
                findings++;
                if (finding.Verdict == Verdict.Inconclusive) inconclusive++;
                if (finding.Verdict == Verdict.Fail)
                {
                    var small = CaseShrinker.Smallest(at, candidate => Judge(law, candidate).Verdict == Verdict.Fail);
                    return new(tried, inconclusive, findings, (small, Judge(law, small).Violations));
                }
            }
        }
        return new(tried, inconclusive, findings, None);
    }

    /// <summary>How many times the usual number of cases to try: the environment variable <c>FUNCTIONAL_CASES</c>, else 1.</summary>
    public static int Scale { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("FUNCTIONAL_CASES"), CultureInfo.InvariantCulture, out int scale) && scale > 0 ? scale : 1;

    // A layer that throws where its shapes are right breaks its promise as surely as one that returns nonsense.
    private static Finding Judge(Law law, LayerCase at)
    {
        try
        {
            return law.Check(at);
        }
#pragma warning disable CA1031 // Whatever a user's layer throws is what is to be reported.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new(Verdict.Fail, new Violation(law.Name, law.Statement, "a call that threw", 0, double.NaN, 0, exception.Message));
        }
    }
}

/// <summary>Makes a failing case smaller while it keeps failing.</summary>
internal static class CaseShrinker
{
    public static LayerCase Smallest(LayerCase at, Func<LayerCase, bool> fails)
    {
        for (bool smaller = true; smaller;)
        {
            smaller = false;
            foreach (var candidate in Smaller(at))
                if (fails(candidate))
                {
                    (at, smaller) = (candidate, true);
                    break;
                }
        }
        return at;
    }

    private static IEnumerable<LayerCase> Smaller(LayerCase at)
    {
        if (at.Batch > 1)
            for (int i = 0; i < at.Batch; i++)
            {
                int skip = i;
                int[] rest = [.. Enumerable.Range(0, at.Batch).Where(j => j != skip)];
                yield return at with { Inputs = [.. at.Inputs.Select(input => input.Gather(rest))] };
            }
        // Rounder values, all at once: what fails at 0.5 is easier to read than at 0.4719623….
        foreach (var round in new Func<double, double>[] { x => Math.Round(x), x => Math.Round(x, 1) })
        {
            var rounded = at with { Inputs = [.. at.Inputs.Select(input => input.Map(round))], Parameters = [.. at.Parameters.Select(w => w.Map(round))] };
            if (rounded.Inputs != at.Inputs || rounded.Parameters != at.Parameters) yield return rounded;
        }
    }
}

/// <summary>A broken law as text, with the case as C#.</summary>
internal static class LawReportText
{
    public static string Of(LayerCase at, Violation[] violations)
    {
        var text = new StringBuilder($"{at.Layer.Kind} breaks a law.\n");
        foreach (var violation in violations.Take(4)) text.Append(violation).Append('\n');
        if (violations.Length > 4) text.Append(CultureInfo.InvariantCulture, $"  and {violations.Length - 4} more elements\n");
        text.Append(CultureInfo.InvariantCulture, $"The smallest case found, batch {at.Batch}:\n");
        text.Append(CultureInfo.InvariantCulture, $"  new LayerCase(layer,\n    [{Code(at.Inputs)}],\n    [{Code(at.Parameters)}], [{Code(at.State)}], Mode.{at.Mode}, new Key({at.Key.Seed}))");
        return text.ToString();
    }

    private static string Code(Tensors<double> tensors) => string.Join(", ", tensors.Select(tensor =>
        $"Tensor.From<double>({tensor.Shape}, {string.Join(", ", tensor.ToArray().Select(x => x.ToString("R", CultureInfo.InvariantCulture)))})"));
}
