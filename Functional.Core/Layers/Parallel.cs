using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Branches side by side on the same input, joined by one more layer: y = join(f₁(x), f₂(x), …); δx = Σᵢ fᵢ's δx.
/// </summary>
/// <param name="Branches">f₁, f₂, …: two or more.</param>
/// <param name="Join">What makes one of their outputs, such as <c>Concat</c> or <c>Add</c>.</param>
public sealed record ParallelLayer(Seq<Layer> Branches, Layer Join) : CompositeLayer
{
    /// <inheritdoc/>
    public override int OutputCount => Join.OutputCount;

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Branches.Count >= 2 ? Empty : Seq1(new Fault($"{Branches.Count} branches", "two or more"));

    /// <inheritdoc/>
    public override bool MixesExamples => Join.MixesExamples || Branches.Exists(branch => branch.MixesExamples);

    /// <inheritdoc/>
    protected override Pipeline<Seq<Wire>> Expand(Seq<Wire> inputs) =>
        from outputs in Pipeline.Sequence(Branches.Map(branch => branch.OnAll(inputs)))
        from joined in Join.OnAll(outputs.Bind(wires => wires).Strict())
        select joined;
}

public static partial class Layers
{
    /// <summary>Branches on the same input whose outputs lie beside each other along the first axis of the example. See <see cref="ParallelLayer"/>.</summary>
    public static Layer Branches(params ReadOnlySpan<Layer> branches) => BranchesInto(Concat(), branches);

    /// <summary>Branches on the same input, joined by a layer of your choice. See <see cref="ParallelLayer"/>.</summary>
    public static Layer BranchesInto(Layer join, params ReadOnlySpan<Layer> branches) => new ParallelLayer(toSeq(branches.ToArray()).Strict(), join);
}
