using System.Globalization;
using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties;

/// <summary>Verifies layers: one line, in any test framework.</summary>
public static class Verify
{
    private const string Thrown = "a call that threw", CasesVariable = "FUNCTIONAL_CASES";

    /// <summary>
    /// Checks all laws of layers at many points: batches of 1 to 4, training and inference, ordinary and awkward values. Returns quietly or throws.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The shapes of one example's inputs.</param>
    /// <exception cref="LawViolationException">A law is broken: the message says which, where, by how much, and at which small case.</exception>
    /// <exception cref="ArgumentException">The layer does not accept inputs of these shapes.</exception>
    public static void Layer(Layer layer, params ReadOnlySpan<Shape> inputs) => Layer(layer, new VerifyOptions(), inputs);

    /// <summary>The same at points of your choice.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="options">At which points.</param>
    /// <param name="inputs">The shapes of one example's inputs.</param>
    /// <inheritdoc cref="Layer(Core.Layer, ReadOnlySpan{Shape})" path="/exception"/>
    public static void Layer(Layer layer, VerifyOptions options, params ReadOnlySpan<Shape> inputs) =>
        Demand(Report(layer, toSeq(inputs.ToArray()).Strict(), options));

    /// <summary>Checks all laws at one case, such as the one that a report ends with.</summary>
    /// <param name="at">The case.</param>
    /// <exception cref="LawViolationException">A law is broken.</exception>
    public static void Case(LayerCase at) => Demand(Run([at]));

    /// <summary>Returns quietly where a law of compositions, networks, losses or optimizers was found to hold, such as the one that a failing finding names.</summary>
    /// <param name="finding">What came of checking it.</param>
    /// <exception cref="FalsifiedException">It is broken, or nothing could be told; the message has the case as C#.</exception>
    public static void Holds(Finding finding)
    {
        if (finding.Verdict != Verdict.Pass) throw new FalsifiedException($"{finding}");
    }

    /// <summary>Checks all laws as <see cref="Layer(Core.Layer, ReadOnlySpan{Shape})"/> does and gives what came of it as a value: the report, or the violations.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The shapes of one example's inputs.</param>
    /// <param name="options">At which points.</param>
    public static Validation<Violation, LawReport> Check(Layer layer, Seq<Shape> inputs, VerifyOptions? options = null)
    {
        var report = Report(layer, inputs, options);
        return report.Holds ? Success<Violation, LawReport>(report) : Fail<Violation, LawReport>(report.Broken.Match(
            broken => broken.Violations,
            () => report.Tallies.Filter(tally => !tally.IsConclusive).Map(tally => new Violation(
                tally.Law, "at most 1 % of the cases may be inconclusive", "the whole run", 0, tally.Inconclusive, tally.Checked / 100)).Strict()));
    }

    /// <summary>Checks all laws as <see cref="Layer(Core.Layer, ReadOnlySpan{Shape})"/> does and reports.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The shapes of one example's inputs.</param>
    /// <param name="options">At which points.</param>
    /// <exception cref="ArgumentException">The layer does not accept inputs of these shapes.</exception>
    /// <exception cref="InvalidOperationException"><c>FUNCTIONAL_CASES</c> is set to what is no number of times.</exception>
    public static LawReport Report(Layer layer, Seq<Shape> inputs, VerifyOptions? options = null)
    {
        if (!layer.Faults.IsEmpty) throw new ArgumentException($"{layer.Kind} has wrong settings: {string.Join(" ", layer.Faults)}", nameof(layer));
        if (layer.Outputs(inputs).Case is LanguageExt.Common.Error error)
            throw new ArgumentException($"{layer.Kind} does not accept inputs of shape {string.Join(", ", inputs)}: {error.Message}", nameof(inputs));
        return Run((options ?? new VerifyOptions()).Points(layer, inputs));
    }

