using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>How the losses of a batch become one number.</summary>
public enum Reduction
{
    /// <summary>
    /// Their mean: E = (1/n) Σ Eᵢ, so that the step size does not depend on the batch size. n is what <see cref="LossLayer.Weight{T}"/> says:
    /// the number of examples, unless the loss counts otherwise.
    /// </summary>
    Mean,

    /// <summary>Their sum: E = Σ Eᵢ.</summary>
    Sum,
}

/// <summary>
/// A layer that measures the error of a prediction against a target: inputs (x, t), output one number an example, <c>[]</c>. There may be
/// several target tensors, or none.
/// </summary>
public abstract record LossLayer : Layer
{
    /// <summary>The shapes of the targets for a prediction of the given shape; by default one of the prediction's.</summary>
    public virtual Seq<Shape> Targets(Shape prediction) => Seq1(prediction);

    /// <summary>What the mean over a batch divides by: the number of examples, or what the targets weigh where they weigh differently.</summary>
    /// <param name="batch">The number of examples.</param>
    /// <param name="targets">The targets, which this may depend on; it does not depend on predictions, so it has no derivative.</param>
    public virtual T Weight<T>(int batch, Tensors<T> targets) where T : struct, IFloatingPointIeee754<T> => T.CreateChecked(batch);

    /// <summary>This loss over a batch.</summary>
    public Loss Reduced(Reduction reduction) => new(this, reduction);
}

/// <summary>An error to minimise: a loss for each example, reduced over the batch. The end of a network, not a part of it.</summary>
/// <param name="Layer">The error of one example.</param>
/// <param name="Reduction">Sum or mean over the batch.</param>
/// <remarks>
/// Laws, for a network's parameters w. Gradient: under either reduction ∂E/∂w is the derivative of the reduced error E. Sum: E and ∂E/∂w of a batch are the sums of
/// its examples' (of a network that does not mix them). Mean: E and ∂E/∂w are those under the sum, divided by the <see cref="LossLayer.Weight{T}"/> of the batch,
/// unless that is 0.
/// </remarks>
public sealed record Loss(LossLayer Layer, Reduction Reduction)
{
    /// <summary>The same with a weight for every example, which comes as one more target. See <see cref="WeightedLossLayer"/>.</summary>
    public Loss Weighted() => this with { Layer = new WeightedLossLayer(Layer) };
}

/// <summary>The losses, by name: <c>using static Functional.Core.Losses;</c>. As a value, to train with, and applied to wires.</summary>
public static partial class Losses;
