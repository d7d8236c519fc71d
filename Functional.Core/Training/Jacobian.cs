using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// All first derivatives of all outputs, dense. Rows run over the elements of all outputs, one output after another; the columns of
/// <paramref name="Inputs"/> over the elements of all inputs, those of <paramref name="Parameters"/> over all parameters. Batches are
/// elements like others, so where examples do not meet the block of example i's outputs and example j's inputs is 0 for i ≠ j.
/// </summary>
/// <param name="Inputs">∂y/∂x, <c>[outputs, inputs]</c>.</param>
/// <param name="Parameters">∂y/∂w, <c>[outputs, parameters]</c>.</param>
public sealed record Jacobian<T>(Tensor<T> Inputs, Tensor<T> Parameters) : IPromotable<Jacobian<T>> where T : struct, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Jacobian<T> Promote() => new(Inputs.Promote(), Parameters.Promote());
}

/// <summary>Dense Jacobians by forward mode.</summary>
/// <remarks>Law: row r is what backward gives for δy = the r-th unit vector, to rounding.</remarks>
public static class Jacobians
{
    /// <summary>The Jacobian of a layer at a point: one run at dual numbers for each column, so it is for small sizes.</summary>
    /// <returns>The Jacobian, or a <see cref="Fault"/> where the point does not fit the layer.</returns>
    public static Fin<Jacobian<T>> Jacobian<T>(this Layer layer, ForwardCall<T> at) where T : struct, IFloatingPointIeee754<T>
    {
        if (ForwardMode.Fits(layer, at) is { } fault) return fault;
        var function = layer.At<Dual<T>>();
        var state = at.State.Moving();
        return new Jacobian<T>(
            Columns(at.Inputs, inputs => function.Forward(new(inputs, at.Parameters.Moving(), state, at.Mode, at.Key)).Outputs),
            Columns(at.Parameters, parameters => function.Forward(new(at.Inputs.Moving(), parameters, state, at.Mode, at.Key)).Outputs));
    }

    /// <summary>The Jacobian of a network: <see cref="Jacobian{T}(Layer, ForwardCall{T})"/>.</summary>
    public static Fin<Jacobian<T>> Jacobian<T>(this Network network, Parameters<T> parameters, Tensors<T> inputs, Step<T> step = default)
        where T : struct, IFloatingPointIeee754<T> =>
        network.Call(parameters, inputs, step).Bind(at => Jacobian((Layer)network, at));

    // One column for each element of the tensors that move.
    private static Tensor<T> Columns<T>(Tensors<T> moving, Func<Tensors<Dual<T>>, Tensors<Dual<T>>> function) where T : struct, IFloatingPointIeee754<T>
    {
        int width = moving.Sum(tensor => tensor.Size), column = 0;
        int height = function(moving.Moving()).Sum(tensor => tensor.Size);
        var jacobian = Tensor.Fresh<T>([height, width]);
        for (int place = 0; place < moving.Count; place++)
            for (int element = 0; element < moving[place].Size; element++, column++)
            {
                int row = 0;
                foreach (var output in function(Along(moving, place, element)))
                    foreach (var number in output.Span) jacobian.Span[row++ * width + column] = number.Tangent;
            }
        return jacobian.Done();
    }

    private static Tensors<Dual<T>> Along<T>(Tensors<T> tensors, int place, int element) where T : struct, IFloatingPointIeee754<T> =>
        [.. tensors.Select((tensor, i) => i == place ? tensor.Moving(Unit<T>(tensor.Shape, element)) : tensor.Moving())];

    /// <summary>1 at one element, 0 elsewhere.</summary>
    internal static Tensor<T> Unit<T>(Shape shape, int element) where T : struct, IFloatingPointIeee754<T>
    {
        var unit = Tensor.Fresh<T>(shape);
        unit.Span.Clear();
        unit.Span[element] = T.One;
        return unit.Done();
    }
}
