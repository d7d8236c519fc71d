using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A block of a transformer, normalised before each part: a = x + Attention(LayerNorm(x)), y = a + W₂ GELU(W₁ LayerNorm(a) + b₁) + b₂.
/// What flows along the skips is never normalised, which lets deep stacks train from the start. Parameters under <c>norm1</c>,
/// <c>attention</c>, <c>norm2</c>, <c>expand</c> (W₁) and <c>contract</c> (W₂).
/// Shapes: x and y <c>[length, width]</c>, mask <c>[length]</c>.
/// </summary>
/// <param name="Heads">How many heads; divides the width.</param>
/// <remarks>A. Vaswani et al., Attention Is All You Need, 2017; the order of the norms by R. Xiong et al., On Layer Normalization in the Transformer Architecture, 2020.</remarks>
public sealed record TransformerBlockLayer(int Heads) : CompositeLayer
{
    /// <summary>Whether a place sees only those up to itself.</summary>
    public bool IsCausal { get; init; }

    /// <summary>Whether a second input is a mask of the places: 1, or 0 for padding.</summary>
    public bool IsMasked { get; init; }

    /// <summary>How much wider than x the hidden layer is.</summary>
    public int Expansion { get; init; } = 4;

    /// <summary>The share of what each part adds that is dropped in training, drawn anew each time; 0 for none.</summary>
    public double DropoutRate { get; init; }

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Expect.Positive(("heads", Heads), ("expansion", Expansion));

    /// <inheritdoc/>
    protected override Pipeline<Seq<Wire>> Expand(Seq<Wire> inputs)
    {
        if (inputs.Count != (IsMasked ? 2 : 1))
            return Draft.Faulty(Seq1(new Fault($"{inputs.Count} inputs", IsMasked ? "x and its mask" : "x")), 1);
        var x = inputs[0];
        if (x.Shape.Rank == 0) return Draft.Faulty(Seq1(Expect.NoAxes), 1);
        int width = x.Shape[-1];
        var attention = Layers.MultiHeadAttention(Heads, IsCausal, IsMasked).Named("attention");
        return
            from calm in Layers.LayerNorm().Named("norm1").On(x)
            from seen in IsMasked ? attention.On(calm, inputs[1]) : attention.On(calm)
            from kept in Dropped(seen)
            from a in Layers.Add(x, kept)
            from again in Layers.LayerNorm().Named("norm2").On(a)
            from wide in Layers.Dense(Expansion * width).Named("expand").On(again)
            from active in Layers.Gelu(wide)
            from narrow in Layers.Dense(width).Named("contract").On(active)
            from rest in Dropped(narrow)
            from y in Layers.Add(a, rest)
            select Seq1(y);
    }

    private Pipeline<Wire> Dropped(Wire wire) => DropoutRate == 0 ? Pipeline.Return(wire) : Layers.Dropout(wire, DropoutRate);
}

public static partial class Layers
{
    /// <summary>A block of a transformer, normalised before each part. See <see cref="TransformerBlockLayer"/>.</summary>
    /// <param name="heads">How many heads; divides the width.</param>
    /// <param name="isCausal">Whether a place sees only those up to itself.</param>
    /// <param name="isMasked">Whether a second input is a mask of the places.</param>
    /// <param name="expansion">How much wider than x the hidden layer is.</param>
    /// <param name="dropout">The share of what each part adds that is dropped in training.</param>
    public static Layer TransformerBlock(int heads, bool isCausal = false, bool isMasked = false, int expansion = 4, double dropout = 0) =>
        new TransformerBlockLayer(heads) { IsCausal = isCausal, IsMasked = isMasked, Expansion = expansion, DropoutRate = dropout };

    /// <inheritdoc cref="TransformerBlock(int, bool, bool, int, double)"/>
    public static Pipeline<Wire> TransformerBlock(Wire x, int heads, bool isCausal = false, Wire? mask = null, int expansion = 4, double dropout = 0) => mask is null
        ? TransformerBlock(heads, isCausal, false, expansion, dropout).On(x)
        : TransformerBlock(heads, isCausal, true, expansion, dropout).On(x, mask);
}
