using System.Globalization;
using System.Text;
using Functional.Core;
using Functional.Core.Storage;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>Every planted bug is caught in the default run, by the law that ought to catch it.</summary>
public class PlantedBugTests(ITestOutputHelper output)
{
    /// <summary>All wrong layers.</summary>
    public static Seq<PlantedBug> All { get; } =
        DenseBugs.All + DenseWeightBugs.All + ElementwiseBugs.All + RowBugs.All + RangeBugs.All + LossBugs.All + WiringBugs.All + NetworkBugs.All + RecurrenceBugs.All + PurityBugs.All + HiddenBugs.All + CallerBugs.All;

    public static TheoryData<string> Names => [.. All.Map(bug => bug.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_caught_by_its_law(string name) => Catch(All.First(bug => bug.Name == name));

    // What a user writes: one setting of the layer, one shape, and what values its inputs may take.
    [Theory]
    [MemberData(nameof(Names))]
    public void Is_caught_by_the_line_that_a_user_writes(string name)
    {
        var bug = All.First(bug => bug.Name == name);
        var (layer, shapes) = Setting(bug);
        var error = Assert.Throws<LawViolationException>(() => Verify.Layer(layer, new VerifyOptions { Kinds = bug.Entry.Kinds }, [.. shapes]));
        var violations = error.Report.Broken.Map(broken => broken.Violations).IfNone(Seq<Violation>());
        Assert.NotEmpty(violations);
        Assert.All(violations, violation => Assert.NotEqual("a call that threw", violation.Where));
    }

    [Fact]
    public void The_table_of_bugs()
    {
        var table = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{"bug",-75} {"law",-22} {"reported as",-22} cases  shrunk to\n");
        foreach (var bug in All)
        {
            var (cases, first, small) = Catch(bug);
            table.Append(CultureInfo.InvariantCulture, $"{bug.Name,-75} {bug.Law.Name,-22} {first,-22} {cases,5}  {SizeOf(small)}\n");
        }
        foreach (var bug in OptimizerBugs.All)
        {
            var (cases, first, small) = Catch(bug);
            table.Append(CultureInfo.InvariantCulture, $"{bug.Name,-75} {bug.Law.Name,-22} {first,-22} {cases,5}  {small.Parameters.Values.Size} parameters, step {small.State.Step + 1}\n");
        }
        table.Append(CultureInfo.InvariantCulture, $"{All.Count + OptimizerBugs.All.Count} bugs, all caught\n");
        output.WriteLine(table.ToString());
        Assert.True(All.Count >= 60);
        Assert.Equal(All.Count, All.Map(bug => bug.Name).Distinct().Count);
    }

    [Fact]
    public void What_the_bugs_are_made_of_breaks_no_law()
    {
        foreach (var (layer, shape) in new (Layer, Shape)[]
        {
            (new RightDense(3), [4]), (new RightDense(1), [1]), (new RightRecurrence(), [4, 2]), (new RightCentering(), [3]), (new RightDropout(), [5]), (new RightRunningMean(), [3]),
            (new RightSoftmax(), [4]), (new RightNormalization(), [4]), (new RightMaximum(), [4]), (new RightSkip(), [3]), (new RightShared(), [3]),
        }) Verify.Layer(layer, shape);
        Verify.Layer(new RightCell(), [3], [3]);
    }

    [Fact]
    public void Momentum_lost_on_saving_is_seen_in_a_run_taken_up_from_a_file()
    {
        string file = Path.GetTempFileName();
        try
        {
            Assert.True(GoesOn(() => Optimizers.Sgd(0.1, momentum: 0.9)));
            Assert.False(GoesOn(() => new OptimizerBugs.ForgetfulSgd()));
            Assert.False(GoesOn(() => new OptimizerBugs.SideMemorySgd()));
        }
        finally
        {
            File.Delete(file);
        }

        // Each run has an optimizer of its own, as a program that is started again has.
        bool GoesOn(Func<Optimizer> optimizer)
        {
            var (objective, data, first) = (TrainingSequenceTests.Objective, TrainingSequenceTests.Data, optimizer());
            var states = objective.Steps(first, objective.Start<float>(first, new Key(9)), data, 4).Take(6).ToArray();
            TrainingFile.Save(file, states[2]).ThrowIfFail();
            return objective.Steps(optimizer(), TrainingFile.Load<float>(file, objective).ThrowIfFail(), data, 4).ElementAt(2).Parameters == states[5].Parameters;
        }
    }

    // Catches it as a user would see it, and by the named law alone, which may be one that another law's report comes before.
    private static (int Cases, string First, LayerCase Small) Catch(PlantedBug bug)
    {
        var report = Verify.Run(bug.Cases);
        var (small, violations, _) = report.Broken.IfNone(() => throw new Xunit.Sdk.XunitException($"'{bug.Name}' was not caught."));
        Assert.NotEmpty(violations);
        // A user's wrong layer throws nothing; neither may one of these, or it would be caught by accident.
        Assert.All(violations, violation => Assert.NotEqual("a call that threw", violation.Where));
        int cases = 1 + bug.Cases.TakeWhile(at => bug.Law.Check(at).Verdict != Verdict.Fail).Count();
        Assert.True(cases <= PlantedBug.DefaultCases, $"'{bug.Name}' was caught as '{violations[0].Law}', but never by '{bug.Law.Name}'.");
        return (cases, violations[0].Law, small);
    }

    private static (int Cases, string First, OptimizerCase Small) Catch(OptimizerBug bug)
    {
        var cases = bug.Cases.ToArray();
        int found = System.Array.FindIndex(cases, at => bug.Law.Check(at).Verdict == Verdict.Fail);
        Assert.True(found >= 0, $"'{bug.Name}' was never caught by '{bug.Law.Name}'.");
        return (found + 1, OptimizerLaws.All.Add(bug.Law).First(law => cases.Any(at => law.Check(at).Verdict == Verdict.Fail)).Name, bug.Smallest(cases[found]));
    }

    // Two sizes past 1 that differ, as one takes them to see axes exchanged and sums left out; but one bug is that of a single unit.
    private static (Layer Layer, Seq<Shape> Shapes) Setting(PlantedBug bug)
    {
        var key = Enumerable.Range(0, 100).Select(i => new Key((ulong)i)).First(key => PlantedBug.Size(key, 0) > 1 && PlantedBug.Size(key, 1) > 1 && PlantedBug.Size(key, 0) != PlantedBug.Size(key, 1));
        var (layer, shapes) = bug.Entry.Draw(key);
        return (layer is DenseWidthOne ? new DenseWidthOne(1) : layer, shapes);
    }

    private static string SizeOf(LayerCase at) =>
        $"batch {at.Batch}, input {string.Join(" and ", at.InputShapes)}{(at.Parameters.Count == 0 ? "" : $", {at.Parameters.Sum(w => w.Size)} parameters")}";
}
