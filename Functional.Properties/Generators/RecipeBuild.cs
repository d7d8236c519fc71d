using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties;

/// <summary>Makes a pipeline of a recipe.</summary>
internal static class RecipeBuild
{
    public static Pipeline<Seq<Wire>> Pipeline(Recipe recipe)
    {
        var start = Core.Pipeline.Sequence(recipe.Inputs.Map(shape => Layers.Input(shape)))
            .Select(inputs => new Built(inputs.Map(wire => Seq1(wire)).Strict(), Empty));
        return recipe.Steps.Fold(start, (before, step) => before.SelectMany(built => Apply(recipe, built, step)))
            .SelectMany(built => Core.Pipeline.Sequence(recipe.Outputs.Map(output => Adapted(built.At(output.From), output.Needs, output.Prediction))));
    }

    /// <summary>The layers that bring a value to a shape and kind: none where it has them.</summary>
    public static Seq<Layer> Adapters(Shape from, Shape? to, ValueKind kind)
    {
        // What a loss compares is a vector at least.
        to ??= from.Rank == 0 ? Shape.Of(1) : from;
        var layers = Seq<Layer>();
        if (from != to)
        {
            if (from.Rank != 1) layers = layers.Add(Layers.Reshape([from.Size]));
            if (from.Size != to.Size) layers = layers.Add(Layers.Dense(to.Size));
            if (to.Rank != 1) layers = layers.Add(Layers.Reshape(to));
        }
        // What a network computes is never exactly 0 or 1: something between does for masks.
        // Through a tanh, so that probabilities stay well inside (0, 1), where the logarithms of losses that are not fused have slopes.
        return kind switch
        {
            ValueKind.Probability or ValueKind.Positive or ValueKind.Mask => layers.Add(Layers.Tanh()).Add(Layers.Sigmoid()),
            ValueKind.Bounded => layers.Add(Layers.Tanh()),
            ValueKind.Distribution or ValueKind.OneHot => layers.Add(Layers.Tanh()).Add(Layers.Softmax()),
            _ => layers,
        };
    }

    private static Pipeline<Built> Apply(Recipe recipe, Built built, RecipeStep step)
    {
        int number = built.Values.Count - recipe.Inputs.Count;
        var inputs = Core.Pipeline.Sequence(step.From.Map((i, source) => Adapted(built.At(source), step.Needs[i], step.Kinds[i])));
        bool shared = recipe.Steps.Exists(other => other.Shares == number);
        if (step.Shares is { } owner && built.Shared.Find(owner).Case is Func<Wire, Pipeline<Wire>> again)
            return inputs.SelectMany(wires => again(wires[0])).Select(wire => built.With(Seq1(wire)));
        if (!shared) return inputs.SelectMany(step.Layer.OnAll).Select(built.With);
        return
            from wires in inputs
            from use in Layers.Shared(step.Layer)
            from wire in use(wires[0])
            select built.With(Seq1(wire)) with { Shared = built.Shared.AddOrUpdate(number, use) };
    }

    private static Pipeline<Wire> Adapted(Wire wire, Shape? to, ValueKind kind) =>
        Adapters(wire.Shape, to, kind).Fold(Core.Pipeline.Return(wire), (before, layer) => before.Then(layer));

    private sealed record Built(Seq<Seq<Wire>> Values, HashMap<int, Func<Wire, Pipeline<Wire>>> Shared)
    {
        public Wire At(Source source) => Values[source.Index][source.Output % Values[source.Index].Count];

        public Built With(Seq<Wire> outputs) => this with { Values = Values.Add(outputs) };
    }
}
