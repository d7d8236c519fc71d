using System.Globalization;
using System.Text;
using Functional.Core;
using Functional.Properties.Tests.PlantedBugs;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Baselines;

/// <summary>What the known checkers and this library's find of the planted bugs that all can express, and at what cost.</summary>
public class CheckerComparison(ITestOutputHelper output)
{
    private const int Points = 20;

    private sealed record Checker(string Name, Func<LayerCase, bool> Fails);

    private sealed record Outcome(bool IsFound, int Evaluations);

    // Exact forward mode first, as it costs next to nothing; differences where it is content, as they trust nothing of the layer's but its values.
    private static readonly Checker s_ours = new("Functional", at =>
        AdjointLaw.Adjoint.Check(at).Verdict == Verdict.Fail || GradientLaw.Numerical.Check(at).Verdict == Verdict.Fail);

    private static readonly Checker[] s_others =
    [
        new("gradcheck", at => PyTorchGradcheck.SlowFails(new(at))),
        new("gradcheck, fast", at => PyTorchGradcheck.FastFails(new(at))),
        new("check_grads", at => JaxCheckGrads.Fails(new(at))),
        new("check_backward", at => ChainerCheckBackward.Fails(new(at))),
        new("grenade", at => GrenadeAutoDiff.Fails(new(at))),
    ];

    private static readonly Checker[] s_all = [s_ours, .. s_others];

    [Fact]
    public void Finds_strictly_more_than_any_other_in_fewer_evaluations_and_the_page_says_so()
    {
        var bugs = PlantedBugTests.All.Filter(bug => bug.IsPureGradient).Strict();
        var found = bugs.Select(bug => s_all.Select(checker => Run(checker, bug.Cases.Take(Points))).ToArray()).ToArray();
        var right = LayerCatalog.All.Select(entry => s_all.Select(checker => RightPoints(entry).Count(at => checker.Fails(at))).ToArray()).ToArray();
        string table = Table(bugs, found, [.. s_all.Select((_, i) => right.Sum(row => row[i]))], right.Length * Points);
        output.WriteLine(table);

        for (int i = 1; i < s_all.Length; i++)
        {
            int other = i;
            Assert.DoesNotContain(found, row => row[other].IsFound && !row[0].IsFound);
            Assert.Contains(found, row => row[0].IsFound && !row[other].IsFound);
        }
        Assert.All(found, row => Assert.True(row[0].IsFound));
        Assert.Equal(0, right.Sum(row => row[0]));
        Assert.True(found.Sum(row => row[0].Evaluations) < found.Sum(row => row[1].Evaluations));
        AssertPage(table);
    }

    private static IEnumerable<LayerCase> RightPoints(CatalogEntry entry) => Enumerable.Range(0, Points).Select(i => entry.Case(new Key(13).For(entry.Name).Split((ulong)i)));

    // Point by point up to the first at which it reports something.
    private static Outcome Run(Checker checker, IEnumerable<LayerCase> cases)
    {
        var evaluations = new Evaluations();
        bool found = cases.Any(at => checker.Fails(at with { Layer = new CountedLayer(at.Layer, evaluations) }));
        return new(found, evaluations.Count);
    }

    private static string Table(Seq<PlantedBug> bugs, Outcome[][] found, int[] alarms, int correct)
    {
        var text = new StringBuilder("| |").Append(string.Concat(s_all.Select(checker => $" {checker.Name} |"))).Append('\n');
        text.Append("|---|").Append(string.Concat(s_all.Select(_ => "---|"))).Append('\n');
        Row($"**found, of {bugs.Count} bugs**", i => $"**{found.Count(row => row[i].IsFound)}**");
        Row("evaluations, all bugs", i => Rounded(found.Sum(row => row[i].Evaluations)));
        Row($"false alarms at {correct} points of right layers", i => alarms[i].ToString(CultureInfo.InvariantCulture));
        for (int b = 0; b < bugs.Count; b++)
        {
            int bug = b;
            Row(bugs[b].Name, i => found[bug][i].IsFound ? "yes" : "–");
        }
        return text.ToString();

        void Row(string name, Func<int, string> cell) => text.Append("| ").Append(name).Append(" |").Append(string.Concat(s_all.Select((_, i) => $" {cell(i)} |"))).Append('\n');
    }

    private static string Rounded(int count) => ((count + 50) / 100 * 100).ToString("N0", CultureInfo.InvariantCulture);

    // FUNCTIONAL_UPDATE=1 writes the table into the page instead.
    private static void AssertPage(string table)
    {
        const string Begin = "<!-- table -->\n", End = "<!-- end -->";
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Functional.sln"))) folder = folder.Parent;
        string path = Path.Combine(folder.FullName, "docs", "checkers.md"), page = File.ReadAllText(path);
        int from = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, to = page.IndexOf(End, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("FUNCTIONAL_UPDATE") == "1") File.WriteAllText(path, page[..from] + table + page[to..]);
        else Assert.Equal(table, page[from..to]);
    }
}
