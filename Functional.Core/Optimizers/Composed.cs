using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// An optimizer made of another by a function on its step: it changes the gradient before, or the weights behind. Such functions chain from
/// left to right, the last one written meeting the gradient first: <c>Adam(1e-3).Accumulating(4).ClippedByNorm(1)</c> clips, adds up, then steps.
/// </summary>
/// <param name="Inner">The optimizer inside.</param>
public abstract record ComposedOptimizer(Optimizer Inner) : Optimizer
{
    /// <summary>How many buffers it keeps besides those of the inner optimizer, which come first.</summary>
    private protected virtual int Own => 0;

    /// <inheritdoc/>
    protected sealed override int Slots => Inner.SlotCount + Own;

    /// <inheritdoc/>
    public override double RateAt(long step) => Inner.RateAt(step);

    internal override Tensor<T> First<T>(int slot, Parameters<T> parameters) =>
        slot < Inner.SlotCount ? Inner.First(slot, parameters) : base.First(slot, parameters);

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Inner.Faults;

    internal override Fault? Misfit(Layout layout) => base.Misfit(layout) ?? Inner.Misfit(layout);

    /// <summary>Never called: a composed optimizer replaces the whole step.</summary>
    protected sealed override void Advance<T>(in OptimizerStep<T> step) => throw new NotSupportedException("A composed optimizer has no step of its own.");
}

/// <summary>An optimizer whose gradient is replaced by a function of it.</summary>
/// <param name="Inner">The optimizer inside.</param>
public abstract record GradientOptimizer(Optimizer Inner) : ComposedOptimizer(Inner)
{
    /// <summary>Whether the gradient stays as it is, so that it need not be written again; else what <see cref="Write"/> needs to know.</summary>
    private protected abstract bool IsSame<T>(OptimizerPass<T> pass, out T factor) where T : struct, IFloatingPointIeee754<T>;

    /// <summary>Writes the gradient of one range.</summary>
    private protected abstract void Write<T>(OptimizerPass<T> part, T factor, Span<T> to) where T : struct, IFloatingPointIeee754<T>;

    internal sealed override void Pass<T>(OptimizerPass<T> pass)
    {
        if (!IsSame(pass, out T factor))
        {
            var gradients = Tensor.Fresh<T>(pass.Gradients.Shape).Done();
            for (int i = 0; i < pass.Parts; i++) Write(pass.Part(i), factor, pass.Part(i).Of(gradients));
            pass = pass with { Gradients = gradients };
        }
        Inner.Pass(pass);
    }
}
