using FsCheck;
using FsCheck.Fluent;
using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties;

/// <summary>
/// Generators with shrinkers for FsCheck. Values come in families made on purpose (<see cref="ValueFamily"/>): no NaN and no infinity,
/// which FsCheck's own <c>double</c> gives one time in eight.
/// </summary>
public static class Arbitraries
{
    /// <summary>Keys; they shrink to small seeds.</summary>
    public static Arbitrary<Key> Keys() => Arb.From(
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        select new Key((ulong)(uint)high << 32 | (uint)low),
        key => key.Seed == 0 ? [] : new ulong[] { 0, key.Seed / 2, key.Seed - 1 }.Distinct().Select(seed => new Key(seed)));

    /// <summary>Shapes of one example, of rank 1 to 3, width 1 one time in five; they shrink to [1].</summary>
    public static Arbitrary<Shape> Shapes() => Arb.From(
        from rank in Gen.Frequency((4, Gen.Constant(1)), (2, Gen.Constant(2)), (1, Gen.Constant(3)))
        from sizes in Gen.ArrayOf(Gen.Choose(1, 5), rank)
        select Shape.Of(sizes),
        ShapeShrinker.Smaller);

    /// <summary>Families of values; they shrink to the normal one.</summary>
    public static Arbitrary<ValueFamily> Families() =>
        Arb.From(Gen.Elements(Enum.GetValues<ValueFamily>()), family => family == ValueFamily.Normal ? [] : [ValueFamily.Normal]);

    /// <summary>Tensors of a kind of values, all families alike; they shrink to fewer examples and rounder numbers.</summary>
    /// <param name="shape">The shape of one example.</param>
    /// <param name="kind">What values it may hold.</param>
    public static Arbitrary<Tensor<double>> Tensors(Shape shape, ValueKind kind = ValueKind.Real) => Arb.From(
        from key in Keys().Generator
        from family in Families().Generator
        from batch in Gen.Choose(1, 4)
        select CaseMaker.Values(key, shape.Batched(batch), family, kind),
        tensor => TensorShrinker.Smaller(tensor, kind));

    /// <summary>A batch of examples for inputs and targets of these shapes and kinds; it shrinks to fewer examples.</summary>
    public static Arbitrary<Batch<double>> Batches(Seq<(Shape Shape, ValueKind Kind)> inputs, Seq<(Shape Shape, ValueKind Kind)> targets) => Arb.From(
        from key in Keys().Generator
        from family in Families().Generator
        from size in Gen.Choose(1, 4)
        select new Batch<double>(Draw(key.For("inputs"), inputs, size, family), Draw(key.For("targets"), targets, size, family)),
        batch => batch.Size == 1 ? [] : Enumerable.Range(0, batch.Size)
            .Select(gone => batch.Gather(Enumerable.Range(0, batch.Size).Where(i => i != gone).ToArray())));

    /// <summary>Layers and losses of the catalog at random settings, shapes, batches and values; they shrink as the reports' cases do.</summary>
    public static Arbitrary<LayerCase> LayerCases() => Arb.From(
        from entry in Gen.Elements(LayerCatalog.All.ToArray())
        from key in Keys().Generator
        select entry.Case(key),
        CaseShrinker.Smaller);

    /// <summary>Losses of the catalog at predictions and targets of the kinds that they are made for; they shrink as the reports' cases do.</summary>
    public static Arbitrary<LayerCase> LossCases() => Arb.From(
        from entry in Gen.Elements(LayerCatalog.All.Filter(entry => entry.Draw(default).Layer is LossLayer).ToArray())
        from key in Keys().Generator
        select entry.Case(key),
        CaseShrinker.Smaller);

    /// <summary>Straight lines of one to four layers; they shrink to their parts.</summary>
    public static Arbitrary<Layer> Lines() => Arb.From(
        from length in Gen.Choose(1, 4)
        from layers in Gen.ArrayOf(Gen.OneOf(
            Gen.Choose(1, 5).Select(units => Layers.Dense(units)),
            Gen.Choose(1, 5).Select(units => Layers.Dense(units, bias: false)),
            Gen.Elements(Layers.Sigmoid(), Layers.Tanh(), Layers.Relu(), Layers.Softmax(), Layers.LogSoftmax()),
            Gen.Choose(1, 5).Select(units => Layers.Residual(Layers.Dense(units)))), length)
        select Fitting(layers),
        LayerShrinker.Smaller);

    /// <summary>Whole random networks with losses, inputs and targets; they shrink to the smallest network that still fails.</summary>
    public static Arbitrary<Recipe> Recipes() => Arb.From(
        Gen.Sized(size => Keys().Generator.Select(key => RecipeMaker.Make(key, 1 + size / 12))),
        RecipeShrinker.Smaller);

    /// <summary>
    /// The pipelines of random whole networks, with skips and sharing. They are functions, which nobody can look into: where failures shall shrink and print
    /// themselves, take <see cref="Recipes"/> and their <see cref="Recipe.Pipeline"/>.
    /// </summary>
    public static Arbitrary<Pipeline<Seq<Wire>>> Pipelines() => Arb.From(Recipes().Generator.Select(recipe => recipe.Pipeline));

    private static Tensors<double> Draw(Key key, Seq<(Shape Shape, ValueKind Kind)> wanted, int size, ValueFamily family) =>
        [.. wanted.Select((one, i) => CaseMaker.Values(key.Split((ulong)i), one.Shape.Batched(size), family, one.Kind))];

    // A residual gives the size that it gets only where its last layer does.
    private static Layer Fitting(Layer[] layers)
    {
        var line = Layers.Identity();
        int width = 3;
        foreach (var layer in layers)
        {
            var next = layer is ResidualLayer ? Layers.Residual(Layers.Dense(width)) : layer;
            if (next is DenseLayer dense) width = dense.Units;
            line = layers[0] is ResidualLayer && ReferenceEquals(layer, layers[0]) ? Layers.Dense(width) >> next : line >> next;
        }
        return line;
    }
}

/// <summary>Simpler tensors: fewer examples, rounder numbers, zeros.</summary>
public static class TensorShrinker
{
    /// <summary>Every tensor one simplification away that is still of the kind.</summary>
    public static IEnumerable<Tensor<double>> Smaller(Tensor<double> tensor, ValueKind kind = ValueKind.Real)
    {
        for (int i = 0; tensor.Batch > 1 && i < tensor.Batch; i++)
        {
            int gone = i;
            yield return tensor.Gather([.. Enumerable.Range(0, tensor.Batch).Where(j => j != gone)]);
        }
        if (kind != ValueKind.Real) yield break;
        foreach (var rounder in new Func<double, double>[] { Math.Round, x => Math.Round(x, 1) })
            if (tensor.Map(rounder) is var round && round != tensor) yield return round;
        for (int i = 0; i < tensor.Size; i++)
        {
            int place = 0, wanted = i;
            if (tensor.Span[i] != 0) yield return tensor.Map(x => place++ == wanted ? 0 : x);
        }
    }
}
