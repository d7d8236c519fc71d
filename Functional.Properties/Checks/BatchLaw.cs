using Functional.Core;

namespace Functional.Properties;

/// <summary>What a batch is: examples side by side. Layers that mix examples in training on purpose say so (<see cref="Layer.MixesExamples"/>).</summary>
public static class BatchLaw
{
    /// <summary>δw of a batch is the sum of the δw of its examples.</summary>
    public static Law Additive { get; } = new("batch additivity", "the parameter gradient of a batch is the sum of its examples'", CheckAdditive);

    /// <summary>Each example's outputs and δx are those that it has alone, so the order of the batch does not matter either.</summary>
    public static Law Independent { get; } = new("batch independence", "an example's outputs and input gradients are those that it has alone", CheckIndependent);

    private static Finding CheckAdditive(LayerCase at)
    {
        if (at.Batch < 2 || at.Parameters.Count == 0 || Exempt(at)) return Finding.Pass;
        var u = Probe.Draw(at.Key.For("u"), Probe.Forward(at, at.Inputs, at.Parameters).Outputs);
        var whole = Probe.Both(at, u).Backward.Parameters;
        var parts = Enumerable.Range(0, at.Batch).Select(i => Probe.Both(at with { Inputs = One(at.Inputs, i) }, One(u, i)).Backward.Parameters).ToArray();
        var names = at.Layer.Parameters(at.InputShapes).Map(parameter => $"parameter '{parameter.Name}'").ToArray();
        return Finding.Of(names.SelectMany((name, p) => Enumerable.Range(0, whole[p].Size).Select(j =>
        {
            double sum = parts.Sum(part => part[p].Span[j]), scale = parts.Sum(part => Math.Abs(part[p].Span[j])), actual = whole[p].Span[j];
            if (!double.IsFinite(sum) || Math.Abs(sum - actual) <= 1e-11 * (scale + Math.Abs(actual)) + Probe.Floor(u)) return null;
            int alone = Array.FindIndex(parts, part => Math.Abs(part[p].Span[j] - actual) <= 1e-9 * Math.Abs(actual));
            string? hint = alone >= 0 && actual != 0
                ? $"over a batch of {at.Batch} it is the gradient of example {alone} alone: δw of a batch is the sum over its examples"
                : Math.Abs(actual * at.Batch - sum) <= 1e-9 * Math.Abs(sum) ? $"over a batch of {at.Batch} it is the mean of its examples' gradients, where the sum is due" : null;
            return new Violation(Additive.Name, Additive.Statement, $"{name}, element {j}", sum, actual, 1e-11 * scale, hint);
        })).OfType<Violation>().Take(1));
    }

    private static Finding CheckIndependent(LayerCase at)
    {
        if (at.Batch < 2 || Exempt(at)) return Finding.Pass;
        var forward = Probe.Forward(at, at.Inputs, at.Parameters);
        var u = Probe.Draw(at.Key.For("u"), forward.Outputs);
        var back = Probe.Backward(at, forward.Saved, u);
        return Finding.Of(Enumerable.Range(0, at.Batch).SelectMany(i =>
        {
            var (alone, aloneBack) = Probe.Both(at with { Inputs = One(at.Inputs, i) }, One(u, i));
            return Differences($"example {i}, output", alone.Outputs, One(forward.Outputs, i))
                .Concat(Differences($"example {i}, gradient of input", aloneBack.Inputs, One(back.Inputs, i)));
        }).Take(1));
    }

    private static IEnumerable<Violation> Differences(string where, Tensors<double> expected, Tensors<double> actual)
    {
        for (int t = 0; t < expected.Count; t++)
        {
            double largest = expected[t].ToArray().Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
            for (int j = 0; j < expected[t].Size; j++)
            {
                double e = expected[t].Span[j], a = actual[t].Span[j];
                if (!e.Equals(a) && !(Math.Abs(e - a) <= 1e-11 * largest + 1e-15))
                    yield return new(Independent.Name, Independent.Statement, $"{where} {t + 1}, element {j}", e, a, 1e-11 * largest);
            }
        }
    }

    private static bool Exempt(LayerCase at) => at.Layer.MixesExamples && at.Mode == Mode.Train;

    private static Tensors<double> One(Tensors<double> batch, int example) => [.. batch.Select(tensor => tensor.Slice(example, 1))];
}
