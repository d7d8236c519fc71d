using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Layers one after another: what <c>&gt;&gt;</c> makes. The outputs of each are the inputs of the next.
/// Backward runs them in reverse: (f &gt;&gt; g) backward is g's, then f's.
/// Laws: <c>(f &gt;&gt; g) &gt;&gt; h = f &gt;&gt; (g &gt;&gt; h)</c>, <c>Identity &gt;&gt; f = f = f &gt;&gt; Identity</c>, as values.
/// </summary>
/// <param name="Parts">The layers in order; none for the identity.</param>
public sealed record ChainLayer(Seq<Layer> Parts) : CompositeLayer
{
    /// <inheritdoc/>
    public override int OutputCount => Parts.IsEmpty ? 1 : Parts.Last.OutputCount;

    /// <inheritdoc/>
    public override bool MixesExamples => Parts.Exists(part => part.MixesExamples);

    /// <summary>Two layers in a row, flat: a chain without a name of its own dissolves in the one it joins.</summary>
    internal static Layer Of(Layer first, Layer next)
    {
        var parts = (Flat(first) + Flat(next)).Strict();
        return parts.Count == 1 ? parts.Head : new ChainLayer(parts);
    }

    /// <inheritdoc/>
    protected override Pipeline<Seq<Wire>> Expand(Seq<Wire> inputs) =>
        Pipeline.Fold(inputs, Parts, (wires, layer) => layer.Apply(wires));

    // Without a name a chain is nothing but its parts, so that a straight line equals the same layers written in LINQ.
    internal override Pipeline<Seq<Wire>> Apply(Seq<Wire> inputs) => Name is null ? Expand(inputs) : base.Apply(inputs);

    private static Seq<Layer> Flat(Layer layer) => layer is ChainLayer { Name: null } chain ? chain.Parts : Seq1(layer);
}

public static partial class Layers
{
    /// <summary>The layer that changes nothing: the unit of <c>&gt;&gt;</c>.</summary>
    public static Layer Identity() => new ChainLayer(Empty);
}
