using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>What comes out of a function at a point, and how fast it changes along a direction.</summary>
/// <param name="Outputs">y = f(x, w).</param>
/// <param name="Tangents">J·v, one tensor for each output, of its shape.</param>
public sealed record Jvp<T>(Tensors<T> Outputs, Tensors<T> Tangents) : IPromotable<Jvp<T>> where T : struct, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Jvp<T> Promote() => new(Outputs.Promote(), Tangents.Promote());
}

/// <summary>Forward mode: derivatives along a direction by running the forward code at dual numbers, exactly and without a step.</summary>
/// <remarks>Law (adjointness): ⟨J·v, u⟩ = ⟨v, Jᵀ·u⟩ to rounding, where Jᵀ·u is what backward gives.</remarks>
public static class ForwardMode
{
    /// <summary>
    /// J·v of a layer: with v = (ẋ, ẇ), the derivative of f(x + h ẋ, w + h ẇ) by h at 0, that is ẏ = (∂f/∂x) ẋ + (∂f/∂w) ẇ.
    /// </summary>
    /// <param name="layer">f.</param>
    /// <param name="at">The point: x batch first, w, and what else forward is given.</param>
    /// <param name="inputTangents">ẋ: one for each input, of its shape; none for inputs that stand still.</param>
    /// <param name="parameterTangents">ẇ: one for each parameter, of its shape; none for parameters that stand still.</param>
    /// <returns>y and ẏ, or a <see cref="Fault"/> where a number or shape of tensors is not what the layer needs.</returns>
    public static Fin<Jvp<T>> Jvp<T>(this Layer layer, ForwardCall<T> at, Tensors<T> inputTangents = default, Tensors<T> parameterTangents = default)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (Fits(layer, at) is { } fault) return fault;
        if (inputTangents.Count > 0 && Same("input tangents", at.Inputs, inputTangents) is { } wrongX) return wrongX;
        if (parameterTangents.Count > 0 && Same("parameter tangents", at.Parameters, parameterTangents) is { } wrongW) return wrongW;
        var result = layer.At<Dual<T>>().Forward(new ForwardCall<Dual<T>>(
            at.Inputs.Moving(inputTangents), at.Parameters.Moving(parameterTangents), at.State.Moving(), at.Mode, at.Key));
        return new Jvp<T>(result.Outputs.Values(), result.Outputs.Tangents());
    }

    /// <summary>J·v of a network, as for a layer.</summary>
    /// <param name="network">f.</param>
    /// <param name="parameters">w.</param>
    /// <param name="inputs">x, batch first.</param>
    /// <param name="inputTangents">ẋ: one for each input, of its shape; none for inputs that stand still.</param>
    /// <param name="direction">ẇ: parameters or gradients of this network; <c>null</c> for parameters that stand still.</param>
    /// <param name="step">State, mode and randomness.</param>
    /// <returns>y and ẏ, or a <see cref="Fault"/> where something does not fit.</returns>
    public static Fin<Jvp<T>> Jvp<T>(
        this Network network, Parameters<T> parameters, Tensors<T> inputs, Tensors<T> inputTangents = default, NamedTensors<T>? direction = null, Step<T> step = default)
        where T : struct, IFloatingPointIeee754<T> =>
        direction is null || network.Layout.Equals(direction.Layout)
            ? network.Call(parameters, inputs, step).Bind(at => network.Jvp(at, inputTangents, direction?.All ?? default))
            : Foreign("direction");

    /// <summary>A network's parameters and step as the call of a layer.</summary>
    internal static Fin<ForwardCall<T>> Call<T>(this Network network, Parameters<T> parameters, Tensors<T> inputs, Step<T> step)
        where T : struct, IFloatingPointIeee754<T> => network.Layout.Equals(parameters.Layout)
            ? new ForwardCall<T>(inputs, parameters.All, (step.State ?? network.InitializeState<T>()).All, step.Mode, step.Key)
            : Foreign("parameters");

    /// <summary>What a layer's call lacks, if anything.</summary>
    internal static Fault? Fits<T>(Layer layer, ForwardCall<T> at) where T : struct, IFloatingPointIeee754<T>
    {
        if (at.Inputs.Count == 0) return new Fault("no inputs", "at least one", null, layer.Kind);
        foreach (var input in at.Inputs)
            if (input.IsDefault || input.Shape.Rank == 0 || input.Batch < 1 || input.Batch != at.Inputs[0].Batch)
                return new Fault($"an input of shape {(input.IsDefault ? "none" : input.Shape)}", "inputs with one batch of examples in front", null, layer.Kind);
        var shapes = Prelude.toSeq(at.Inputs.Select(input => input.Shape.Example)).Strict();
        if (layer.Outputs(shapes).Case is LanguageExt.Common.Error error) return Fault.From(error);
        return Shapes("parameters", layer.Parameters(shapes), at.Parameters) ?? Shapes("state", layer.States(shapes), at.State);
    }

    internal static Fault Foreign(string what) => new($"{what} of another network", "those of this network", "use what its Initialize, a file of it, or a gradient of it gives", what);

    private static Fault? Shapes<T>(string what, Seq<Parameter> needed, Tensors<T> given) where T : struct, IFloatingPointIeee754<T> =>
        needed.Map(parameter => parameter.Shape).SequenceEqual(given.Select(tensor => tensor.Shape))
            ? null
            : new Fault($"tensors of shapes {List(given)}", string.Join(", ", needed.Map(parameter => $"{parameter.Name} {parameter.Shape}")), null, what);

    private static Fault? Same<T>(string what, Tensors<T> values, Tensors<T> tangents) where T : struct, IFloatingPointIeee754<T> =>
        values.Select(tensor => tensor.Shape).SequenceEqual(tangents.Select(tensor => tensor.Shape))
            ? null
            : new Fault($"tensors of shapes {List(tangents)}", $"those of the values, {List(values)}", null, what);

    private static string List<T>(Tensors<T> tensors) where T : struct, IFloatingPointIeee754<T> =>
        tensors.Count == 0 ? "none" : string.Join(", ", tensors.Select(tensor => tensor.Shape));
}
