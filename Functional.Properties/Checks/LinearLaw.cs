using Functional.Core;

namespace Functional.Properties;

/// <summary>Backward is linear in δy: backward(s u + t v) = s backward(u) + t backward(v), to rounding, from δy = 0 to sizes a million times apart.</summary>
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
        double floor = 4 * Probe.Floor(u);
        var names = Probe.Entries(at).Select(entry => entry.Name).ToArray();
        Tensor<double>[] left = [.. ofMix.Inputs, .. ofMix.Parameters], one = [.. ofU.Inputs, .. ofU.Parameters], other = [.. ofV.Inputs, .. ofV.Parameters];
        return Finding.Of(names.SelectMany((name, i) =>
        {
            double allowed = 1e-11 * Math.Max(Compare.Largest(one[i]), Compare.Largest(other[i])) + floor;
            return Compare.Rounded(Linear, name, Probe.Combine(one[i], other[i], (x, y) => S * x + T * y), left[i], 0, allowed);
        }).Concat(s_scales.SelectMany(scale => Scaled(at, forward, u, scale, names, one, floor))).Take(1));
    }

    // Powers of two, which round nothing: what is clipped shows far up, what is cut off far down, what is added at 0.
    private static readonly double[] s_scales = [0, 1.0 / (1 << 20), 1 << 20];

    private static IEnumerable<Violation> Scaled(LayerCase at, ForwardResult<double> forward, Tensors<double> u, double scale, string[] names, Tensor<double>[] one, double floor)
    {
        var back = Probe.Backward(at, forward.Saved, [.. u.Select(tensor => tensor.Map(number => scale * number))]);
        Tensor<double>[] scaled = [.. back.Inputs, .. back.Parameters];
        string times = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"δy times {scale:G3}");
        // Where a gradient is infinite, 0 times it says nothing.
        return names.SelectMany((name, i) => Compare.Rounded(Linear, $"{name}, {times}", Probe.Combine(one[i], scaled[i], (x, y) => double.IsFinite(x) ? scale * x : y), scaled[i],
            0, scale * (1e-11 * Compare.Largest(one[i]) + floor) + double.Epsilon));
    }
}
