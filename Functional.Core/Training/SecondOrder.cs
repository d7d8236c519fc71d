using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>The Hessian of an error times a direction, with the gradient, which comes for free.</summary>
/// <param name="Gradient">∂E/∂w.</param>
/// <param name="Product">H·v.</param>
public sealed record HessianProduct<T>(Gradients<T> Gradient, Gradients<T> Product) : IPromotable<HessianProduct<T>> where T : struct, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public HessianProduct<T> Promote() => new(Gradient.Promote(), Product.Promote());
}

/// <summary>Second derivatives of an error by its parameters: forward mode over backward.</summary>
/// <remarks>
/// Laws: H is symmetric where E is twice differentiable; H·v is the limit of (∇E(w + h v) − ∇E(w − h v)) / 2h.
/// B. Pearlmutter, Fast Exact Multiplication by the Hessian, 1994.
/// </remarks>
public static class SecondOrder
{
    /// <summary>
    /// H·v with H = ∂²E/∂w²: the gradient is run at the dual numbers w + v ε, and its tangent is H·v. It costs about as much as a few gradients.
    /// </summary>
    /// <param name="objective">E.</param>
    /// <param name="parameters">w.</param>
    /// <param name="direction">v: parameters or gradients of the same network.</param>
    /// <param name="inputs">x, batch first.</param>
    /// <param name="targets">t, batch first.</param>
    /// <param name="step">State, mode and randomness.</param>
    /// <returns>∂E/∂w and H·v, or a <see cref="Fault"/> where something does not fit.</returns>
    public static Fin<HessianProduct<T>> Hvp<T>(
        this Objective objective, Parameters<T> parameters, NamedTensors<T> direction, Tensors<T> inputs, Tensors<T> targets, Step<T> step = default)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (!parameters.Layout.Equals(direction.Layout)) return ForwardMode.Foreign("direction");
        var moving = new Parameters<Dual<T>>(parameters.Layout, parameters.Values.Moving(direction.Values));
        var state = step.State is { } given ? new State<Dual<T>>(given.Layout, given.Values.Moving()) : null;
        return objective
            .Gradient(moving, inputs.Moving(), targets.Moving(), new Step<Dual<T>>(state, step.Mode, step.Key))
            .Map(dual => new HessianProduct<T>(new(dual.Layout, dual.Values.Values()), new(dual.Layout, dual.Values.Tangents())));
    }

    /// <summary>
    /// The whole Hessian ∂²E/∂w², <c>[parameters, parameters]</c> in the order of the parameters' buffer: one <see cref="Hvp"/> for each column, so it is for small networks.
    /// </summary>
    /// <param name="objective">E.</param>
    /// <param name="parameters">w.</param>
    /// <param name="inputs">x, batch first.</param>
    /// <param name="targets">t, batch first.</param>
    /// <param name="step">State, mode and randomness.</param>
    /// <returns>H, or a <see cref="Fault"/> where something does not fit.</returns>
    public static Fin<Tensor<T>> Hessian<T>(
        this Objective objective, Parameters<T> parameters, Tensors<T> inputs, Tensors<T> targets, Step<T> step = default)
        where T : struct, IFloatingPointIeee754<T>
    {
        int size = parameters.Layout.Size;
        var hessian = Tensor.Fresh<T>([size, size]).Done();
        for (int column = 0; column < size; column++)
        {
            var unit = new Parameters<T>(parameters.Layout, Jacobians.Unit<T>(parameters.Values.Shape, column));
            var product = objective.Hvp(parameters, unit, inputs, targets, step);
            if (product.Case is not HessianProduct<T> { Product.Values: var values }) return product.Map(both => both.Product.Values);
            for (int row = 0; row < size; row++) hessian.Writable[row * size + column] = values.Span[row];
        }
        return hessian;
    }
}
