using Functional.Core;

namespace Functional.Properties;

/// <summary>What a wrong gradient looks like when one of the usual mistakes made it.</summary>
internal static class Hints
{
    public static string? ForGradient(LayerCase at, Tensors<double> u, string name, bool input, int place, double expected, double actual)
    {
        int n = at.Batch;
        if (actual == 0) return $"the gradient of {name} is 0 here: was it left out, or not written?";
        if (Near(actual, -expected)) return $"the gradient of {name} has the wrong sign";
        if (!input && n > 1 && Near(actual * n, expected)) return $"this is 1/{n} of what is due over a batch of {n}: δw of a batch is the sum over its examples, not their mean";
        if (input && n > 1 && Near(actual * n, expected)) return $"this is 1/{n} of what is due over a batch of {n}: δx of an example does not depend on how many others there are";
        if (!input && n > 1 && OneExample(at, u, place, actual) is { } example)
            return $"the gradient of {name} over a batch of {n} is that of example {example} alone: δw of a batch is the sum over its examples";
        if (Near(actual, 2 * expected)) return $"the gradient of {name} is twice what is due: is something added that was already there?";
        return null;
    }

    private static int? OneExample(LayerCase at, Tensors<double> u, int place, double actual)
    {
        for (int i = 0; i < at.Batch; i++)
        {
            var single = at with { Inputs = Example(at.Inputs, i) };
            var (_, back) = Probe.Both(single, Example(u, i));
            if (back.Parameters[place].ToArray().Any(part => Near(part, actual))) return i;
        }
        return null;
    }

    private static Tensors<double> Example(Tensors<double> batch, int example) => [.. batch.Select(tensor => tensor.Slice(example, 1))];

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-6 * Math.Max(Math.Abs(a), Math.Abs(b));
}
