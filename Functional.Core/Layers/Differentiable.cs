using System.Numerics;

namespace Functional.Core;

/// <summary>Whether a network is being trained or used. It is a value handed to each layer, not a switch on an object.</summary>
public enum Mode
{
    /// <summary>Prediction: dropout is off, running statistics are used and kept as they are.</summary>
    Inference,

    /// <summary>Training: dropout draws its mask, statistics come from the batch and are passed on.</summary>
    Train,
}

/// <summary>
/// A layer at one number type: two pure functions.
/// <c>Forward: (w, x) → (y, saved)</c> and <c>Backward: (w, saved, δy) → (δx, δw)</c>, where δv stands for ∂E/∂v.
/// </summary>
/// <remarks>
/// Laws. Shapes: outputs, new state and gradients have the shapes that the layer promises. Purity: nothing that is given is changed; equal inputs give
/// bit-equal outputs, on any thread and for any number of them, in a <see cref="Region"/> as outside; every element is written; in inference nothing
/// is drawn and the state is kept. Gradient: <c>Backward</c> gives the derivatives of <c>Forward</c>, ⟨J·v, u⟩ = ⟨v, Jᵀ·u⟩, and is linear in δy; which
/// input gradients are wanted and where parameter gradients land changes none of them. Batch: δw is the sum over the examples; an example has the outputs
/// and δx that it has alone, unless the layer says that it mixes them; their order does not matter. It is the same function at every number type, to
/// rounding. <c>Functional.Properties</c> checks each of them as it stands here.
/// </remarks>
public sealed record Differentiable<T>(Forward<T> Forward, Backward<T> Backward) where T : struct, IFloatingPointIeee754<T>;

/// <summary>The forward function of a layer.</summary>
public delegate ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>;

/// <summary>The backward function of a layer.</summary>
public delegate BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>;

/// <summary>What a forward function is given.</summary>
/// <param name="Inputs">x: the inputs, batch first.</param>
/// <param name="Parameters">w: in the order in which the layer lists them, without a batch.</param>
/// <param name="State">Running statistics, in the order in which the layer lists them.</param>
/// <param name="Mode">Training or inference.</param>
/// <param name="Key">Randomness of this application in this step; the same key gives the same result.</param>
public readonly record struct ForwardCall<T>(
    Tensors<T> Inputs, Tensors<T> Parameters = default, Tensors<T> State = default, Mode Mode = Mode.Inference, Key Key = default)
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>The first input.</summary>
    public Tensor<T> X => Inputs[0];

    /// <summary>The number of examples.</summary>
    public int Batch => Inputs[0].Batch;
}

/// <summary>What a forward function gives.</summary>
/// <param name="Outputs">y: the outputs, batch first.</param>
/// <param name="Saved">What backward will need: data, to be looked at, dropped or recomputed at will.</param>
/// <param name="State">The new running statistics; leave out where the layer keeps none.</param>
public readonly record struct ForwardResult<T>(Tensors<T> Outputs, Tensors<T> Saved = default, Tensors<T> State = default)
    where T : struct, IFloatingPointIeee754<T>;

/// <summary>What a backward function is given.</summary>
/// <param name="OutputGradients">δy: one for each output, of its shape.</param>
/// <param name="Saved">What forward saved.</param>
/// <param name="Parameters">w, as forward had them.</param>
/// <param name="Mode">As forward had it.</param>
/// <param name="Key">As forward had it.</param>
public readonly record struct BackwardCall<T>(
    Tensors<T> OutputGradients, Tensors<T> Saved = default, Tensors<T> Parameters = default, Mode Mode = Mode.Inference, Key Key = default)
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>Where the caller would like the parameters' gradients to lie; empty where it does not mind.</summary>
    internal Tensors<T> Destinations { get; init; }

    /// <summary>A bit for each input whose gradient nobody will use.</summary>
    internal ulong UnwantedInputs { get; init; }

    /// <summary>δy of the first output.</summary>
    public Tensor<T> Dy => OutputGradients[0];

    /// <summary>The number of examples.</summary>
    public int Batch => OutputGradients[0].Batch;

    /// <summary>Whether anyone will use the gradient of an input. Where not, a layer may return <c>default</c> for it.</summary>
    public bool Wants(int input) => input >= 64 || (UnwantedInputs >> input & 1) == 0;

    /// <summary>
    /// Memory for the gradient of a parameter, of the parameter's shape. Gradients written here land where the optimizer
    /// reads them; any other tensor is right too and costs a copy.
    /// </summary>
    public Fresh<T> ParameterGradient(int parameter) =>
        parameter < Destinations.Count && !Destinations[parameter].IsDefault
            ? new Fresh<T>(Destinations[parameter])
            : Tensor.Fresh<T>(Parameters[parameter].Shape);
}

/// <summary>What a backward function gives.</summary>
/// <param name="Inputs">δx: one for each input, of its shape.</param>
/// <param name="Parameters">δw: one for each parameter, of its shape, summed over the batch.</param>
public readonly record struct BackwardResult<T>(Tensors<T> Inputs, Tensors<T> Parameters = default)
    where T : struct, IFloatingPointIeee754<T>;
