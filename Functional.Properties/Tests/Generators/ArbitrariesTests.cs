using FsCheck.Fluent;
using Functional.Core;
using Xunit;
using Xunit.Abstractions;

namespace Functional.Properties.Tests.Generators;

/// <summary>The generators give what they promise, edge cases among it, and what they shrink to is of the same kind.</summary>
public class ArbitrariesTests(ITestOutputHelper output)
{
    [Fact]
    public void Edge_cases_of_layers_are_made_on_purpose_and_their_shares_are_told()
    {
        string shares = RandomCases.Check(Arbitraries.LayerCases(), at => at.Layer.Outputs(at.InputShapes).IsSucc.ToProperty(), 2000, Edges.Of);
        output.WriteLine(shares);
        foreach (string edge in new[] { "batch 1", "width 1", "ties", "exact zeros", "saturated", "huge", "tiny" }) AtLeast(3, edge, shares);
    }

    [Fact]
    public void Edge_cases_of_networks_are_made_on_purpose_and_their_shares_are_told()
    {
        string shares = RandomCases.Check(Arbitraries.Recipes(), _ => true.ToProperty(), 500, Edges.Of);
        output.WriteLine(shares);
        foreach (var family in Enum.GetValues<ValueFamily>()) AtLeast(2, $"values {family}", shares);
        foreach (string edge in new[] { "batch 1", "width 1", "no layers", "five layers or more", "several inputs", "several outputs", "shared parameters", "wires meet" }) AtLeast(3, edge, shares);
    }

    [Fact]
    public void Losses_get_targets_at_which_they_and_their_gradients_are_finite()
    {
        RandomCases.Check(Arbitraries.LossCases(), at =>
        {
            var (forward, backward) = Probe.Both(at, Probe.Draw(at.Key, Probe.Forward(at, at.Inputs, at.Parameters).Outputs));
            return forward.Outputs.Concat(backward.Inputs).All(tensor => tensor.ToArray().All(double.IsFinite)).ToProperty();
        }, 500);
    }

    [Fact]
    public void The_laws_of_a_monad_hold_of_random_pipelines()
    {
        RandomCases.Check(Arbitraries.Pipelines(), pipeline =>
        {
            var first = pipeline.Select(wires => wires[0]);
            Pipeline<Wire> Next(Wire wire) => from h in Layers.Dense(wire, 2) from y in Layers.Tanh(h) select y;
            var broken = new[] { PipelineLaws.RightUnit(first), PipelineLaws.LeftUnit(2, _ => first), PipelineLaws.Associative(first, Next, Next), PipelineLaws.Repeatable(first) }
                .Where(finding => finding.Verdict != Verdict.Pass).ToArray();
            return (broken.Length == 0).ToProperty().Label(string.Join('\n', broken.AsEnumerable()));
        }, 100);
    }

    private static void AtLeast(double percent, string edge, string shares)
    {
        string share = Assert.Single(shares.Split(", "), part => part.StartsWith(edge + " ", StringComparison.Ordinal));
        Assert.True(double.Parse(share.Split(' ')[^2], System.Globalization.CultureInfo.InvariantCulture) >= percent, share);
    }
}
