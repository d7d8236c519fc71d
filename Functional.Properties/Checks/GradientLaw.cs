using Functional.Core;

namespace Functional.Properties;

/// <summary>
/// Gradients match numerical derivatives: for any u, the derivative of φ = ⟨u, f(x, w)⟩ along any direction (a, b) is ⟨δx, a⟩ + ⟨δw, b⟩
/// with (δx, δw) = backward(u). At a kink the analytic value lies between the slopes from either side.
/// A random direction is tried first; only where it fails every coordinate is, to say which entry is wrong.
/// </summary>
public static class GradientLaw
{
    // Coordinates that are tried one by one; a wrong entry beyond them is still reported, without its name.
    internal const int MostCoordinates = 4000;

    // A derivative of less than this part of the terms that φ sums is lost in their rounding at steps short enough for kinks.
    private const double Nothing = 1e-6;

    /// <summary>The law.</summary>
    public static Law Numerical { get; } = new("gradient", "backward gives the derivatives of forward", Check);

    private static Finding Check(LayerCase at)
    {
        var forward = Probe.Forward(at, at.Inputs, at.Parameters);
        var u = Probe.Draw(at.Key.For("u"), forward.Outputs);
        var back = Probe.Backward(at, forward.Saved, u);
        double noise = Noise(u, forward.Outputs, Condition(at, back));
        Tensors<double> a = Probe.Draw(at.Key.For("a"), at.Inputs), b = Probe.Draw(at.Key.For("b"), at.Parameters);
        double analytic = Along(back, a, b);
        var along = SlopeAlong(at, u, a, b, noise);
        var verdict = Judge(along, analytic, noise);
        return verdict == Verdict.Fail ? Coordinates(at, u, back, noise, along, analytic, a, b) : new(verdict);
    }

    // A subgradient need not be right along a slanted direction through several kinks at once, so a failed direction proves nothing by itself there.
    private static Finding Coordinates(
        LayerCase at, Tensors<double> u, BackwardResult<double> back, double noise, Slope along, double analytic, Tensors<double> a, Tensors<double> b)
    {
        Func<LayerCase, double[]> Alone(Entry entry, int i) => moved =>
            [(entry.IsInput ? Probe.Both(moved, u).Backward.Inputs : Probe.Both(moved, u).Backward.Parameters)[entry.Place].Span[i]];
        var wrong = new List<Violation>();
        bool kinks = false, doubtful = false, all = true;
        int left = MostCoordinates;
        foreach (var (entry, gradient) in Probe.Entries(at).Zip(back.Inputs.Concat(back.Parameters)))
        {
            if (gradient.Size > left)
            {
                all = false;
                break;
            }
            left -= gradient.Size;
            var slopes = new Slope[gradient.Size];
            var failed = new List<int>();
            for (int i = 0; i < slopes.Length; i++)
            {
                var (x, w) = Unit(at, entry, i);
                slopes[i] = SlopeAlong(at, u, x, w, noise);
                double due = gradient.Span[i];
                var verdict = Judge(slopes[i], due, noise);
                if (verdict == Verdict.Fail && Math.Abs(slopes[i].Value - due) <= Allowed(slopes[i], noise) + Sway.Of(at, Alone(entry, i), slopes[i].Value, due)) verdict = Verdict.Pass;
                kinks |= slopes[i].IsKink;
                doubtful |= verdict == Verdict.Inconclusive;
                if (verdict == Verdict.Fail) failed.Add(i);
            }
            if (failed.Count == 0) continue;
            string? hint = Hints.ForGradient(at, u, entry, [.. slopes.Select(slope => slope.Value)], gradient, failed);
            wrong.AddRange(failed.Select((i, n) => new Violation(
                Numerical.Name, Numerical.Statement, $"{entry.Name}, {Probe.Index(entry.Tensor.Shape, i)}", slopes[i].Value, gradient.Span[i], Allowed(slopes[i], noise), n == 0 ? hint : null)));
        }
        if (wrong.Count > 0) return new(Verdict.Fail, [.. wrong]);
        double sway = Sway.Of(at, moved => [Along(Probe.Both(moved, u).Backward, a, b)], along.Value, analytic);
        if (!along.IsKink && Math.Abs(along.Value - analytic) <= Allowed(along, noise) + sway) return Finding.Pass;
        if (!all)
            return new(Verdict.Fail, new Violation(Numerical.Name, Numerical.Statement,
                $"a random direction of all inputs and parameters (none of the first {MostCoordinates} entries is wrong by itself)", along.Value, analytic, Allowed(along, noise)));
        // Every entry passes. Without kinks the direction was off by more than the entries show: too much for rounding, too little to name one.
        return kinks && !doubtful ? Finding.Pass : Finding.Inconclusive;
    }

