using System.Numerics;

namespace Functional.Core;

/// <summary>
/// Stochastic gradient descent. With rate η, momentum μ and weight decay λ: d = g + λ w; b′ = μ b + d;
/// w′ = w − η b′, or with Nesterov's momentum w′ = w − η (d + μ b′).
/// </summary>
/// <param name="Rate">η, by step.</param>
/// <param name="Momentum">μ, from 0 to below 1.</param>
/// <param name="Nesterov">Whether to look ahead along the momentum.</param>
/// <param name="WeightDecay">λ, added to the gradient as that of ½ λ |w|².</param>
/// <remarks>The form of I. Sutskever et al., 2013, as PyTorch writes it (the rate outside the momentum).</remarks>
public sealed record SgdOptimizer(Schedule Rate, double Momentum = 0, bool Nesterov = false, double WeightDecay = 0) : Optimizer
{
    /// <inheritdoc/>
    public override OptimizerState<T> Init<T>(Parameters<T> parameters) => Zeros(parameters, Momentum == 0 ? 0 : 1);

    /// <inheritdoc/>
    public override (Parameters<T> Parameters, OptimizerState<T> State) Update<T>(Parameters<T> parameters, Gradients<T> gradients, OptimizerState<T> state)
    {
        T rate = T.CreateChecked(Rate.At(state.Step)), mu = T.CreateChecked(Momentum), decay = T.CreateChecked(WeightDecay);
        var w = parameters.Values.Span;
        var g = gradients.Values.Span;
        var next = Tensor.Fresh<T>(parameters.Values.Shape);
        var to = next.Span;
        if (Momentum == 0)
        {
            for (int i = 0; i < w.Length; i++) to[i] = w[i] - rate * (g[i] + decay * w[i]);
            return (new(parameters.Layout, next.Done()), state with { Step = state.Step + 1 });
        }
        var velocity = Tensor.Fresh<T>(parameters.Values.Shape);
        var before = state.Slots[0].Span;
        var after = velocity.Span;
        for (int i = 0; i < w.Length; i++)
        {
            T d = g[i] + decay * w[i], b = mu * before[i] + d;
            after[i] = b;
            to[i] = w[i] - rate * (Nesterov ? d + mu * b : b);
        }
        return (new(parameters.Layout, next.Done()), new(state.Step + 1, velocity.Done()));
    }
}

public static partial class Optimizers
{
    /// <summary>Stochastic gradient descent: w′ = w − η g, with momentum where asked. See <see cref="SgdOptimizer"/>.</summary>
    public static Optimizer Sgd(Schedule rate, double momentum = 0, bool nesterov = false, double weightDecay = 0) =>
        new SgdOptimizer(rate, momentum, nesterov, weightDecay);
}
