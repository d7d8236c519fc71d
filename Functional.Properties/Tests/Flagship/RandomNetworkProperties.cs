using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using Functional.Core;
using Xunit;
using Xunit.Abstractions;

namespace Functional.Properties.Tests.Flagship;

/// <summary>
/// The most important test: random whole networks with losses, of random depth, widths, wiring, sharing, inputs, outputs and batch, have
/// the gradients that differences and dual numbers say.
/// </summary>
public class RandomNetworkProperties(ITestOutputHelper output)
{
    [Fact]
    public void Gradients_match_numerical_derivatives() => Hold(GradientLaw.Numerical, 2000, 1);

    [Fact]
    public void Backward_is_the_adjoint_of_forward_to_rounding() => Hold(AdjointLaw.Adjoint, 4000, 2);

    [Fact]
    public void Shapes_purity_batches_and_linearity_hold()
    {
        foreach (var law in LayerLaws.All.Filter(law => law != GradientLaw.Numerical && law != AdjointLaw.Adjoint)) Hold(law, 200, 3);
    }

    [Fact]
    public void Training_takes_the_gradient_that_backward_gives()
    {
        output.WriteLine(RandomCases.Check(Arbitraries.Recipes(), Agrees, 300, Edges.Of, seed: 4));

        static Property Agrees(Recipe recipe)
        {
            var (objective, at) = (recipe.Objective, recipe.Case());
            int inputs = recipe.Inputs.Count;
            var parameters = Named(objective.Combined, at);
            var targets = at.Inputs.Slice(inputs, at.Inputs.Count - inputs);
            var both = objective.ValueAndGradient(parameters, at.Inputs.Slice(0, inputs), targets, new(null, at.Mode, at.Key)).ThrowIfFail();
            var pullback = objective.Combined.Pullback(parameters, at.Inputs, new(null, at.Mode, at.Key)).ThrowIfFail();
            var back = pullback.Back(objective.Seed(pullback.Outputs, targets)).Parameters;
            return (both.Gradients == back && both.Value.Equals(objective.Reduce(pullback.Outputs, targets))).ToProperty().Label("the gradient of training is not that of the pullback");
        }
    }

    [Fact]
    public void Every_layer_and_loss_of_the_catalog_is_in_some_network()
    {
        var seen = new System.Collections.Generic.HashSet<Type>();
        RandomCases.Check(Arbitraries.Recipes(), recipe =>
        {
            seen.UnionWith(recipe.Steps.Map(step => step.Layer.GetType()));
            seen.UnionWith(recipe.Outputs.Map(one => one.Loss.Layer.GetType()));
            return true.ToProperty();
        }, 2000, seed: 1);
        Assert.Empty(LayerCatalog.All.Map(entry => entry.Draw(new Key(1)).Layer.GetType()).Distinct().Filter(type => !seen.Contains(type)).Map(type => type.Name));
    }

    [Fact]
    public void Recipes_build_print_and_shrink_to_recipes_that_build()
    {
        RandomCases.Check(Arbitraries.Recipes(), recipe =>
        {
            foreach (var smaller in RecipeShrinker.Smaller(recipe).Take(40)) Assert.Equal(smaller.Outputs.Count, smaller.Network.OutputShapes.Count);
            return recipe.ToString().Contains("Verify.Case(", StringComparison.Ordinal).ToProperty();
        }, 60, seed: 5);
    }

    [Fact]
    public void A_wrong_layer_in_a_network_shrinks_to_that_layer_alone()
    {
        var wrong = new ElementwiseLayer<PlantedBugs.TanhNotSquared>();
        var values = Arb.From(
            Arbitraries.Recipes().Generator.Select(recipe => recipe with
            {
                Steps = recipe.Steps.Add(new(wrong, LanguageExt.Prelude.Seq1(Shape.Of(3)), LanguageExt.Prelude.Seq1(ValueKind.Real), LanguageExt.Prelude.Seq1(new Source(0)))),
                Outputs = recipe.Outputs.Map(one => one with { From = new(recipe.Inputs.Count + recipe.Steps.Count) }).Strict(),
            }), RecipeShrinker.Smaller);
        Recipe? smallest = null;
        FalsifiedException Fails(string? replay) => Assert.Throws<FalsifiedException>(() => RandomCases.Check(values, recipe =>
        {
            bool holds = AdjointLaw.Adjoint.Check(recipe.Case()).Verdict != Verdict.Fail;
            if (!holds) smallest = recipe;
            return holds.ToProperty();
        }, 100, replay: replay));
        var error = Fails(null);
        output.WriteLine(error.Message);
        Assert.Single(smallest!.Steps);
        Assert.Single(smallest.Outputs);
        Assert.Equal(1, smallest.Batch);
        Assert.Equal(Shape.Of(1), Assert.Single(smallest.Inputs));
        Assert.Contains("ElementwiseLayer<TanhNotSquared>", error.Message, StringComparison.Ordinal);

        // The replay line runs the same case and ends at the same smallest one.
        string line = error.Message.Split("FUNCTIONAL_REPLAY=")[1].Split(' ')[0];
        Assert.Equal(error.Message.Split('\n')[1..^1], Fails(line).Message.Split('\n')[1..^1]);
    }

    private void Hold(Law law, int cases, ulong seed, [CallerMemberName] string test = "")
    {
        int tried = 0, inconclusive = 0;
        string shares = RandomCases.Check(Arbitraries.Recipes(), recipe =>
        {
            var finding = law.Check(recipe.Case());
            tried++;
            if (finding.Verdict == Verdict.Inconclusive) inconclusive++;
            return (finding.Verdict != Verdict.Fail).ToProperty().Label(string.Join('\n', finding.Violations.Take(3).Select(violation => $"{violation}")));
        }, cases, Edges.Of, seed, part: law.Name, test: test);
        output.WriteLine($"{law.Name}: {tried} random networks, {inconclusive} inconclusive\n{shares}");
        // Of one case that is run again alone, this says nothing.
        Assert.True(inconclusive <= Math.Max(1, tried / 100), $"{law.Name} is inconclusive at {inconclusive} of {tried} networks; at most 1 % may be.");
    }

    private static Parameters<double> Named(Network network, LayerCase at)
    {
        double[] numbers = [.. at.Parameters.SelectMany(tensor => tensor.ToArray())];
        return new(network.Layout, Tensor.From<double>([numbers.Length], numbers));
    }
}
