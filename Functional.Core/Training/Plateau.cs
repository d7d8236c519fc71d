namespace Functional.Core;

/// <summary>
/// A rate that falls when a measure no longer does, as a function of the measures so far: the factor starts at 1, and is multiplied by
/// <paramref name="Factor"/> whenever more than <paramref name="Patience"/> of them in a row were not below (1 − threshold) times the least one.
/// <c>objective.Epochs(state => Adam(1e-3 * plateau.At(state.History.Select(epoch => epoch.Validation))), …)</c>.
/// </summary>
/// <param name="Factor">By what the rate falls.</param>
/// <param name="Patience">How many measures in a row may be no better.</param>
/// <param name="Threshold">How much better is better, relative to the least.</param>
/// <param name="Least">Below what the factor does not fall.</param>
/// <remarks>As PyTorch's ReduceLROnPlateau in its modes min and rel.</remarks>
public sealed record Plateau(double Factor = 0.1, int Patience = 10, double Threshold = 1e-4, double Least = 0)
{
    /// <summary>The factor after these measures, oldest first.</summary>
    public double At(IEnumerable<double> measures)
    {
        double factor = 1, least = double.PositiveInfinity;
        int bad = 0;
        foreach (double measure in measures)
        {
            (least, bad) = measure < least * (1 - Threshold) ? (measure, 0) : (least, bad + 1);
            if (bad <= Patience) continue;
            (factor, bad) = (Math.Max(factor * Factor, Least), 0);
        }
        return factor;
    }
}
