using LanguageExt;

namespace Functional.Core;

/// <summary>How the losses of a batch become one number.</summary>
public enum Reduction
{
    /// <summary>Their mean: E = (1/n) Σ Eᵢ, so that the step size does not depend on the batch size.</summary>
    Mean,

    /// <summary>Their sum: E = Σ Eᵢ.</summary>
    Sum,
}

/// <summary>A layer that measures the error of a prediction against a target: inputs (x, t), output one number an example, <c>[]</c>.</summary>
public abstract record LossLayer : Layer
{
    /// <summary>The shape of the target for a prediction of the given shape.</summary>
    public virtual Shape Target(Shape prediction) => prediction;

    /// <summary>This loss over a batch.</summary>
    public Loss Reduced(Reduction reduction) => new(this, reduction);
}

/// <summary>An error to minimise: a loss for each example, reduced over the batch. The end of a network, not a part of it.</summary>
/// <param name="Layer">The error of one example.</param>
/// <param name="Reduction">Sum or mean over the batch.</param>
public sealed record Loss(LossLayer Layer, Reduction Reduction);

/// <summary>The losses, by name: <c>using static Functional.Core.Losses;</c>. As a value, to train with, and applied to wires.</summary>
public static partial class Losses;
