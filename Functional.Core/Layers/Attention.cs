using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Scaled dot-product attention, in heads: each output is a mean of values, weighted by how well its query fits their keys,
/// yᵢ = Σⱼ pᵢⱼ vⱼ with pᵢⱼ = mⱼ exp(qᵢ·kⱼ / √d) / Σⱼ mⱼ exp(qᵢ·kⱼ / √d), head by head, d being a head's width; m is the mask, 1 where there
/// is none. With a causal mask a query sees the keys up to its own place only (the last query and the last key are level).
/// A query that sees no key gives 0. What stands under a mask of 0 is to be finite (0 times NaN is NaN). No logit is too large: exponentials are taken relative to the largest.
/// Backward: δv = Pᵀ δy, δs = P ⊙ (δy vᵀ − ⟨δy, y⟩), δq = δs k / √d, δk = δsᵀ q / √d, δmⱼ = Σᵢ δsᵢⱼ / mⱼ, and 0 where mⱼ = 0. The weights are not
/// saved but computed again, so that memory grows with the length, not with its square.
/// Shapes: q <c>[queries, heads · d]</c>, k <c>[keys, heads · d]</c>, v <c>[keys, heads · e]</c>, mask <c>[keys]</c>, y <c>[queries, heads · e]</c>.
/// </summary>
/// <param name="Heads">How many heads: neighbouring columns, each a head's, attend on their own.</param>
/// <remarks>A. Vaswani et al., Attention Is All You Need, 2017; by tiles as in T. Dao et al., FlashAttention, 2022.</remarks>
public sealed record AttentionLayer(int Heads) : Layer
{
    /// <summary>Whether a query sees only the keys up to its own place.</summary>
    public bool IsCausal { get; init; }

    /// <summary>Whether a fourth input, the mask, says how much each key counts: 1, or 0 for padding.</summary>
    public bool IsMasked { get; init; }

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Expect.Positive(("heads", Heads));

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Count(inputs, IsMasked ? 4 : 3).Bind<Seq<Shape>>(shapes =>
    {
        var (q, k, v) = (shapes[0], shapes[1], shapes[2]);
        if (q.Rank != 2 || k.Rank != 2 || v.Rank != 2) return new Fault($"q {q}, k {k}, v {v}", "sequences [length, width]");
        if (q[1] != k[1]) return new Fault($"q of width {q[1]}, k of width {k[1]}", "one width");
        if (k[0] != v[0]) return new Fault($"{k[0]} keys, {v[0]} values", "as many");
        if (q[1] % Heads != 0 || v[1] % Heads != 0) return new Fault($"widths {q[1]} and {v[1]} in {Heads} heads", $"widths that {Heads} divides");
        if (IsMasked && shapes[3] != Shape.Of(k[0])) return new Fault($"a mask of shape {shapes[3]}", $"[{k[0]}], a number for each key");
        return Seq1(Shape.Of(q[0], v[1]));
    });

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private AttentionShape Sizes(Shape q, Shape k, Shape v) => new(q[0], Heads, q[1], k[1], q[2] / Heads, v[2] / Heads, IsCausal);

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (q, k, v, mask) = (call.Inputs[0], call.Inputs[1], call.Inputs[2], IsMasked ? call.Inputs[3] : default);
        var sizes = Sizes(q.Shape, k.Shape, v.Shape);
        var y = Tensor.Fresh<T>(Shape.Of(sizes.Queries, sizes.ValueRow).Batched(sizes.Batch)).Done();
        var logs = Tensor.Fresh<T>([sizes.Batch * Heads, sizes.Queries]).Done();
        if (IsTiled<T>()) new AttentionForward<T>(sizes, q, k, v, mask, y, logs, MatrixProduct.PreferredBits).Run();
        else AttentionReference.Forward(sizes, q.Span, k.Span, v.Span, Numbers(mask), y.Writable, logs.Writable);
        return new(y, IsMasked ? [q, k, v, y, logs, mask] : [q, k, v, y, logs]);
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        Tensor<T> q = call.Saved[0], k = call.Saved[1], v = call.Saved[2], y = call.Saved[3], logs = call.Saved[4];
        var mask = IsMasked ? call.Saved[5] : default;
        var sizes = Sizes(q.Shape, k.Shape, v.Shape);
        Tensor<T> dq = Tensor.Fresh<T>(q.Shape).Done(), dk = Tensor.Fresh<T>(k.Shape).Done(), dv = Tensor.Fresh<T>(v.Shape).Done();
        var dmask = IsMasked ? Tensor.Fresh<T>(mask.Shape).Done() : default;
        if (IsTiled<T>())
        {
            var byHead = IsMasked ? Tensor.Zeros<T>([sizes.Batch * Heads, sizes.Keys]) : default;
            new AttentionBackward<T>(sizes, q, k, v, mask, y, logs, call.Dy, dq, dk, dv, byHead, MatrixProduct.PreferredBits).Run();
            if (IsMasked)
                for (int example = 0; example < sizes.Batch; example++)
                    Rows.Sum(byHead.Slice(example * Heads, Heads).Span, dmask.Writable.Slice(example * sizes.Keys, sizes.Keys));
        }
        else
        {
            AttentionReference.Backward(
                sizes, q.Span, k.Span, v.Span, Numbers(mask), y.Span, logs.Span, call.Dy.Span, dq.Writable, dk.Writable, dv.Writable,
                IsMasked ? dmask.Writable : default);
        }
        return new(IsMasked ? [dq, dk, dv, dmask] : [dq, dk, dv]);
    }

    private static bool IsTiled<T>() => typeof(T) == typeof(float) || typeof(T) == typeof(double);

    private static ReadOnlySpan<T> Numbers<T>(Tensor<T> mask) where T : struct, IFloatingPointIeee754<T> => mask.IsDefault ? default : mask.Span;
}

public static partial class Layers
{
    /// <summary>Scaled dot-product attention of queries, keys and values, and a mask of the keys if <paramref name="isMasked"/>. See <see cref="AttentionLayer"/>.</summary>
    /// <param name="heads">How many heads.</param>
    /// <param name="isCausal">Whether a query sees only the keys up to its own place.</param>
    /// <param name="isMasked">Whether a fourth input, the mask, says which keys count.</param>
    public static Layer Attention(int heads, bool isCausal = false, bool isMasked = false) => new AttentionLayer(heads) { IsCausal = isCausal, IsMasked = isMasked };

    /// <summary>Scaled dot-product attention. See <see cref="AttentionLayer"/>.</summary>
    public static Pipeline<Wire> Attention(Wire queries, Wire keys, Wire values, int heads, bool isCausal = false, Wire? mask = null) => mask is null
        ? Attention(heads, isCausal).On(queries, keys, values)
        : Attention(heads, isCausal, isMasked: true).On(queries, keys, values, mask);
}
