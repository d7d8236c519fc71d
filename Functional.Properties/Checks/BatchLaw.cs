using Functional.Core;

namespace Functional.Properties;

/// <summary>
/// What a batch is: examples side by side. In training, layers that mix examples on purpose and say so (<see cref="Layer.MixesExamples"/>) are exempt from
/// additivity and independence, and layers that draw at random, which may draw by an example's place, from all three.
/// </summary>
public static class BatchLaw
{
    /// <summary>δw of a batch is the sum of the δw of its examples.</summary>
    public static Law Additive { get; } = new("batch additivity", "the parameter gradient of a batch is the sum of its examples'", CheckAdditive);

    /// <summary>Each example's outputs and δx are those that it has alone.</summary>
    public static Law Independent { get; } = new("batch independence", "an example's outputs and input gradients are those that it has alone", CheckIndependent);

    /// <summary>Examples in another order give outputs and δx in that order, and the same δw and the same new state.</summary>
    public static Law Permuted { get; } = new("batch order", "examples in another order give the same results in that order", CheckPermuted);

    private static Finding CheckAdditive(LayerCase at)
    {
        if (at.Batch < 2 || at.Parameters.Count == 0 || Mixes(at) || Probe.IsRandom(at)) return Finding.Exempt;
        var u = Probe.Draw(at.Key.For("u"), Probe.Forward(at, at.Inputs, at.Parameters).Outputs);
        var whole = Probe.Both(at, u).Backward.Parameters;
        var parts = Enumerable.Range(0, at.Batch).Select(i => Probe.Both(at with { Inputs = Probe.Example(at.Inputs, i) }, Probe.Example(u, i)).Backward.Parameters).ToArray();
        return Finding.Of(Probe.Entries(at).Where(entry => !entry.IsInput).SelectMany(entry => Enumerable.Range(0, whole[entry.Place].Size).Select(j =>
        {
            double[] terms = [.. parts.Select(part => part[entry.Place].Span[j])];
            double sum = terms.Sum(), actual = whole[entry.Place].Span[j];
            double allowed = 1e-11 * (terms.Sum(Math.Abs) + Math.Abs(actual)) + Probe.Floor(u);
            return !double.IsFinite(sum) || Math.Abs(sum - actual) <= allowed
                ? null
                : new Violation(Additive.Name, Additive.Statement, $"{entry.Name}, {Probe.Index(entry.Tensor.Shape, j)}", sum, actual, allowed, Hint(terms, sum, actual));
        })).OfType<Violation>().Take(1));
    }

    private static string? Hint(double[] terms, double sum, double actual)
    {
        int n = terms.Length, alone = Array.FindIndex(terms, term => Math.Abs(term - actual) <= 1e-9 * Math.Abs(actual));
        if (alone >= 0 && actual != 0) return $"over a batch of {n} it is the gradient of example {alone} alone: δw of a batch is the sum over its examples";
        return Math.Abs(actual * n - sum) <= 1e-9 * Math.Abs(sum) ? $"over a batch of {n} it is the mean of its examples' gradients, where the sum is due" : null;
    }

    private static Finding CheckIndependent(LayerCase at)
    {
        if (at.Batch < 2 || Mixes(at) || Probe.IsRandom(at)) return Finding.Exempt;
        var forward = Probe.Forward(at, at.Inputs, at.Parameters);
        var u = Probe.Draw(at.Key.For("u"), forward.Outputs);
        var back = Probe.Backward(at, forward.Saved, u);
        return Finding.Of(Enumerable.Range(0, at.Batch).SelectMany(i =>
        {
            var (alone, aloneBack) = Probe.Both(at with { Inputs = Probe.Example(at.Inputs, i) }, Probe.Example(u, i));
            return Compare.Rounded(Independent, $"example {i}, output", alone.Outputs, Probe.Example(forward.Outputs, i))
                .Concat(Compare.Rounded(Independent, $"example {i}, gradient of input", aloneBack.Inputs, Probe.Example(back.Inputs, i)));
        }).Take(1));
    }

    private static Finding CheckPermuted(LayerCase at)
    {
        if (at.Batch < 2 || Probe.IsRandom(at)) return Finding.Exempt;
        // Never the order that is there already.
        int[] order = [.. Enumerable.Range(1, at.Batch - 1), 0];
        Tensors<double> Reordered(Tensors<double> batch) => [.. batch.Select(tensor => tensor.Gather(order))];
        var forward = Probe.Forward(at, at.Inputs, at.Parameters);
        var u = Probe.Draw(at.Key.For("u"), forward.Outputs);
        var back = Probe.Backward(at, forward.Saved, u);
        var (other, otherBack) = Probe.Both(at with { Inputs = Reordered(at.Inputs) }, Reordered(u));
        return Finding.Of(Compare.Rounded(Permuted, "output", Reordered(forward.Outputs), other.Outputs)
            .Concat(Compare.Rounded(Permuted, "new state", forward.State, other.State))
            .Concat(Compare.Rounded(Permuted, "gradient of input", Reordered(back.Inputs), otherBack.Inputs))
            .Concat(Compare.Rounded(Permuted, "gradient of parameter", back.Parameters, otherBack.Parameters, floor: Sizes(at, u))).Take(1));
    }

    // Sums over the batch in another order round differently by the size of their terms, which may cancel.
    private static double Sizes(LayerCase at, Tensors<double> u) => 1e-15 + Probe.Floor(u) * Math.Max(1, at.Inputs.Max(Compare.Largest));

    private static bool Mixes(LayerCase at) => at.Layer.MixesExamples && at.Mode == Mode.Train;
}
