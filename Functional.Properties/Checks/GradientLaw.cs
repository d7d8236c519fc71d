using Functional.Core;

namespace Functional.Properties;

/// <summary>
/// Gradients match numerical derivatives: for any u, the derivative of φ = ⟨u, f(x, w)⟩ along any direction (a, b) is ⟨δx, a⟩ + ⟨δw, b⟩
/// with (δx, δw) = backward(u). A random direction is tried first; only where it fails every coordinate is, to say which entry is wrong.
/// </summary>
public static class GradientLaw
{
    /// <summary>The law.</summary>
    public static Law Numerical { get; } = new("gradient", "backward gives the derivatives of forward", Check);

    private static Finding Check(LayerCase at)
    {
        var u = Probe.Draw(at.Key.For("u"), Probe.Forward(at, at.Inputs, at.Parameters).Outputs);
        var (_, back) = Probe.Both(at, u);
        Tensors<double> a = Probe.Draw(at.Key.For("a"), at.Inputs), b = Probe.Draw(at.Key.For("b"), at.Parameters);
        var verdict = Compare(at, u, a, b, Probe.Dot(back.Inputs, a).Sum + Probe.Dot(back.Parameters, b).Sum, out _);
        if (verdict != Verdict.Fail) return new(verdict);

        var wrong = new List<Violation>();
        int coordinates = 0;
        foreach (var (name, tensor, gradient, input, place) in Entries(at, back))
            for (int i = 0; i < tensor.Size && coordinates++ < 2000; i++)
            {
                var unit = Unit(tensor.Shape, i);
                var zeroX = Zero(at.Inputs);
                var zeroW = Zero(at.Parameters);
                var (alongX, alongW) = input ? (Replace(zeroX, place, unit), zeroW) : (zeroX, Replace(zeroW, place, unit));
                if (Compare(at, u, alongX, alongW, gradient.Span[i], out var slope) == Verdict.Fail)
                    wrong.Add(new(Numerical.Name, Numerical.Statement, $"{name}, element {i} of shape {tensor.Shape}", slope.Value, gradient.Span[i], Allowed(slope, 1),
                        Hints.ForGradient(at, u, name, input, place, slope.Value, gradient.Span[i])));
            }
        // The direction was off by more than any coordinate shows: too little to name an entry, too much for rounding.
        return wrong.Count > 0 ? new(Verdict.Fail, [.. wrong]) : Finding.Inconclusive;
    }

    private static Verdict Compare(LayerCase at, Tensors<double> u, Tensors<double> a, Tensors<double> b, double analytic, out Slope slope)
    {
        double noise = Probe.Dot(u, Probe.Forward(at, at.Inputs, at.Parameters).Outputs).Scale + 1e13 * Probe.Floor(u);
        slope = NumericalDerivative.At(
            h => Probe.Dot(u, Probe.Forward(at, Probe.Along(at.Inputs, h, a), Probe.Along(at.Parameters, h, b)).Outputs).Sum, noise);
        if (!double.IsFinite(slope.Value) || !double.IsFinite(slope.Error)) return double.IsFinite(analytic) ? Verdict.Inconclusive : Verdict.Pass;
        double allowed = Allowed(slope, noise);
        if (slope.IsKink)
            return analytic >= Math.Min(slope.Left, slope.Right) - allowed && analytic <= Math.Max(slope.Left, slope.Right) + allowed ? Verdict.Pass : Verdict.Fail;
        if (Math.Abs(analytic - slope.Value) <= allowed) return Verdict.Pass;
        // A difference that the estimate cannot tell from nothing proves nothing either way.
        return slope.Error > 1e-4 * Math.Max(Math.Abs(slope.Value), Math.Abs(analytic)) ? Verdict.Inconclusive : Verdict.Fail;
    }

    private static double Allowed(Slope slope, double noise) => 20 * slope.Error + 1e-13 * (noise + Math.Abs(slope.Value));

    private static IEnumerable<(string Name, Tensor<double> Tensor, Tensor<double> Gradient, bool Input, int Place)> Entries(LayerCase at, BackwardResult<double> back) =>
        Probe.Named(at, at.Inputs, at.Parameters).Zip(back.Inputs.Concat(back.Parameters)).Select((pair, i) =>
            (pair.Item1.Name, pair.Item1.Tensor, pair.Item2, i < at.Inputs.Count, i < at.Inputs.Count ? i : i - at.Inputs.Count));

    private static Tensors<double> Zero(Tensors<double> like) => [.. like.Select(tensor => Tensor.Zeros<double>(tensor.Shape))];

    private static Tensor<double> Unit(Shape shape, int place)
    {
        double[] numbers = new double[shape.Size];
        numbers[place] = 1;
        return Tensor.From<double>(shape, numbers);
    }

    private static Tensors<double> Replace(Tensors<double> tensors, int place, Tensor<double> with) => [.. tensors.Select((tensor, i) => i == place ? with : tensor)];
}
