using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Attention between learned projections: y = W_o · <see cref="AttentionLayer">Attention</see>(W_q x, W_k z, W_v z), with biases for all but
/// the keys: one there would add the same to all logits of a query and so change nothing. With one sequence, z is x:
/// self-attention; with two, the first asks and the second answers: cross-attention. Parameters under <c>query</c>, <c>key</c>,
/// <c>value</c> and <c>out</c>, each <c>weight</c> <c>[width, in]</c> and, but for <c>key</c>, <c>bias</c> <c>[width]</c>.
/// Shapes: x <c>[length, width]</c>, z <c>[keys, any]</c>, mask <c>[keys]</c>, y <c>[length, width]</c>, the width being x's.
/// </summary>
/// <param name="Heads">How many heads; divides the width.</param>
/// <remarks>A. Vaswani et al., Attention Is All You Need, 2017. PyTorch's <c>MultiheadAttention</c> keeps the first three weights in one, one below the other, and a bias of the keys, to no effect.</remarks>
public sealed record MultiHeadAttentionLayer(int Heads) : CompositeLayer
{
    /// <summary>Whether a place sees only those up to itself.</summary>
    public bool IsCausal { get; init; }

    /// <summary>Whether the last input is a mask of the keys: 1, or 0 for padding.</summary>
    public bool IsMasked { get; init; }

    /// <summary>Whether the projections have biases.</summary>
    public bool Bias { get; init; } = true;

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Expect.Positive(("heads", Heads));

    /// <inheritdoc/>
    protected override Pipeline<Seq<Wire>> Expand(Seq<Wire> inputs)
    {
        int masks = IsMasked ? 1 : 0;
        if (inputs.Count - masks is not (1 or 2))
            return Draft.Faulty(Seq1(new Fault($"{inputs.Count} inputs", IsMasked ? "x and its mask, or x, z and z's mask" : "x, or x and z")), 1);
        if (inputs.Find(wire => wire.Shape.Rank == 0).IsSome) return Draft.Faulty(Seq1(Expect.NoAxes), 1);
        Wire x = inputs[0], z = inputs.Count - masks == 2 ? inputs[1] : x;
        int width = x.Shape[-1];
        var attention = Layers.Attention(Heads, IsCausal, IsMasked);
        return
            from query in Layers.Dense(width, Bias).Named("query").On(x)
            from key in Layers.Dense(width, bias: false).Named("key").On(z)
            from value in Layers.Dense(width, Bias).Named("value").On(z)
            from mean in IsMasked ? attention.On(query, key, value, inputs.Last) : attention.On(query, key, value)
            from y in Layers.Dense(width, Bias).Named("out").On(mean)
            select Seq1(y);
    }
}

public static partial class Layers
{
    /// <summary>Attention between learned projections. See <see cref="MultiHeadAttentionLayer"/>.</summary>
    /// <param name="heads">How many heads.</param>
    /// <param name="isCausal">Whether a place sees only those up to itself.</param>
    /// <param name="isMasked">Whether the last input is a mask of the keys.</param>
    /// <param name="bias">Whether the projections have biases.</param>
    public static Layer MultiHeadAttention(int heads, bool isCausal = false, bool isMasked = false, bool bias = true) =>
        new MultiHeadAttentionLayer(heads) { IsCausal = isCausal, IsMasked = isMasked, Bias = bias };

    /// <inheritdoc cref="MultiHeadAttention(int, bool, bool, bool)"/>
    public static Pipeline<Wire> MultiHeadAttention(Wire x, int heads, bool isCausal = false, Wire? mask = null, bool bias = true) => mask is null
        ? MultiHeadAttention(heads, isCausal, false, bias).On(x)
        : MultiHeadAttention(heads, isCausal, true, bias).On(x, mask);
}
