using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A layer with a skip connection around it: y = x + f(x); δx = δy + f's δx. The layer gives the shape that it gets.
/// </summary>
/// <param name="Inner">f.</param>
/// <remarks>K. He, X. Zhang, S. Ren, J. Sun, Deep Residual Learning for Image Recognition, 2015.</remarks>
public sealed record ResidualLayer(Layer Inner) : CompositeLayer
{
    /// <inheritdoc/>
    public override bool MixesExamples => Inner.MixesExamples;

    /// <inheritdoc/>
    protected override Pipeline<Seq<Wire>> Expand(Seq<Wire> inputs) => inputs.Count != 1
        ? Draft.Faulty(Seq1(new Fault($"{inputs.Count} inputs", "1")), 1)
        : from inner in Inner.On(inputs[0])
          from sum in Layers.Add(inputs[0], inner)
          select Seq1(sum);
}

public static partial class Layers
{
    /// <summary>y = x + f(x). See <see cref="ResidualLayer"/>.</summary>
    public static Layer Residual(Layer inner) => new ResidualLayer(inner);

    /// <summary>y = x + f(x) with f written as a pipeline: <c>Residual(x, v => from d in Dense(v, v.Size) from s in Relu(d) select s)</c>.</summary>
    public static Pipeline<Wire> Residual(Wire x, Func<Wire, Pipeline<Wire>> inner) => Draft.Scoped("residual", null, () =>
        from y in inner(x)
        from sum in Add(x, y)
        select sum);

    /// <inheritdoc cref="Residual(Layer)"/>
    public static Pipeline<Wire> Residual(Wire x, Layer inner) => Residual(inner).On(x);
}
