using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties;

/// <summary>What is claimed to hold: a name and a sentence.</summary>
/// <param name="Name">A short name.</param>
/// <param name="Statement">What it says.</param>
public record Claim(string Name, string Statement);

/// <summary>A law that holds for every layer at every point, and how to check it at one.</summary>
/// <param name="Name">A short name.</param>
/// <param name="Statement">What it says, as the doc comments of <see cref="Functional.Core.Differentiable{T}"/> do.</param>
/// <param name="Check">Checks it at one case.</param>
public sealed record Law(string Name, string Statement, Func<LayerCase, Finding> Check) : Claim(Name, Statement);

/// <summary>All laws of layers, in the order in which they are checked: what comes first explains what comes after.</summary>
public static class LayerLaws
{
    /// <summary>The laws.</summary>
    public static Seq<Law> All { get; } = Seq(
        ShapeLaw.Promise, PurityLaw.Untouched, PurityLaw.Repeatable, PurityLaw.Written, StateLaw.Kept, StateLaw.Certain, CallerLaw.Wants, CallerLaw.Lands, FiniteLaw.Finite,
        BatchLaw.Additive, BatchLaw.Independent, BatchLaw.Permuted, LinearLaw.Linear, GradientLaw.Numerical, AdjointLaw.Adjoint, PrecisionLaw.Single);
}
