using Functional.Core;

namespace Functional.Properties;

/// <summary>
/// Adjointness: ⟨J·v, u⟩ = ⟨v, Jᵀ·u⟩ for any directions v of inputs and parameters and u of outputs. J·v comes from running the layer's own forward
/// code at dual numbers, which takes no step, so the law holds to rounding: 10⁻¹¹ of the sum of the terms' sizes, and where that is just not so, what moving
/// everything that is given by as much as it is rounded does to either side, as for logits of a million.
/// At a kink, where forward and backward may choose different subgradients, it is demanded of the elements at which there is none; the others, moved
/// together, have to give a slope between those from either side.
/// </summary>
public static class AdjointLaw
{
    /// <summary>The law.</summary>
    public static Law Adjoint { get; } = new("adjointness", "⟨J·v, u⟩ = ⟨v, Jᵀ·u⟩, with J·v exact from dual numbers", Check);

    private static Finding Check(LayerCase at)
    {
        Tensors<double> a = Probe.Draw(at.Key.For("a"), at.Inputs), b = Probe.Draw(at.Key.For("b"), at.Parameters);
        var forward = Probe.Forward(at, at.Inputs, at.Parameters);
        var u = Probe.Draw(at.Key.For("u"), forward.Outputs);
        var back = Probe.Backward(at, forward.Saved, u);
        var (left, right, allowed) = Sides(at, u, back, a, b);
        // What overflows has no slope; that it may not is another law's to say.
        if (!double.IsFinite(left)) return Finding.Inconclusive;
        if (Math.Abs(left - right) <= allowed) return Finding.Pass;
        if (AtKinks(at, u, back, forward.Outputs) is { } finding) return finding;
        allowed = Rounded(at, u, a, b, left, right, allowed);
        return Math.Abs(left - right) <= allowed ? Finding.Pass : Broken("a random direction of all inputs and parameters", left, right, allowed);
    }

    // Only a near miss can be rounding; a wrong layer is not looked at any longer.
    private static double Rounded(LayerCase at, Tensors<double> u, Tensors<double> a, Tensors<double> b, double left, double right, double allowed) =>
        allowed + Sway.Of(at, moved => Sides(moved, u, Probe.Both(moved, u).Backward, a, b) is var (l, r, _) ? [l, r] : [], left, right);

    private static (double Left, double Right, double Allowed) Sides(LayerCase at, Tensors<double> u, BackwardResult<double> back, Tensors<double> a, Tensors<double> b)
    {
        var jv = Probe.Forward(at, at.Inputs.Moving(a), at.Parameters.Moving(b)).Outputs.Tangents();
        var (left, leftScale) = Probe.Dot(jv, u);
        var (rightX, scaleX) = Probe.Dot(back.Inputs, a);
        var (rightW, scaleW) = Probe.Dot(back.Parameters, b);
        // What is left of a slope that went flat, times what it is multiplied with.
        double floor = Probe.Floor(u) * Math.Max(1, at.Inputs.Max(Compare.Largest));
        return (left, rightX + rightW, 1e-11 * (leftScale + scaleX + scaleW) + floor);
    }

    // What is to be said where elements lie at kinks; null where none does.
    private static Finding? AtKinks(LayerCase at, Tensors<double> u, BackwardResult<double> back, Tensors<double> outputs)
    {
        if (at.Inputs.Concat(at.Parameters).Sum(tensor => tensor.Size) > GradientLaw.MostCoordinates) return null;
        double noise = GradientLaw.Noise(u, outputs, GradientLaw.Condition(at, back));
        Tensors<double> kinkedX = [.. at.Inputs.Select(tensor => Tensor.Zeros<double>(tensor.Shape))], kinkedW = [.. at.Parameters.Select(tensor => Tensor.Zeros<double>(tensor.Shape))];
        bool any = false;
        foreach (var entry in Probe.Entries(at))
            for (int i = 0; i < entry.Tensor.Size; i++)
            {
                var (x, w) = GradientLaw.Unit(at, entry, i);
                if (GradientLaw.SlopeAlong(at, u, x, w, noise).IsKink)
                    (kinkedX, kinkedW, any) = (Probe.Along(kinkedX, 1, x), Probe.Along(kinkedW, 1, w), true);
                else if (Sides(at, u, back, x, w) is var (left, right, allowed) && !(Math.Abs(left - right) <= allowed)
                    && !(Math.Abs(left - right) <= (allowed = Rounded(at, u, x, w, left, right, allowed))))
                    return Broken($"{entry.Name}, {Probe.Index(entry.Tensor.Shape, i)}", left, right, allowed);
            }
        if (!any) return null;
        double together = Probe.Dot(back.Inputs, kinkedX).Sum + Probe.Dot(back.Parameters, kinkedW).Sum;
        var slope = GradientLaw.SlopeAlong(at, u, kinkedX, kinkedW, noise);
        return GradientLaw.Judge(slope, together, noise) switch
        {
            Verdict.Pass => Finding.Pass,
            Verdict.Inconclusive => Finding.Inconclusive,
            _ => Broken("all elements at kinks, moved together", slope.Value, together, GradientLaw.Allowed(slope, noise)),
        };
    }

    private static Finding Broken(string where, double expected, double actual, double allowed) =>
        new(Verdict.Fail, new Violation(Adjoint.Name, Adjoint.Statement, where, expected, actual, allowed));
}
