using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// The gated recurrent unit: r = σ(a_r + b_r), z = σ(a_z + b_z), n = tanh(a_n + r ⊙ b_n), h = (1 − z) ⊙ n + z ⊙ h′, with a = W_ih x + b_ih and
/// b = W_hh h′ + b_hh in the order r, z, n.
/// Backward: δn = δh ⊙ (1 − z), δa_n = δn ⊙ (1 − n²), δb_n = δa_n ⊙ r, δa_r = δb_r = δa_n ⊙ b_n ⊙ r ⊙ (1 − r),
/// δa_z = δb_z = δh ⊙ (h′ − n) ⊙ z ⊙ (1 − z), δh′ = δh ⊙ z + W_hhᵀ δb.
/// </summary>
/// <remarks>K. Cho et al., 2014, in the form of PyTorch's <c>GRU</c>, whose parameters it takes: the reset gate works on b_n, after the product with W_hh.</remarks>
public readonly record struct GruCell : IRecurrentCell
{
    /// <inheritdoc/>
    public int Gates => 3;

    /// <inheritdoc/>
    public bool HasCell => false;

    /// <inheritdoc/>
    public bool IsApart => true;

    /// <inheritdoc/>
    public void Forward<T>(Span<T> gates, ReadOnlySpan<T> b, ReadOnlySpan<T> before, ReadOnlySpan<T> cellBefore, Span<T> h, Span<T> cell)
        where T : struct, IFloatingPointIeee754<T>
    {
        int width = h.Length;
        var rz = gates[..(2 * width)];
        var n = gates[(2 * width)..];
        Kernels.Elementwise.Accumulate(b[..(2 * width)], rz);
        Gate.Sigmoid(rz);
        var (r, z) = (0, width);
        for (int i = 0; i < width; i++) n[i] += rz[r + i] * b[2 * width + i];
        Gate.Tanh(n);
        for (int i = 0; i < width; i++) h[i] = n[i] + rz[z + i] * (before[i] - n[i]);
    }

    /// <inheritdoc/>
    public void Backward<T>(
        ReadOnlySpan<T> gates, ReadOnlySpan<T> b, ReadOnlySpan<T> before, ReadOnlySpan<T> cellBefore, ReadOnlySpan<T> h, ReadOnlySpan<T> cell,
        Span<T> dh, Span<T> dcell, Span<T> da, Span<T> db) where T : struct, IFloatingPointIeee754<T>
    {
        int width = dh.Length;
        ReadOnlySpan<T> r = gates[..width], z = gates.Slice(width, width), n = gates.Slice(2 * width, width), bn = b.Slice(2 * width, width);
        Span<T> dar = da[..width], daz = da.Slice(width, width), dan = da.Slice(2 * width, width), dbn = db.Slice(2 * width, width);
        for (int i = 0; i < width; i++)
        {
            T dn = dh[i] * (T.One - z[i]) * (T.One - n[i]) * (T.One + n[i]);
            dan[i] = dn;
            dbn[i] = dn * r[i];
            dar[i] = dn * bn[i] * r[i] * (T.One - r[i]);
            daz[i] = dh[i] * (before[i] - n[i]) * z[i] * (T.One - z[i]);
            dh[i] *= z[i];
        }
        da[..(2 * width)].CopyTo(db);
    }
}

public static partial class Layers
{
    /// <summary>Gated recurrent units over a sequence <c>[length, width]</c>. See <see cref="GruCell"/> and <see cref="RecurrentLayer"/>.</summary>
    /// <param name="width">How many numbers the state has.</param>
    /// <param name="layers">How many such layers, one on top of the other.</param>
    /// <param name="isBidirectional">Whether each layer runs in both directions, their outputs laid beside each other.</param>
    /// <param name="isMasked">Whether a second input, the mask <c>[length]</c>, tells the steps that count.</param>
    public static Layer Gru(int width, int layers = 1, bool isBidirectional = false, bool isMasked = false) =>
        RecurrentStackLayer.Of(new RecurrentLayer<GruCell>(width) { IsMasked = isMasked }, layers, isBidirectional);

    /// <inheritdoc cref="Gru(int, int, bool, bool)"/>
    public static Pipeline<Wire> Gru(Wire x, int width, int layers = 1, bool isBidirectional = false) => Gru(width, layers, isBidirectional).On(x);

    /// <summary>Gated recurrent units from a state on, with the state they end in: (y, h).</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="width">How many numbers the state has.</param>
    /// <param name="start">The state before the first step; by default 0.</param>
    /// <param name="mask">Which steps count, <c>[length]</c>; by default all.</param>
    public static Pipeline<(Wire Y, Wire H)> GruStates(Wire x, int width, Wire? start = null, Wire? mask = null) =>
        Recurrence.States(new RecurrentLayer<GruCell>(width), x, mask, start is null ? [] : [start]).Select(wires => (wires[0], wires[1]));
}