    private static double Along(BackwardResult<double> back, Tensors<double> a, Tensors<double> b) => Probe.Dot(back.Inputs, a).Sum + Probe.Dot(back.Parameters, b).Sum;

    /// <summary>The derivative of φ along a direction of inputs and parameters, by differences.</summary>
    internal static Slope SlopeAlong(LayerCase at, Tensors<double> u, Tensors<double> a, Tensors<double> b, double noise) => NumericalDerivative.At(
        h => Probe.Dot(u, Probe.Forward(at, Probe.Along(at.Inputs, h, a), Probe.Along(at.Parameters, h, b)).Outputs).Sum, noise);

    /// <summary>Whether an analytic derivative agrees with differences.</summary>
    internal static Verdict Judge(Slope slope, double analytic, double noise)
    {
        // What overflows has no differences; that it may not is another law's to say.
        if (!double.IsFinite(slope.Value) || !double.IsFinite(slope.Error) || double.IsNaN(analytic)) return Verdict.Inconclusive;
        double allowed = Allowed(slope, noise), size = Math.Max(Math.Abs(slope.Value), Math.Abs(analytic));
        if (slope.IsKink)
            return analytic >= Math.Min(slope.Left, slope.Right) - allowed && analytic <= Math.Max(slope.Left, slope.Right) + allowed ? Verdict.Pass : Verdict.Fail;
        // An estimate that is off by as much as a part of the derivative proves nothing either way, be it near or far, unless both are nothing beside what φ sums.
        if (Math.Abs(analytic - slope.Value) <= allowed) return allowed > 1e-3 * size && allowed > Nothing * noise ? Verdict.Inconclusive : Verdict.Pass;
        return slope.Error > 1e-4 * size ? Verdict.Inconclusive : Verdict.Fail;
    }

    /// <summary>
    /// What each evaluation of φ may be off by, in units of the roundoff: the terms that φ sums, and its <see cref="Condition"/>.
    /// </summary>
    internal static double Noise(Tensors<double> u, Tensors<double> outputs, double condition) =>
        Probe.Dot(u, outputs).Scale + 1e13 * Probe.Floor(u) + (double.IsFinite(condition) ? condition : 0);

    /// <summary>
    /// What rounding all that is given does to φ, Σ |x ∂φ/∂x|, in units of the roundoff. Of a wrong gradient this is wrong, but only by as many roundoffs as the gradient itself.
    /// </summary>
    internal static double Condition(LayerCase at, BackwardResult<double> back) => Probe.Dot(back.Inputs, at.Inputs).Scale + Probe.Dot(back.Parameters, at.Parameters).Scale;

    internal static double Allowed(Slope slope, double noise) => 20 * slope.Error + 1e-13 * (noise + Math.Abs(slope.Value));

    /// <summary>The direction of a single element.</summary>
    internal static (Tensors<double> Inputs, Tensors<double> Parameters) Unit(LayerCase at, Entry entry, int element)
    {
        Tensors<double> Only(Tensors<double> like, bool here) =>
            [.. like.Select((tensor, i) => here && i == entry.Place ? Jacobians.Unit<double>(tensor.Shape, element) : Tensor.Zeros<double>(tensor.Shape))];
        return (Only(at.Inputs, entry.IsInput), Only(at.Parameters, !entry.IsInput));
    }
}
