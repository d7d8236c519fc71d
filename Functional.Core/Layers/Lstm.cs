using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// Long short-term memory: i = σ(·), f = σ(·), g = tanh(·), o = σ(·) of the four blocks of W_ih x + b_ih + W_hh h′ + b_hh in that order;
/// c = f ⊙ c′ + i ⊙ g, h = o ⊙ tanh c.
/// Backward: δo = δh ⊙ tanh c, δc += δh ⊙ o ⊙ (1 − tanh² c), δi = δc ⊙ g, δf = δc ⊙ c′, δg = δc ⊙ i, δc′ = δc ⊙ f; through each gate's function
/// by its derivative, then δh′ = W_hhᵀ δ(gates).
/// </summary>
/// <remarks>S. Hochreiter and J. Schmidhuber, 1997; the forget gate by F. Gers et al., 2000. Parameters and gate order as in PyTorch's <c>LSTM</c>.</remarks>
public readonly record struct LstmCell : IRecurrentCell
{
    /// <inheritdoc/>
    public int Gates => 4;

    /// <inheritdoc/>
    public bool HasCell => true;

    /// <inheritdoc/>
    public bool IsApart => false;

    /// <inheritdoc/>
    public void Forward<T>(Span<T> gates, ReadOnlySpan<T> b, ReadOnlySpan<T> before, ReadOnlySpan<T> cellBefore, Span<T> h, Span<T> cell)
        where T : struct, IFloatingPointIeee754<T>
    {
        int width = h.Length;
        Gate.Sigmoid(gates[..(2 * width)]);
        Gate.Tanh(gates.Slice(2 * width, width));
        Gate.Sigmoid(gates[(3 * width)..]);
        ReadOnlySpan<T> i = gates[..width], f = gates.Slice(width, width), g = gates.Slice(2 * width, width), o = gates.Slice(3 * width, width);
        int p = 0;
        if (Vector<T>.IsSupported)
            for (; p <= width - Vector<T>.Count; p += Vector<T>.Count)
                (new Vector<T>(f[p..]) * new Vector<T>(cellBefore[p..]) + new Vector<T>(i[p..]) * new Vector<T>(g[p..])).CopyTo(cell[p..]);
        for (; p < width; p++) cell[p] = f[p] * cellBefore[p] + i[p] * g[p];
        cell.CopyTo(h);
        Gate.Tanh(h);
        Kernels.Elementwise.Multiply(h, o, h);
    }

    /// <inheritdoc/>
    public void Backward<T>(
        ReadOnlySpan<T> gates, ReadOnlySpan<T> b, ReadOnlySpan<T> before, ReadOnlySpan<T> cellBefore, ReadOnlySpan<T> h, ReadOnlySpan<T> cell,
        Span<T> dh, Span<T> dcell, Span<T> da, Span<T> db) where T : struct, IFloatingPointIeee754<T>
    {
        int width = dh.Length, p = 0;
        ReadOnlySpan<T> i = gates[..width], f = gates.Slice(width, width), g = gates.Slice(2 * width, width), o = gates.Slice(3 * width, width);
        Span<T> di = da[..width], df = da.Slice(width, width), dg = da.Slice(2 * width, width), dO = da.Slice(3 * width, width);
        // tanh c, into the place of δo until that is known.
        cell.CopyTo(dO);
        Gate.Tanh(dO);
        if (Vector<T>.IsSupported)
            for (; p <= width - Vector<T>.Count; p += Vector<T>.Count)
            {
                Vector<T> one = Vector<T>.One, iv = new(i[p..]), fv = new(f[p..]), gv = new(g[p..]), ov = new(o[p..]), tanh = new(dO[p..]), up = new(dh[p..]);
                var dc = new Vector<T>(dcell[p..]) + up * ov * (one - tanh) * (one + tanh);
                (up * tanh * ov * (one - ov)).CopyTo(dO[p..]);
                (dc * gv * iv * (one - iv)).CopyTo(di[p..]);
                (dc * new Vector<T>(cellBefore[p..]) * fv * (one - fv)).CopyTo(df[p..]);
                (dc * iv * (one - gv) * (one + gv)).CopyTo(dg[p..]);
                (dc * fv).CopyTo(dcell[p..]);
            }
        for (; p < width; p++)
        {
            T tanh = dO[p], dc = dcell[p] + dh[p] * o[p] * (T.One - tanh) * (T.One + tanh);
            dO[p] = dh[p] * tanh * o[p] * (T.One - o[p]);
            di[p] = dc * g[p] * i[p] * (T.One - i[p]);
            df[p] = dc * cellBefore[p] * f[p] * (T.One - f[p]);
            dg[p] = dc * i[p] * (T.One - g[p]) * (T.One + g[p]);
            dcell[p] = dc * f[p];
        }
        dh.Clear();
    }
}

public static partial class Layers
{
    /// <summary>Long short-term memory over a sequence <c>[length, width]</c>. See <see cref="LstmCell"/> and <see cref="RecurrentLayer"/>.</summary>
    /// <param name="width">How many numbers the state and the cell have each.</param>
    /// <param name="layers">How many such layers, one on top of the other.</param>
    /// <param name="isBidirectional">Whether each layer runs in both directions, their outputs laid beside each other.</param>
    /// <param name="isMasked">Whether a second input, the mask <c>[length]</c>, tells the steps that count.</param>
    public static Layer Lstm(int width, int layers = 1, bool isBidirectional = false, bool isMasked = false) =>
        RecurrentStackLayer.Of(new RecurrentLayer<LstmCell>(width) { IsMasked = isMasked }, layers, isBidirectional);

    /// <inheritdoc cref="Lstm(int, int, bool, bool)"/>
    public static Pipeline<Wire> Lstm(Wire x, int width, int layers = 1, bool isBidirectional = false) => Lstm(width, layers, isBidirectional).On(x);

    /// <summary>Long short-term memory from a state and a cell on, with those it ends in: (y, h, c).</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="width">How many numbers the state and the cell have each.</param>
    /// <param name="start">State and cell before the first step; by default 0.</param>
    /// <param name="mask">Which steps count, <c>[length]</c>; by default all.</param>
    public static Pipeline<(Wire Y, Wire H, Wire C)> LstmStates(Wire x, int width, (Wire H, Wire C)? start = null, Wire? mask = null) =>
        Recurrence.States(new RecurrentLayer<LstmCell>(width), x, mask, start is { } states ? [states.H, states.C] : [])
            .Select(wires => (wires[0], wires[1], wires[2]));
}
