using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A layer n times in a row: f(f(… f(x))), each time with parameters of its own, or all with the same, whose gradients then add up.
/// The layer gives the shapes that it gets where its parameters are shared.
/// </summary>
/// <param name="Times">n; 0 changes nothing.</param>
/// <param name="Inner">f.</param>
/// <param name="IsShared">Whether all uses share one set of parameters.</param>
public sealed record RepeatLayer(int Times, Layer Inner, bool IsShared = false) : CompositeLayer
{
    /// <inheritdoc/>
    public override int OutputCount => Times > 0 ? Inner.OutputCount : 1;

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Times >= 0 ? Empty : Seq1(new Fault($"{Times} times", "0 or more"));

    /// <inheritdoc/>
    public override bool MixesExamples => Inner.MixesExamples;

    /// <inheritdoc/>
    protected override Pipeline<Seq<Wire>> Expand(Seq<Wire> inputs)
    {
        var uses = toSeq(Enumerable.Range(0, Times)).Strict();
        return IsShared
            ? Draft.Share(Inner.Name, Inner.Apply).SelectMany(use => Pipeline.Fold(inputs, uses, (wires, _) => use(wires)))
            : Pipeline.Fold(inputs, uses, (wires, _) => Inner.Apply(wires));
    }
}

public static partial class Layers
{
    /// <summary>A layer n times in a row, each time with parameters of its own. See <see cref="RepeatLayer"/>.</summary>
    public static Layer Repeat(int times, Layer inner) => new RepeatLayer(times, inner);

    /// <summary>A layer n times in a row, always with the same parameters. See <see cref="RepeatLayer"/>.</summary>
    public static Layer RepeatShared(int times, Layer inner) => new RepeatLayer(times, inner, IsShared: true);
}
