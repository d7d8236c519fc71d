using System.Numerics;
using System.Numerics.Tensors;
using Functional.Core.Kernels;
using LanguageExt;

namespace Functional.Core;

/// <summary>Every element of the gradient clipped to [−c, c].</summary>
/// <param name="Inner">The optimizer inside.</param>
/// <param name="Limit">c.</param>
public sealed record ClippedByValueOptimizer(Optimizer Inner, double Limit) : GradientOptimizer(Inner)
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => base.Faults + Expect.Settings(("limit", Limit, Limit > 0, "a limit above 0"));

    private protected override bool IsSame<T>(OptimizerPass<T> pass, out T factor)
    {
        factor = T.CreateChecked(Limit);
        return false;
    }

    private protected override void Write<T>(OptimizerPass<T> part, T factor, Span<T> to)
    {
        var g = part.G;
        for (int i = 0; i < g.Length; i++) to[i] = T.Clamp(g[i], -factor, factor);
    }
}

/// <summary>The gradient scaled down to the norm c where its Euclidean norm |g| over all parameters is larger: g′ = g · min(1, c / |g|).</summary>
/// <param name="Inner">The optimizer inside.</param>
/// <param name="Limit">c.</param>
/// <remarks>R. Pascanu, T. Mikolov and Y. Bengio, On the Difficulty of Training Recurrent Neural Networks, 2013, algorithm 1. Within a group (<see cref="GroupedOptimizer"/>) the norm is the group's.</remarks>
public sealed record ClippedByNormOptimizer(Optimizer Inner, double Limit) : GradientOptimizer(Inner)
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => base.Faults + Expect.Settings(("limit", Limit, Limit > 0, "a limit above 0"));

    private protected override bool IsSame<T>(OptimizerPass<T> pass, out T factor)
    {
        double norm = 0;
        for (int i = 0; i < pass.Parts; i++) norm = double.Hypot(norm, Norm.Of(pass.Part(i).G));
        factor = T.CreateChecked(Limit / norm);
        return norm <= Limit;
    }

    private protected override void Write<T>(OptimizerPass<T> part, T factor, Span<T> to) => TensorPrimitives.Multiply(part.G, factor, to);
}

/// <summary>The gradient of a penalty ½ λ |w|² on weights of some names added: g′ = g + λ w.</summary>
/// <param name="Inner">The optimizer inside.</param>
/// <param name="Lambda">λ.</param>
/// <param name="Names">Which weights.</param>
public sealed record PenalizedOptimizer(Optimizer Inner, double Lambda, Names Names) : GradientOptimizer(Inner)
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => base.Faults + Expect.Settings(("lambda", Lambda, Lambda >= 0, "a lambda of at least 0"));

    internal override Fault? Misfit(Layout layout) => Names.Misfit(layout) ?? base.Misfit(layout);

    private protected override bool IsSame<T>(OptimizerPass<T> pass, out T factor)
    {
        factor = T.CreateChecked(Lambda);
        return Lambda == 0;
    }

    private protected override void Write<T>(OptimizerPass<T> part, T factor, Span<T> to)
    {
        part.G.CopyTo(to);
        var chosen = part.Where(Names);
        for (int i = 0; i < chosen.Parts; i++)
        {
            var range = chosen.Part(i);
            TensorPrimitives.MultiplyAdd(range.W, factor, range.G, to.Slice(range.Start - part.Start, range.Count));
        }
    }
}
