using Functional.Core;

namespace Functional.Properties;

/// <summary>
/// What rounding does to a number that a layer computes: everything that is given is moved by as much as it is rounded, and the number computed anew. A layer that takes
/// differences of large numbers on its way, such as logarithms of probabilities at logits of a million, sways by more than its result shows.
/// </summary>
internal static class Sway
{
    private const double Roundoff = 1.2e-16, Near = 1e-6;
    private const int Times = 4;

    /// <summary>Ten times the most that the numbers of a case change by; 0 where <paramref name="expected"/> and <paramref name="actual"/> are so far apart that it is not rounding.</summary>
    /// <param name="at">The case.</param>
    /// <param name="numbers">What is computed of a case.</param>
    /// <param name="expected">What a law demands.</param>
    /// <param name="actual">What came out.</param>
    public static double Of(LayerCase at, Func<LayerCase, double[]> numbers, double expected, double actual)
    {
        if (!(Math.Abs(expected - actual) <= Near * (Math.Abs(expected) + Math.Abs(actual)))) return 0;
        double[] here = numbers(at);
        double most = Enumerable.Range(0, Times).Max(i =>
        {
            var key = at.Key.For("rounding").Split((ulong)i);
            return numbers(at with { Inputs = Moved(key.Split(0), at.Inputs), Parameters = Moved(key.Split(1), at.Parameters) })
                .Zip(here, (moved, number) => Math.Abs(moved - number)).Max();
        });
        return double.IsFinite(most) ? 10 * most : 0;
    }

    private static Tensors<double> Moved(Key key, Tensors<double> tensors) =>
        [.. tensors.Select((tensor, i) => Probe.Combine(tensor, Probe.Draw(key.Split((ulong)i), tensor.Shape), (x, z) => x + Roundoff * z * Math.Abs(x)))];
}