    /// <summary>Checks all laws at the given cases, up to the first that breaks one, which is then made smaller.</summary>
    public static LawReport Run(IEnumerable<LayerCase> cases)
    {
        int tried = 0;
        int[] inconclusive = new int[LayerLaws.All.Count], judged = new int[LayerLaws.All.Count];
        var doubtful = new LayerCase?[LayerLaws.All.Count];
        foreach (var at in cases)
        {
            tried++;
            for (int i = 0; i < judged.Length; i++)
            {
                var law = LayerLaws.All[i];
                var finding = Judge(law, at);
                if (finding.Verdict != Verdict.Exempt) judged[i]++;
                if (finding.Verdict == Verdict.Inconclusive)
                {
                    inconclusive[i]++;
                    doubtful[i] ??= at;
                }
                if (finding.Verdict != Verdict.Fail) continue;
                // What was found is kept and not asked for again: a layer that is no function may give another answer.
                var last = finding;
                var small = CaseShrinker.Smallest(at, candidate =>
                {
                    var smaller = Judge(law, candidate);
                    bool fails = IsLike(finding, smaller);
                    if (fails) last = smaller;
                    return fails;
                });
                return new(tried, Tallies(), new Counterexample(small, Told(finding, last), at));
            }
        }
        return new(tried, Tallies(), None);

        Seq<LawTally> Tallies() => toSeq(LayerLaws.All.Select((law, i) => new LawTally(law.Name, judged[i], inconclusive[i], doubtful[i]))).Strict();
    }

    /// <summary>How many times the usual number of cases to try: the environment variable <c>FUNCTIONAL_CASES</c>, 1 where it is not set.</summary>
    /// <exception cref="InvalidOperationException">It is set to what is no whole number of at least 1.</exception>
    public static int Scale => ScaleOf(Environment.GetEnvironmentVariable(CasesVariable));

    /// <summary>
    /// So many cases times <see cref="Scale"/>: what every run over random cases asks for. What is more than an <see cref="int"/> holds becomes the largest one.
    /// </summary>
    /// <param name="cases">The usual number.</param>
    /// <exception cref="InvalidOperationException"><c>FUNCTIONAL_CASES</c> is set to what is no number of times.</exception>
    public static int Scaled(int cases) => Times(cases, Scale);

    internal static int Times(int cases, int scale) => (int)Math.Min(int.MaxValue, (long)cases * scale);

    internal static int ScaleOf(string? given) =>
        string.IsNullOrEmpty(given) ? 1
        : int.TryParse(given, NumberStyles.Integer, CultureInfo.InvariantCulture, out int scale) && scale >= 1 ? scale
        : throw new InvalidOperationException($"The environment variable {CasesVariable} is \"{given}\"; a whole number of at least 1 is needed.");

    private static void Demand(LawReport report)
    {
        if (!report.Holds) throw new LawViolationException(report);
    }

    // A smaller case has to tell the same story: it fails with the same hint, numbers apart.
    private static bool IsLike(Finding found, Finding smaller)
    {
        static string Words(string hint) => string.Concat(hint.Where(letter => !char.IsAsciiDigit(letter)));
        return smaller.Verdict == Verdict.Fail && Threw(found) == Threw(smaller)
            && (Story(found) is not { } story || (Story(smaller) is { } other && Words(story) == Words(other)));
    }

    // A hint that fits the smaller case only is a coincidence of its few numbers.
    private static Seq<Violation> Told(Finding found, Finding smaller) =>
        toSeq(smaller.Violations.Select(violation => Story(found) is null ? violation with { Hint = null } : violation)).Strict();

    private static bool Threw(Finding finding) => finding.Violations.Any(violation => violation.Where == Thrown);

    private static string? Story(Finding finding) => finding.Violations.Select(violation => violation.Hint).FirstOrDefault(hint => hint is not null);

    // In memory of its own, as a layer that changes what it is given would otherwise spoil the case for the laws that follow.
    private static LayerCase Fresh(LayerCase at) => at with { Inputs = Probe.Copy(at.Inputs), Parameters = Probe.Copy(at.Parameters), State = Probe.Copy(at.State) };

    // A layer that throws where its shapes are right breaks its promise as surely as one that returns nonsense.
    private static Finding Judge(Law law, LayerCase at)
    {
        try
        {
            return law.Check(Fresh(at));
        }
#pragma warning disable CA1031 // Whatever a user's layer throws is what is to be reported.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new(Verdict.Fail, new Violation(law.Name, law.Statement, Thrown, 0, double.NaN, 0, $"{exception.GetType().Name}: {exception.Message}"));
        }
    }
}
