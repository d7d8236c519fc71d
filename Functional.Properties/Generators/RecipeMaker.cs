using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties;

/// <summary>Draws recipes: depth, widths, wiring with skips and sharing, inputs, outputs, losses, batch and values, all from a key.</summary>
public static class RecipeMaker
{
    // Left out are layers of whole numbers, as none flow through a network; losses that bend where two numbers nearly agree, since with tiny numbers
    // no step of a difference quotient is small enough to tell such a bend from a wrong slope; and a loss that hands the rounding of saturated layers
    // on at full size.
    private static readonly Seq<CatalogEntry> s_entries = LayerCatalog.All.Filter(entry =>
        entry.Kinds.ForAll(kind => kind != ValueKind.Index)
        && entry.Name is not ("absolute loss" or "huber loss" or "smooth absolute loss" or "cosine loss" or "triplet loss" or "divergence loss")).Strict();

    private static readonly Seq<CatalogEntry> s_layers = s_entries.Filter(entry => entry.Draw(default).Layer is not LossLayer).Strict();

    private static readonly Seq<CatalogEntry> s_losses = s_entries.Filter(entry => entry.Draw(default).Layer is LossLayer && entry.Kinds.Count == 2).Strict();

    // Layers that make networks as people write them; the rest of the catalog comes in between.
    private static readonly Seq<Func<Shape, int, Layer>> s_common = Seq<Func<Shape, int, Layer>>(
        (_, units) => Layers.Dense(units), (_, units) => Layers.Dense(units) >> Layers.Tanh(), (_, _) => Layers.Sigmoid(), (_, _) => Layers.Relu(),
        (shape, _) => Layers.Residual(Layers.Dense(shape[-1]) >> Layers.Tanh()), (shape, units) => Layers.Residual(Layers.Dense(units) >> Layers.Sigmoid() >> Layers.Dense(shape[-1])));

    /// <summary>A recipe of up to <paramref name="size"/> steps.</summary>
    public static Recipe Make(Key key, int size)
    {
        var draw = new Draw(key);
        var inputs = toSeq(Enumerable.Range(0, 1 + draw.Below(3)).Select(_ => draw.OneIn(6) ? Shape.Of(1 + draw.Below(3), 1 + draw.Below(3)) : Shape.Of(1 + draw.Below(5)))).Strict();
        var steps = Seq<RecipeStep>();
        var shapes = inputs.Map(shape => Seq1(shape)).Strict();
        int count = draw.Below(Math.Max(1, size) + 1);
        for (int i = 0; i < count; i++)
        {
            var step = Step(draw, inputs.Count, steps, shapes);
            steps = steps.Add(step);
            shapes = shapes.Add(step.Layer.Outputs(step.Needs).ThrowIfFail());
        }
        var outputs = toSeq(Enumerable.Range(0, draw.OneIn(4) ? 2 + draw.Below(2) : 1).Select(i => Output(draw, i == 0 ? new(shapes.Count - 1) : draw.Source(shapes.Count)))).Strict();
        var family = draw.OneIn(2) ? ValueFamily.Normal : (ValueFamily)draw.Below(Enum.GetValues<ValueFamily>().Length);
        return new(inputs, steps, outputs, 1 + draw.Below(4), family, draw.Bits());
    }

    private static RecipeStep Step(Draw draw, int inputs, Seq<RecipeStep> steps, Seq<Seq<Shape>> shapes)
    {
        int choice = draw.Below(8);
        var owners = steps.Map((i, step) => (Step: step, Number: i)).Filter(pair => pair.Step.Shares is null && pair.Step.From.Count == 1 && pair.Step.Layer.OutputCount == 1).ToSeq();
        if (choice == 0 && !owners.IsEmpty)
        {
            var (owner, number) = owners[draw.Below(owners.Count)];
            return owner with { From = Seq1(draw.Source(shapes.Count)), Shares = number };
        }
        if (choice < 5)
        {
            var from = draw.Source(shapes.Count);
            var shape = shapes[from.Index][from.Output % shapes[from.Index].Count];
            if (shape.Rank == 0) shape = Shape.Of(1);
            return new(s_common[draw.Below(s_common.Count)](shape, 1 + draw.Below(5)), Seq1(shape), Seq1(ValueKind.Real), Seq1(from));
        }
        var entries = draw.OneIn(6) ? s_losses : s_layers;
        var entry = entries[draw.Below(entries.Count)];
        var (layer, needs) = entry.Draw(new Key(draw.Bits()));
        return new(layer, needs.Strict(), entry.Kinds, needs.Map(_ => draw.Source(shapes.Count)).Strict());
    }

    private static RecipeOutput Output(Draw draw, Source from)
    {
        var entry = s_losses[draw.Below(s_losses.Count)];
        var layer = (LossLayer)entry.Draw(default).Layer;
        // The log loss of a softmax's probabilities, as it is meant; others take each number for itself.
        var prediction = entry.Kinds is [ValueKind.Probability, ValueKind.Distribution] ? ValueKind.Distribution : entry.Kinds[0];
        return new(from, layer.Reduced(draw.OneIn(2) ? Reduction.Mean : Reduction.Sum), prediction, entry.Kinds[1]);
    }

    // The numbers of a key, one after another.
    private sealed class Draw(Key key)
    {
        private ulong _place;

        public int Below(int bound) => key.Below(bound, _place++);

        public ulong Bits() => key.Bits(_place++);

        public bool OneIn(int count) => Below(count) == 0;

        // Mostly what was made last, so that networks are deep; else any, which makes skips.
        public Source Source(int count) => new(OneIn(2) ? count - 1 : Below(count), Below(4));
    }
}
