using System.Runtime.CompilerServices;
using Functional.Core;
using LanguageExt;
using Xunit;

namespace Functional.Properties.Tests.Flagship;

/// <summary>The C# that recipes print builds their networks again: the text of an expression and what it gives are compared with a recipe's.</summary>
public class RecipeCodeTests
{
    [Fact]
    public void What_a_recipe_prints_compiles_and_builds_its_network()
    {
        var (three, two) = (Shape.Of(3), Shape.Of(2));
        var recipe = new Recipe(
            Prelude.Seq(three, Shape.Of(1, 2)),
            Prelude.Seq(
                new RecipeStep(Layers.Dense(3), Prelude.Seq1(three), Prelude.Seq1(ValueKind.Real), Prelude.Seq1(new Source(0))),
                new RecipeStep(Layers.Dense(3), Prelude.Seq1(three), Prelude.Seq1(ValueKind.Real), Prelude.Seq1(new Source(2))) { Shares = 0 },
                new RecipeStep(Layers.Split(1, 2), Prelude.Seq1(three), Prelude.Seq1(ValueKind.Real), Prelude.Seq1(new Source(3))),
                new RecipeStep(Layers.Multiply(), Prelude.Seq(two, two), Prelude.Seq(ValueKind.Real, ValueKind.Real), Prelude.Seq(new Source(1), new Source(4, 1)))),
            Prelude.Seq1(new RecipeOutput(new Source(5), Losses.LogLoss(), ValueKind.Distribution, Prelude.Seq1(ValueKind.Distribution))), 2, ValueFamily.Normal, 1);
        Prints(recipe, (
            from x1 in Layers.Input(3)
            from x2 in Layers.Input(1, 2)
            from use1 in Layers.Shared(new DenseLayer(3))
            from v1 in use1(x1)
            from v2 in use1(v1)
            from v3 in new SplitLayer(LanguageExt.Prelude.Seq<Int32>(1, 2), 0).OnAll(LanguageExt.Prelude.Seq1(v2))
            from x2_ in new ReshapeLayer(Shape.Of(2)).On(x2)
            from v4 in new MultiplyLayer().On(x2_, v3[1])
            from v4_ in new ElementwiseLayer<TanhFunction>().On(v4)
            from v4__ in new SoftmaxLayer().On(v4_)
            select LanguageExt.Prelude.Seq1(v4__)).Build().ToFin().ThrowIfFail());
        Assert.Equal(Verdict.Pass, GradientLaw.Numerical.Check(recipe.Case()).Verdict);
    }

    [Fact]
    public void A_network_within_a_network_is_printed_layer_by_layer()
    {
        var inner = (
            from x in Layers.Input(2)
            from twice in Layers.Shared(Layers.Dense(2))
            from a in twice(x)
            from b in twice(a)
            from sum in Layers.Add(x, b)
            select sum).Build().ToFin().ThrowIfFail();
        Prints(inner, (
            from x1 in Layers.Input(2)
            from use1 in Layers.Shared(new DenseLayer(2))
            from v1 in use1(x1)
            from v2 in use1(v1)
            from v3 in new AddLayer().On(x1, v2)
            select LanguageExt.Prelude.Seq1(v3)).Build().ToFin().ThrowIfFail());
    }

    private static void Prints(Network network, Network again, [CallerArgumentExpression(nameof(again))] string code = "")
    {
        static string Words(string text) => string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)));
        Assert.Equal(Words(code), Words(CSharpCode.Of(network)));
        Assert.Equal(network.Layout, again.Layout);
        Assert.Equal(network.Nodes.Map(node => node.Layer with { Name = null }), again.Nodes.Map(node => node.Layer with { Name = null }));
    }

    private static void Prints(Recipe recipe, Network network, [CallerArgumentExpression(nameof(network))] string code = "")
    {
        static string[] Lines(string text) => [.. text.Split('\n').Select(line => line.Trim())];
        Assert.Equal(Lines($"var network = {code};"), Lines(recipe.ToString()).TakeWhile(line => !line.StartsWith("var combined", StringComparison.Ordinal)));
        Assert.Equal(recipe.Network, network);
    }
}
