using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties;

/// <summary>Draws recipes: depth, widths, wiring with skips and sharing, inputs, outputs, losses, batch and values, all from a key.</summary>
public static class RecipeMaker
{
    private static readonly Seq<CatalogEntry> s_losses = LayerCatalog.All.Filter(entry => entry.Draw(default).Layer is LossLayer).Strict();

    // Whole numbers do not flow through a network: a table reads them from an input, at its beginning.
    private static readonly Seq<CatalogEntry> s_tables = LayerCatalog.All.Filter(entry => !s_losses.Contains(entry) && IsOfIndices(entry)).Strict();

    private static readonly Seq<CatalogEntry> s_layers = LayerCatalog.All.Filter(entry => !s_losses.Contains(entry) && !s_tables.Contains(entry)).Strict();

    private static readonly Seq<CatalogEntry> s_lossSteps = s_losses.Filter(entry => !IsOfIndices(entry) && !Bends(entry)).Strict();

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
        if (draw.OneIn(4))
        {
            var entry = s_tables[draw.Below(s_tables.Count)];
            var (layer, needs) = entry.Draw(new Key(draw.Bits()));
            steps = Seq1(new RecipeStep(layer, needs.Strict(), entry.Kinds, toSeq(Enumerable.Range(inputs.Count, needs.Count).Select(i => new Source(i))).Strict()));
            inputs = (inputs + needs).Strict();
        }
        var shapes = (inputs.Map(shape => Seq1(shape)) + steps.Map(step => step.Layer.Outputs(step.Needs).ThrowIfFail())).Strict();
        int count = draw.Below(Math.Max(1, size) + 1);
        for (int i = 0; i < count; i++)
        {
            var step = Step(draw, inputs.Count, steps, shapes);
            steps = steps.Add(step);
            shapes = shapes.Add(step.Layer.Outputs(step.Needs).ThrowIfFail());
        }
        var outputs = toSeq(Enumerable.Range(0, draw.OneIn(4) ? 2 + draw.Below(2) : 1).Select(i => Output(draw, i == 0 ? new(shapes.Count - 1) : draw.Source(shapes.Count)))).Strict();
        bool bends = outputs.Exists(output => s_losses.Exists(entry => Bends(entry) && entry.Draw(default).Layer.GetType() == output.Loss.Layer.GetType()));
        var family = draw.OneIn(2) ? ValueFamily.Normal : (ValueFamily)draw.Below(bends ? (int)ValueFamily.Zero + 1 : Enum.GetValues<ValueFamily>().Length);
        return new(inputs, steps, outputs, 1 + draw.Below(4), family, draw.Bits()) { Mode = draw.OneIn(4) ? Mode.Inference : Mode.Train };
    }

    private static RecipeStep Step(Draw draw, int inputs, Seq<RecipeStep> steps, Seq<Seq<Shape>> shapes)
    {
        int choice = draw.Below(8);
        var owners = steps.Map((i, step) => (Step: step, Number: i)).Filter(pair => pair.Step.Shares is null && pair.Step.From.Count == 1 && pair.Step.Layer.OutputCount == 1 && pair.Step.Kinds[0] != ValueKind.Index).ToSeq();
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
        var entries = draw.OneIn(6) ? s_lossSteps : s_layers;
        var entry = entries[draw.Below(entries.Count)];
        var (layer, needs) = entry.Draw(new Key(draw.Bits()));
        return new(layer, needs.Strict(), entry.Kinds, needs.Map(_ => draw.Source(shapes.Count)).Strict());
    }

    private static RecipeOutput Output(Draw draw, Source from)
    {
        var entry = s_losses[draw.Below(s_losses.Count)];
        var (layer, needs) = entry.Draw(new Key(draw.Bits()));
        // The log loss of a softmax's probabilities, as it is meant; others take each number for itself.
        var prediction = entry.Kinds is [ValueKind.Probability, ValueKind.Distribution or ValueKind.OneHot] ? ValueKind.Distribution : entry.Kinds[0];
        var loss = ((LossLayer)layer).Reduced(draw.OneIn(2) ? Reduction.Mean : Reduction.Sum);
        return new(from, loss, prediction, entry.Kinds.Skip(1).ToSeq().Strict()) { Needs = IsOfIndices(entry) ? needs[0] : null };
    }

    private static bool IsOfIndices(CatalogEntry entry) => entry.Kinds.Exists(kind => kind == ValueKind.Index);

    // Where two numbers nearly agree: two values of a network, tiny numbers, or a saturated value and a bound may do so to the last digits, where no step
    // of a difference quotient is small enough to tell a bend from a wrong slope. A prediction and a target of ordinary size do not.
    private static bool Bends(CatalogEntry entry) =>
        entry.Name is "absolute loss" or "huber loss" or "hinge loss" or "smooth absolute loss" or "cosine loss" or "divergence loss";

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
