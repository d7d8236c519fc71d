using Functional.Core;

namespace Functional.Properties;

/// <summary>What a wrong gradient looks like when one of the usual mistakes made it.</summary>
internal static class Hints
{
    /// <summary>A sentence about a wrong gradient tensor, or <c>null</c> where nothing typical fits.</summary>
    /// <param name="at">The case.</param>
    /// <param name="u">δy.</param>
    /// <param name="entry">Which input or parameter.</param>
    /// <param name="expected">The whole gradient as differences give it.</param>
    /// <param name="actual">The whole gradient as backward gives it.</param>
    /// <param name="wrong">The elements that are wrong.</param>
    public static string? ForGradient(LayerCase at, Tensors<double> u, Entry entry, double[] expected, Tensor<double> actual, List<int> wrong)
    {
        int n = at.Batch;
        double[] given = actual.ToArray();
        string name = $"the gradient of {entry.Name}";
        if (given.Any(double.IsNaN)) return $"{name} is NaN: is there memory that was not written, or a 0 / 0?";
        if (n > 1 && !entry.IsInput && OneExample(at, u, entry, given) is { } example)
            return $"{name} over a batch of {n} is that of example {example} alone: δw of a batch is the sum over its examples";
        if (given.All(number => number == 0)) return $"{name} is 0 everywhere: was it left out, or not written?";
        if (Same(given, expected, -1)) return $"{name} has the wrong sign";
        if (n > 1 && Same(given, expected, 1.0 / n))
            return entry.IsInput
                ? $"{name} is 1/{n} of what is due over a batch of {n}: δx of an example does not depend on how many others there are"
                : $"{name} over a batch of {n} is the mean of its examples' gradients: δw of a batch is the sum over its examples";
        if (Ratio(given, expected) is { } ratio && Same(given, expected, ratio))
            return FormattableString.Invariant($"{name} is {ratio:G6} times what is due, everywhere{(Math.Abs(ratio - 2) < 1e-6 ? ": is it added to something that already held it?" : "")}");
        if (Transposed(entry, expected) is { } transposed && Same(given, transposed, 1)) return $"{name} is the transpose of what is due";
        return Pattern(entry, given.Length, wrong) is { } pattern ? $"{name} is wrong {pattern}" : null;
    }

    // Which elements are wrong says what they have in common.
    private static string? Pattern(Entry entry, int size, List<int> wrong)
    {
        // Of a few elements, some are always the last or the negative ones.
        if (wrong.Count == size || size < 4) return null;
        double[] values = entry.Tensor.ToArray();
        if (entry.IsInput && wrong.All(i => values[i] < 0) && !values.Where((value, i) => value < 0 && !wrong.Contains(i)).Any()) return "exactly where its value is negative";
        if (wrong.Count == 1 && wrong[0] == size - 1) return "in its last element only: does a loop end too early?";
        if (wrong.Count == 1 && wrong[0] == 0) return "in its first element only: does a loop begin too late?";
        return null;
    }

    // The example may have a gradient of 0 itself; that another has one that is not is what tells it from a gradient left out.
    private static int? OneExample(LayerCase at, Tensors<double> u, Entry entry, double[] actual)
    {
        double[][] alone = [.. Enumerable.Range(0, at.Batch).Select(i =>
            Probe.Both(at with { Inputs = Probe.Example(at.Inputs, i) }, Probe.Example(u, i)).Backward.Parameters[entry.Place].ToArray())];
        double largest = alone.Max(gradient => gradient.Max(Math.Abs));
        int found = Array.FindIndex(alone, gradient => gradient.Zip(actual).All(pair => Math.Abs(pair.Item1 - pair.Item2) <= 1e-6 * largest));
        return found >= 0 && largest > 0 ? found : null;
    }

    private static double[]? Transposed(Entry entry, double[] gradient)
    {
        var shape = entry.IsInput ? entry.Tensor.Shape.Example : entry.Tensor.Shape;
        if (shape.Rank != 2 || shape[0] == 1 || shape[1] == 1) return null;
        int size = shape.Size;
        return [.. Enumerable.Range(0, gradient.Length).Select(i => gradient[i / size * size + i % size % shape[0] * shape[1] + i % size / shape[0]])];
    }

    private static double? Ratio(double[] actual, double[] expected)
    {
        int largest = Enumerable.Range(0, expected.Length).MaxBy(i => Math.Abs(expected[i]));
        return expected[largest] == 0 ? null : actual[largest] / expected[largest];
    }

    private static bool Same(double[] actual, double[] expected, double factor)
    {
        double largest = expected.Max(Math.Abs);
        return largest > 0 && actual.Zip(expected).All(pair => Math.Abs(pair.Item1 - factor * pair.Item2) <= 1e-6 * Math.Abs(factor) * largest);
    }
}
