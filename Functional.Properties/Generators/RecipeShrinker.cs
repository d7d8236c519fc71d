using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties;

/// <summary>Smaller recipes: fewer outputs, steps and inputs, straight wiring, narrower layers, smaller shapes and batch, plain values.</summary>
public static class RecipeShrinker
{
    /// <summary>Every recipe one simplification away, the boldest first.</summary>
    public static IEnumerable<Recipe> Smaller(Recipe recipe)
    {
        var counts = Outputs(recipe).Concat(Half(recipe)).Concat(Enumerable.Range(0, recipe.Steps.Count).Reverse().Select(i => Without(recipe, i))).Concat(Inputs(recipe));
        var sizes = Batch(recipe).Concat(Shapes(recipe)).Concat(Enumerable.Range(0, recipe.Steps.Count).SelectMany(i => Layer(recipe, i)));
        return counts.Concat(sizes).Concat(Values(recipe)).Where(candidate => candidate != recipe);
    }

    private static IEnumerable<Recipe> Outputs(Recipe recipe) => recipe.Outputs.Count == 1 ? [] :
        Enumerable.Range(0, recipe.Outputs.Count).Select(i => recipe with { Outputs = At(recipe.Outputs, i, _ => Empty) });

    // The first half of the steps, and what reads later ones reads the last of them.
    private static IEnumerable<Recipe> Half(Recipe recipe)
    {
        if (recipe.Steps.Count < 4) yield break;
        var half = recipe;
        while (half.Steps.Count > recipe.Steps.Count / 2) half = Without(half, half.Steps.Count - 1);
        yield return half;
    }

    // What read the step reads what the step read; a step that shared its parameters has its own.
    private static Recipe Without(Recipe recipe, int step)
    {
        int gone = recipe.Inputs.Count + step;
        var instead = recipe.Steps[step].From[0];
        Source Moved(Source source) => source.Index == gone ? instead : source.Index > gone ? source with { Index = source.Index - 1 } : source;
        return recipe with
        {
            Steps = recipe.Steps.Map((i, old) => (i, old)).Filter(pair => pair.i != step).Map(pair => pair.old with
            {
                From = pair.old.From.Map(Moved).Strict(),
                Shares = pair.old.Shares == step ? null : pair.old.Shares > step ? pair.old.Shares - 1 : pair.old.Shares,
            }).ToSeq().Strict(),
            Outputs = recipe.Outputs.Map(output => output with { From = Moved(output.From) }).Strict(),
        };
    }

    private static IEnumerable<Recipe> Inputs(Recipe recipe)
    {
        for (int gone = 1; gone < recipe.Inputs.Count; gone++)
        {
            int dropped = gone;
            Source Moved(Source source) => source.Index == dropped ? new(0) : source.Index > dropped ? source with { Index = source.Index - 1 } : source;
            yield return recipe with
            {
                Inputs = At(recipe.Inputs, gone, _ => Empty),
                Steps = recipe.Steps.Map(step => step with { From = step.From.Map(Moved).Strict() }).Strict(),
                Outputs = recipe.Outputs.Map(output => output with { From = Moved(output.From) }).Strict(),
            };
        }
    }

    private static IEnumerable<Recipe> Batch(Recipe recipe) =>
        new[] { 1, recipe.Batch / 2, recipe.Batch - 1 }.Where(batch => batch >= 1 && batch < recipe.Batch).Distinct().Select(batch => recipe with { Batch = batch });

    // A table reads whole numbers as they come, so it follows its input's shape.
    private static IEnumerable<Recipe> Shapes(Recipe recipe) =>
        Enumerable.Range(0, recipe.Inputs.Count).SelectMany(i => ShapeShrinker.Smaller(recipe.Inputs[i]).Select(shape => recipe with
        {
            Inputs = At(recipe.Inputs, i, _ => Seq1(shape)),
            Steps = recipe.Steps.Map(step => step.Reads(i, ValueKind.Index) ? step with { Needs = Seq1(shape) } : step).Strict(),
        }));

    private static IEnumerable<Recipe> Layer(Recipe recipe, int step)
    {
        var old = recipe.Steps[step];
        if (old.Shares is not null) yield return With(old with { Shares = null });
        // What shares its parameters keeps the layer and the shapes of the step that it shares them with.
        foreach (var layer in old.Shares is null ? LayerShrinker.Smaller(old.Layer) : []) yield return With(old with { Layer = layer });
        // All inputs alike, as most layers need them; a layer that does not take the smaller shapes keeps its own.
        foreach (var shapes in (old.Shares is null ? old.Needs : Empty).Bind(shape => toSeq(ShapeShrinker.Smaller(shape)).Map(less => old.Needs.Map(need => need == shape ? less : need).Strict())))
            yield return With(old with { Needs = shapes });
        for (int i = 0; i < old.From.Count; i++)
            if (old.From[i] != new Source(0)) yield return With(old with { From = At(old.From, i, _ => Seq1(new Source(0))) });

        // Those that share the step's parameters follow it. A layer that the shapes do not fit is no smaller recipe but none.
        Recipe With(RecipeStep changed) => changed.Layer.Outputs(changed.Needs).IsFail ? recipe : recipe with
        {
            Steps = recipe.Steps.Map((i, other) => i == step ? changed : other.Shares == step ? other with { Layer = changed.Layer, Needs = changed.Needs } : other).ToSeq().Strict(),
        };
    }

    private static IEnumerable<Recipe> Values(Recipe recipe)
    {
        if (recipe.Mode != Mode.Train) yield return recipe with { Mode = Mode.Train };
        if (recipe.Family != ValueFamily.Normal) yield return recipe with { Family = ValueFamily.Normal };
        if (recipe.Seed > 9)
            for (ulong seed = 0; seed < 3; seed++) yield return recipe with { Seed = seed };
    }

    private static Seq<A> At<A>(Seq<A> items, int place, Func<A, Seq<A>> change) => items.Map((i, item) => i == place ? change(item) : Seq1(item)).Bind(some => some).ToSeq().Strict();
}

/// <summary>Smaller shapes: a vector in place of more axes; each size alone, to 1, to half, by one.</summary>
public static class ShapeShrinker
{
    /// <summary>Every shape one simplification away.</summary>
    public static IEnumerable<Shape> Smaller(Shape shape) => (shape.Rank > 1 ? [Shape.Of(shape[0])] : Enumerable.Empty<Shape>()).Concat(
        Enumerable.Range(0, shape.Rank).SelectMany(axis => new[] { 1, shape[axis] / 2, shape[axis] - 1 }
            .Where(size => size >= 1 && size < shape[axis]).Distinct().Select(size => shape.With(axis, size))));
}

/// <summary>Simpler layers: the parts of a line, what is inside a residual, fewer units.</summary>
public static class LayerShrinker
{
    /// <summary>Every layer one simplification away.</summary>
    public static IEnumerable<Layer> Smaller(Layer layer) => layer switch
    {
        ChainLayer { Parts.Count: > 1 } chain => chain.Parts.AsEnumerable().Concat(Enumerable.Range(0, chain.Parts.Count)
            .SelectMany(i => Smaller(chain.Parts[i]).Select(part => chain with { Parts = chain.Parts.Map((j, old) => i == j ? part : old).ToSeq().Strict() }))),
        ResidualLayer residual => [residual.Inner, .. Smaller(residual.Inner).Select(inner => residual with { Inner = inner })],
        DenseLayer { Units: > 1 } dense => [dense with { Units = 1 }, dense with { Units = dense.Units - 1 }],
        DenseLayer { Bias: true } dense => [dense with { Bias = false }],
        _ => [],
    };
}
