using Functional.Core;

namespace Functional.Properties;

/// <summary>Compares tensors element by element and lists the differences as violations of a law.</summary>
internal static class Compare
{
    /// <summary>Elements that differ in any bit that shows (NaN equals NaN).</summary>
    public static IEnumerable<Violation> Bits(Claim law, string where, Tensors<double> expected, Tensors<double> actual) => All(law, where, expected, actual, _ => 0);

    /// <summary>Elements that differ by more than rounding does: <paramref name="relative"/> times the largest number of their tensor, or <paramref name="floor"/>.</summary>
    public static IEnumerable<Violation> Rounded(Claim law, string where, Tensors<double> expected, Tensors<double> actual, double relative = 1e-11, double floor = 1e-15) =>
        All(law, where, expected, actual, tensor => relative * Largest(tensor) + floor);

    public static double Largest(Tensor<double> tensor)
    {
        double largest = 0;
        foreach (double number in tensor.Span)
            if (double.IsFinite(number)) largest = Math.Max(largest, Math.Abs(number));
        return largest;
    }

    private static IEnumerable<Violation> All(Claim law, string where, Tensors<double> expected, Tensors<double> actual, Func<Tensor<double>, double> tolerance)
    {
        if (expected.Count != actual.Count)
        {
            yield return new(law.Name, law.Statement, $"{where}, the number of tensors", expected.Count, actual.Count, 0);
            yield break;
        }
        for (int t = 0; t < expected.Count; t++)
        {
            string name = expected.Count == 1 ? where : $"{where} {t + 1}";
            if (expected[t].Shape != actual[t].Shape)
            {
                yield return new(law.Name, law.Statement, $"{name}, its shape", expected[t].Size, actual[t].Size, 0, $"{expected[t].Shape} became {actual[t].Shape}");
                continue;
            }
            double allowed = tolerance(expected[t]);
            for (int j = 0; j < expected[t].Size; j++)
            {
                double e = expected[t].Span[j], a = actual[t].Span[j];
                if (BitConverter.DoubleToInt64Bits(e) != BitConverter.DoubleToInt64Bits(a) && !(double.IsNaN(e) && double.IsNaN(a)) && !(allowed > 0 && (e == a || Math.Abs(e - a) <= allowed)))
                    yield return new(law.Name, law.Statement, $"{name}, {Probe.Index(expected[t].Shape, j)}", e, a, allowed);
            }
        }
    }
}
