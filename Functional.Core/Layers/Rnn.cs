using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// The simple recurrent network of Elman: h = tanh(a + b), with a = W_ih x + b_ih and b = W_hh h′ + b_hh, h′ being the state before.
/// Backward: δa = δb = δh ⊙ (1 − h²), δh′ = W_hhᵀ δb.
/// </summary>
/// <remarks>J. Elman, Finding Structure in Time, 1990. Parameters as in PyTorch's <c>RNN</c>.</remarks>
public readonly record struct RnnCell : IRecurrentCell
{
    /// <inheritdoc/>
    public int Gates => 1;

    /// <inheritdoc/>
    public bool HasCell => false;

    /// <inheritdoc/>
    public bool IsApart => false;

    /// <inheritdoc/>
    public void Forward<T>(Span<T> gates, ReadOnlySpan<T> b, ReadOnlySpan<T> before, ReadOnlySpan<T> cellBefore, Span<T> h, Span<T> cell)
        where T : struct, IFloatingPointIeee754<T>
    {
        Gate.Tanh(gates);
        gates.CopyTo(h);
    }

    /// <inheritdoc/>
    public void Backward<T>(
        ReadOnlySpan<T> gates, ReadOnlySpan<T> b, ReadOnlySpan<T> before, ReadOnlySpan<T> cellBefore, ReadOnlySpan<T> h, ReadOnlySpan<T> cell,
        Span<T> dh, Span<T> dcell, Span<T> da, Span<T> db) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < dh.Length; i++) da[i] = dh[i] * (T.One - gates[i]) * (T.One + gates[i]);
        dh.Clear();
    }
}

public static partial class Layers
{
    /// <summary>A simple recurrent network over a sequence <c>[length, width]</c>. See <see cref="RnnCell"/> and <see cref="RecurrentLayer"/>.</summary>
    /// <param name="width">How many numbers the state has.</param>
    /// <param name="layers">How many such layers, one on top of the other.</param>
    /// <param name="isBidirectional">Whether each layer runs in both directions, their outputs laid beside each other.</param>
    /// <param name="isMasked">Whether a second input, the mask <c>[length]</c>, tells the steps that count.</param>
    public static Layer Rnn(int width, int layers = 1, bool isBidirectional = false, bool isMasked = false) =>
        RecurrentStackLayer.Of(new RecurrentLayer<RnnCell>(width) { IsMasked = isMasked }, layers, isBidirectional);

    /// <inheritdoc cref="Rnn(int, int, bool, bool)"/>
    public static Pipeline<Wire> Rnn(Wire x, int width, int layers = 1, bool isBidirectional = false) => Rnn(width, layers, isBidirectional).On(x);

    /// <summary>A simple recurrent network from a state on, with the state it ends in: (y, h).</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="width">How many numbers the state has.</param>
    /// <param name="start">The state before the first step; by default 0.</param>
    /// <param name="mask">Which steps count, <c>[length]</c>; by default all.</param>
    public static Pipeline<(Wire Y, Wire H)> RnnStates(Wire x, int width, Wire? start = null, Wire? mask = null) =>
        Recurrence.States(new RecurrentLayer<RnnCell>(width), x, mask, start is null ? [] : [start]).Select(wires => (wires[0], wires[1]));
}
