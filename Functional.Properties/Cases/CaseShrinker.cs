using Functional.Core;
using LanguageExt;

namespace Functional.Properties;

/// <summary>Makes a failing case smaller while it keeps failing: fewer examples, smaller shapes, rounder numbers.</summary>
internal static class CaseShrinker
{
    // A bound on the work, for layers that take their time.
    private const int MostTrials = 1500;

    public static LayerCase Smallest(LayerCase at, Func<LayerCase, bool> fails)
    {
        int trials = 0;
        for (bool smaller = true; smaller;)
        {
            smaller = false;
            foreach (var candidate in Smaller(at))
            {
                if (trials++ >= MostTrials) return at;
                if (!fails(candidate)) continue;
                (at, smaller) = (candidate, true);
                break;
            }
        }
        return at;
    }

    /// <summary>Every case one simplification away.</summary>
    public static IEnumerable<LayerCase> Smaller(LayerCase at) => Batches(at).Concat(Shapes(at)).Concat(Values(at));

    private static IEnumerable<LayerCase> Batches(LayerCase at) => at.Batch == 1 ? [] : Enumerable.Range(0, at.Batch).Select(skip =>
    {
        int[] rest = [.. Enumerable.Range(0, at.Batch).Where(i => i != skip)];
        return at with { Inputs = [.. at.Inputs.Select(input => input.Gather(rest))] };
    });

    // Every axis of one size together, so that shapes that have to agree still do; then each axis alone.
    private static IEnumerable<LayerCase> Shapes(LayerCase at)
    {
        var shapes = at.InputShapes;
        Seq<Shape> With(Func<Shape, int, Shape> changed) => Prelude.toSeq(shapes.Select(changed)).Strict();
        var together = shapes.SelectMany(shape => shape).Where(size => size > 1).Distinct()
            .SelectMany(size => Below(size).Select(less => With((shape, _) => Shape.Of([.. shape.Select(old => old == size ? less : old)]))));
        var alone = shapes.SelectMany((shape, i) => Enumerable.Range(0, shape.Rank)
            .SelectMany(axis => Below(shape[axis]).Select(less => With((old, j) => j == i ? old.With(axis, less) : old))));
        foreach (var candidate in together.Concat(alone))
            if (at.Layer.Outputs(candidate).IsSucc
                && Cropped(at.Inputs, candidate.Map(shape => shape.Batched(at.Batch))) is { } inputs
                && Cropped(at.Parameters, at.Layer.Parameters(candidate).Map(parameter => parameter.Shape)) is { } parameters
                && Cropped(at.State, at.Layer.States(candidate).Map(state => state.Shape)) is { } state)
                yield return at with { Inputs = inputs, Parameters = parameters, State = state };
    }

    private static IEnumerable<int> Below(int size) => new[] { 1, size / 2, size - 1 }.Where(less => less > 0 && less < size).Distinct();

    private static Tensors<double>? Cropped(Tensors<double> tensors, Seq<Shape> shapes) =>
        tensors.Count == shapes.Count && tensors.Zip(shapes).All(pair => pair.Item1.Shape.Rank == pair.Item2.Rank && pair.Item1.Shape.Zip(pair.Item2).All(sizes => sizes.Item2 <= sizes.Item1))
            ? [.. tensors.Zip(shapes, (tensor, shape) => Tensor.Build<double>(shape, index => tensor[index]))]
            : null;

    // Adding 0 turns −0 into 0. What fails at 0.5 is easier to read than at 0.4719623…: whole tensors first, then single numbers.
    private static IEnumerable<LayerCase> Values(LayerCase at)
    {
        foreach (var simpler in new Func<double, double>[] { x => Math.Round(x) + 0.0, x => Math.Round(x, 1) + 0.0 })
        {
            for (int t = 0; t < at.Inputs.Count; t++)
                if (Changed(at.Inputs, t, simpler) is { } inputs) yield return at with { Inputs = inputs };
            for (int t = 0; t < at.Parameters.Count; t++)
                if (Changed(at.Parameters, t, simpler) is { } parameters) yield return at with { Parameters = parameters };
        }
        foreach (double value in new[] { 0.0, 1 })
            for (int t = 0; t < at.Inputs.Count; t++)
                for (int i = 0; i < Math.Min(16, at.Inputs[t].Size); i++)
                {
                    int place = 0, wanted = i;
                    if (at.Inputs[t].Span[i] is not (0 or 1) && Changed(at.Inputs, t, x => place++ == wanted ? value : x) is { } inputs) yield return at with { Inputs = inputs };
                }
    }

    // Numbers that are all positive, or all between 0 and 1, may have to be: they stay so. Null where nothing would change or that would not hold.
    private static Tensors<double>? Changed(Tensors<double> tensors, int place, Func<double, double> simpler)
    {
        var old = tensors[place];
        double[] before = old.ToArray();
        var changed = old.Map(simpler);
        double[] after = changed.ToArray();
        if (before.SequenceEqual(after)) return null;
        if (before.All(x => x > 0) && !after.All(x => x > 0)) return null;
        if (before.All(x => x is > 0 and < 1) && !after.All(x => x < 1)) return null;
        return [.. tensors.Select((tensor, i) => i == place ? changed : tensor)];
    }
}
