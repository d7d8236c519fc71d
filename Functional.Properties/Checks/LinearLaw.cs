using Functional.Core;

namespace Functional.Properties;

/// <summary>Backward is linear in δy: backward(s u + t v) = s backward(u) + t backward(v), to rounding.</summary>
public static class LinearLaw
{
    /// <summary>The law.</summary>
    public static Law Linear { get; } = new("linearity", "backward(s u + t v) = s backward(u) + t backward(v)", Check);

    private static Finding Check(LayerCase at)
    {
        const double S = 1.75, T = -0.625;
        var forward = Probe.Forward(at, at.Inputs, at.Parameters);
        Tensors<double> u = Probe.Draw(at.Key.For("u"), forward.Outputs), v = Probe.Draw(at.Key.For("v"), forward.Outputs);
        Tensors<double> mix = [.. u.Zip(v, (p, q) => Probe.Combine(p, q, (x, y) => S * x + T * y))];
        BackwardResult<double> ofU = Probe.Backward(at, forward.Saved, u), ofV = Probe.Backward(at, forward.Saved, v), ofMix = Probe.Backward(at, forward.Saved, mix);
        return Finding.Of(Violations(at, ofU, ofV, ofMix, 4 * Probe.Floor(u)).Take(1));

        static IEnumerable<Violation> Violations(LayerCase at, BackwardResult<double> u, BackwardResult<double> v, BackwardResult<double> mix, double floor)
        {
            var names = Probe.Named(at, at.Inputs, at.Parameters).Select(pair => pair.Name).ToArray();
            Tensor<double>[] ofU = [.. u.Inputs, .. u.Parameters], ofV = [.. v.Inputs, .. v.Parameters], ofMix = [.. mix.Inputs, .. mix.Parameters];
            for (int i = 0; i < names.Length; i++)
            {
                double largest = ofU[i].ToArray().Concat(ofV[i].ToArray()).Select(Math.Abs).DefaultIfEmpty().Max();
                for (int j = 0; j < ofMix[i].Size; j++)
                {
                    double expected = S * ofU[i].Span[j] + T * ofV[i].Span[j], allowed = 1e-11 * largest + floor;
                    if (double.IsFinite(expected) && !(Math.Abs(expected - ofMix[i].Span[j]) <= allowed))
                        yield return new(Linear.Name, Linear.Statement, $"{names[i]}, element {j}", expected, ofMix[i].Span[j], allowed);
                }
            }
        }
    }
}
