using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A recurrent layer over a sequence, one step after another from a state h (and a cell c): the settings that are the same for every
/// kind of <see cref="IRecurrentCell"/>.
/// With a mask m, a step with m = 0 changes no state and gives 0: h = m ĥ + (1 − m) h′ and y = m ĥ, ĥ being what the cell gives; so
/// sequences of different lengths stand in one batch, filled up at the end (with finite numbers: 0 times NaN is NaN).
/// Shapes: x <c>[length, in]</c>, mask <c>[length]</c>, states <c>[width]</c>; y <c>[length, width]</c>.
/// Parameters: <c>weight_ih</c> <c>[gates · width, in]</c>, <c>weight_hh</c> <c>[gates · width, width]</c>, <c>bias_ih</c> and
/// <c>bias_hh</c> <c>[gates · width]</c>. Gradients by backpropagation through time.
/// Inputs in order: x, the mask if there is one, the starting states if they are given. Outputs: y, then the final states if wanted.
/// </summary>
/// <param name="Width">How many numbers the state has.</param>
public abstract record RecurrentLayer(int Width) : Layer
{
    /// <summary>Whether the steps are taken from the last to the first; y keeps its order.</summary>
    public bool IsReverse { get; init; }

    /// <summary>Whether a mask is the second input.</summary>
    public bool IsMasked { get; init; }

    /// <summary>Whether the states before the first step are inputs; otherwise they are 0.</summary>
    public bool HasStart { get; init; }

    /// <summary>Whether the states after the last step are outputs.</summary>
    public bool HasFinal { get; init; }

    /// <summary>How W_ih starts. By default Glorot and Bengio's uniform.</summary>
    public Initializer InputInitializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>How W_hh starts. By default orthogonal, which neither blows up nor forgets.</summary>
    public Initializer RecurrentInitializer { get; init; } = Initializer.Orthogonal();

    /// <summary>How many states: 2 with a cell.</summary>
    internal abstract int StateCount { get; }

    private protected abstract int GateCount { get; }

    /// <inheritdoc/>
    public override int OutputCount => HasFinal ? 1 + StateCount : 1;

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Expect.Positive(("width", Width));

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs)
    {
        int count = 1 + (IsMasked ? 1 : 0) + (HasStart ? StateCount : 0);
        return Expect.Count(inputs, count).Bind<Seq<Shape>>(shapes =>
        {
            var x = shapes[0];
            if (x.Rank != 2) return new Fault($"shape {x}", "a sequence [length, width]", x.Rank == 1 ? $"Reshape to [{x[0]}, 1] if its steps are numbers" : null);
            if (IsMasked && shapes[1] != Shape.Of(x[0])) return new Fault($"a mask of shape {shapes[1]}", $"[{x[0]}], a number for each step");
            var states = shapes.Skip(IsMasked ? 2 : 1).Strict();
            if (states.Exists(state => state != Shape.Of(Width))) return new Fault($"starting states {string.Join(", ", states)}", $"[{Width}]");
            return toSeq(Enumerable.Repeat(Shape.Of(Width), OutputCount - 1).Prepend(Shape.Of(x[0], Width))).Strict();
        });
    }

    /// <inheritdoc/>
    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Seq(
        new Parameter("weight_ih", [GateCount * Width, inputs[0][1]], InputInitializer),
        new Parameter("weight_hh", [GateCount * Width, Width], RecurrentInitializer),
        new Parameter("bias_ih", [GateCount * Width], Initializer.Zeros),
        new Parameter("bias_hh", [GateCount * Width], Initializer.Zeros));
}

/// <summary>A recurrent layer of one kind of cell.</summary>
/// <typeparam name="TCell">The cell.</typeparam>
/// <param name="Width">How many numbers the state has.</param>
public sealed record RecurrentLayer<TCell>(int Width) : RecurrentLayer(Width) where TCell : struct, IRecurrentCell
{
    /// <inheritdoc/>
    public override string Kind => typeof(TCell).Name.Replace("Cell", "", StringComparison.Ordinal).ToLowerInvariant();

    internal override int StateCount => default(TCell).HasCell ? 2 : 1;

    private protected override int GateCount => default(TCell).Gates;

    /// <inheritdoc/>
    public override Differentiable<T> At<T>()
    {
        var function = new RecurrentFunction<TCell, T>(this);
        return new(function.Forward, function.Backward);
    }
}

/// <summary>Recurrent layers on wires.</summary>
internal static class Recurrence
{
    /// <summary>A layer with its final states, from given starting states or from 0.</summary>
    public static Pipeline<Seq<Wire>> States(RecurrentLayer cell, Wire x, Wire? mask, Wire[] start) =>
        (cell with { IsMasked = mask is not null, HasStart = start.Length > 0, HasFinal = true })
            .OnAll((Seq1(x) + (mask is null ? Empty : Seq1(mask)) + toSeq(start)).Strict());
}
