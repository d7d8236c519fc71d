using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Recurrent layers on top of each other: each reads what the one below gives, at every step. In both directions, a layer is two, one
/// of them reading from the end, and what they give lies beside each other: y <c>[length, 2 · width]</c>.
/// The mask, if there is one, goes to all. Starting and final states, if any, come layer by layer, forward before backward.
/// </summary>
/// <param name="Cell">What each layer is.</param>
/// <param name="Count">How many layers.</param>
/// <param name="IsBidirectional">Whether each layer runs in both directions.</param>
/// <remarks>M. Schuster and K. Paliwal, Bidirectional Recurrent Neural Networks, 1997.</remarks>
public sealed record RecurrentStackLayer(Layer Cell, int Count, bool IsBidirectional) : CompositeLayer
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Expect.Positive(("layers", Count))
        + (Cell is RecurrentLayer ? Cell.Faults : Seq1(new Fault($"a stack of {Cell.Kind}", "a recurrent layer")));

    /// <inheritdoc/>
    public override int OutputCount => Cell is RecurrentLayer { HasFinal: true } cell ? 1 + cell.StateCount * Count * Directions : 1;

    private int Directions => IsBidirectional ? 2 : 1;

    internal static Layer Of(RecurrentLayer cell, int count, bool isBidirectional) =>
        count == 1 && !isBidirectional ? cell : new RecurrentStackLayer(cell, count, isBidirectional);

    /// <inheritdoc/>
    protected override Pipeline<Seq<Wire>> Expand(Seq<Wire> inputs)
    {
        var cell = (RecurrentLayer)Cell;
        int first = cell.IsMasked ? 2 : 1, states = cell.HasStart ? cell.StateCount : 0;
        if (inputs.Count != first + states * Count * Directions)
            return Draft.Faulty(Seq1(new Fault($"{inputs.Count} inputs", $"{first + states * Count * Directions}: x{(cell.IsMasked ? ", the mask" : "")}{(cell.HasStart ? ", the states" : "")}")), OutputCount);
        var mask = inputs.Skip(1).Take(first - 1).Strict();
        Seq<Wire> Given(int place) => inputs.Skip(first + states * place).Take(states).Strict();
        return Pipeline.Fold((X: inputs[0], Final: Seq<Wire>()), Enumerable.Range(0, Count), (at, layer) => IsBidirectional
            ? from forward in cell.OnAll((Seq1(at.X) + mask + Given(2 * layer)).Strict())
              from backward in (cell with { IsReverse = true }).OnAll((Seq1(at.X) + mask + Given(2 * layer + 1)).Strict())
              from both in Layers.Concat(-1).On(forward[0], backward[0])
              select (both, (at.Final + forward.Tail + backward.Tail).Strict())
            : from one in cell.OnAll((Seq1(at.X) + mask + Given(layer)).Strict())
              select (one[0], (at.Final + one.Tail).Strict()))
            .Select(end => (Seq1(end.X) + end.Final).Strict());
    }
}
