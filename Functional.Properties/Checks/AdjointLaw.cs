using Functional.Core;

namespace Functional.Properties;

/// <summary>
/// Adjointness: ⟨J·v, u⟩ = ⟨v, Jᵀ·u⟩ for any directions v of inputs and parameters and u of outputs. J·v comes from running the layer's own forward
/// code at dual numbers, which takes no step, so the law holds to rounding: 10⁻¹¹ of the sum of the terms' sizes.
/// </summary>
public static class AdjointLaw
{
    /// <summary>The law.</summary>
    public static Law Adjoint { get; } = new("adjointness", "⟨J·v, u⟩ = ⟨v, Jᵀ·u⟩, with J·v exact from dual numbers", Check);

    private static Finding Check(LayerCase at)
    {
        Tensors<double> a = Probe.Draw(at.Key.For("a"), at.Inputs), b = Probe.Draw(at.Key.For("b"), at.Parameters);
        var jv = Probe.Forward(at, at.Inputs.Moving(a), at.Parameters.Moving(b)).Outputs.Tangents();
        var u = Probe.Draw(at.Key.For("u"), jv);
        var (_, back) = Probe.Both(at, u);
        var (left, leftScale) = Probe.Dot(jv, u);
        var (rightX, scaleX) = Probe.Dot(back.Inputs, a);
        var (rightW, scaleW) = Probe.Dot(back.Parameters, b);
        double right = rightX + rightW, allowed = 1e-11 * (leftScale + scaleX + scaleW) + Probe.Floor(u);
        if (!double.IsFinite(left)) return double.IsFinite(right) ? Finding.Inconclusive : Finding.Pass;
        return Math.Abs(left - right) <= allowed
            ? Finding.Pass
            : new(Verdict.Fail, new Violation(Adjoint.Name, Adjoint.Statement, "a random direction of all inputs and parameters", left, right, allowed));
    }
}
