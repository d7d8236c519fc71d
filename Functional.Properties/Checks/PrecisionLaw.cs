using Functional.Core;

namespace Functional.Properties;

/// <summary>
/// A layer is one function whatever the number type: at <c>float</c>, in which it is trained, it gives what it gives at <c>double</c>, in which it is
/// verified, to the rounding of <c>float</c>. What rounding may do is found by moving everything that is given, and what forward saved, by as much as it is
/// rounded.
/// </summary>
/// <remarks>Looked at where no number is beyond 6 in size, of layers that draw nothing at random; parts of a composition are looked at by themselves, as
/// what one part rounds another may magnify without end.</remarks>
public static class PrecisionLaw
{
    private const double Roundoff = 1.0 / (1 << 24), Relative = 2e-4;

    // Terms about as large as δy may cancel on the way, and leave the rounding of each.
    private const int Terms = 16;

    /// <summary>The law.</summary>
    public static Law Single { get; } = new("single precision", "at float a layer gives what it gives at double, to rounding", Check);

    private static Finding Check(LayerCase at)
    {
        if (at.Layer is CompositeLayer || at.Inputs.Any(tensor => Compare.Largest(tensor) > 6) || Probe.IsRandom(at)) return Finding.Exempt;
        at = at with { Inputs = Rounded(at.Inputs), Parameters = Rounded(at.Parameters), State = Rounded(at.State) };
        var u = Rounded(Probe.Draw(at.Key.For("u"), Probe.Forward(at, at.Inputs, at.Parameters).Outputs));
        var (exact, single) = (Run<double>(at, u), Run<float>(at, u));
        double least = Terms * Roundoff * (1 + u.Max(Compare.Largest));
        if (Differences(exact, single, new double[exact.Length], least).FirstOrDefault() is null) return Finding.Pass;

        double[] sway = new double[exact.Length];
        for (ulong i = 0; i < 8; i++)
        {
            var key = at.Key.For("sway").Split(i);
            var moved = Run<double>(at with
            {
                Inputs = Moved(key.Split(0), at.Inputs),
                Parameters = Moved(key.Split(1), at.Parameters),
                State = Moved(key.Split(2), at.State),
            }, Moved(key.Split(3), u), saved => Moved(key.Split(4), saved));
            for (int j = 0; j < sway.Length; j++) sway[j] = Math.Max(sway[j], Compare.Largest(Probe.Combine(exact[j].Tensor, moved[j].Tensor, (x, y) => x - y)));
        }
        return Finding.Of(Differences(exact, single, sway, least).Take(1));
    }

    private static IEnumerable<Violation> Differences((string Name, Tensor<double> Tensor)[] exact, (string Name, Tensor<double> Tensor)[] single, double[] sway, double least) =>
        exact.SelectMany((each, i) =>
        {
            double allowed = Relative * Compare.Largest(each.Tensor) + 100 * sway[i] + least;
            // What is not finite, or hardly so, at double says nothing of float.
            var due = Probe.Combine(each.Tensor, single[i].Tensor, (x, y) => Math.Abs(x) < 1e30 ? x : y);
            return Compare.Rounded(Single, each.Name, [due], [single[i].Tensor], 0, allowed);
        });

    private static (string Name, Tensor<double> Tensor)[] Run<T>(LayerCase at, Tensors<double> u, Func<Tensors<T>, Tensors<T>>? saved = null)
        where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        var layer = at.Layer.At<T>();
        var parameters = Probe.Lift<T>(at.Parameters);
        var forward = layer.Forward(new(Probe.Lift<T>(at.Inputs), parameters, Probe.Lift<T>(at.State), at.Mode, at.Key));
        var back = layer.Backward(new(Probe.Lift<T>(u), saved?.Invoke(forward.Saved) ?? forward.Saved, parameters, at.Mode, at.Key));
        return [.. Named("output", forward.Outputs), .. Named("new state", forward.State), .. Named("gradient of input", back.Inputs), .. Named("gradient of parameter", back.Parameters)];

        static IEnumerable<(string, Tensor<double>)> Named(string name, Tensors<T> tensors) =>
            tensors.Select((tensor, i) => (tensors.Count == 1 ? name : $"{name} {i + 1}", tensor.To<T, double>()));
    }

    private static Tensors<double> Rounded(Tensors<double> tensors) => [.. tensors.Select(tensor => tensor.Map(number => (double)(float)number))];

    // Whole numbers, which may be places or marks, are not rounded.
    private static Tensors<double> Moved(Key key, Tensors<double> tensors) =>
        [.. tensors.Select((tensor, i) => Probe.Combine(tensor, Probe.Draw(key.Split((ulong)i), tensor.Shape),
            (x, z) => double.IsInteger(x) ? x : x + Roundoff * z * Math.Max(Math.Abs(x), 1e-3)))];
}
