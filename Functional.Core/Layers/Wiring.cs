using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// The layers, by name: <c>using static Functional.Core.Layers;</c>. Each comes as a value, <c>Dense(128)</c>, and applied to a
/// wire, <c>Dense(x, 128)</c>. A layer is a value: naming it or writing it out twice is the same, and each application has
/// parameters of its own, except inside <see cref="Shared(Layer)"/>.
/// </summary>
public static partial class Layers
{
    /// <summary>An input of the network, one example's shape; it is called <c>input1</c>, <c>input2</c>, … in order.</summary>
    public static Pipeline<Wire> Input(params ReadOnlySpan<int> sizes) => Draft.AddInput(null, Shape.Of(sizes));

    /// <summary>An input of the network with a name of its own.</summary>
    public static Pipeline<Wire> Input(string name, params ReadOnlySpan<int> sizes) => Draft.AddInput(name, Shape.Of(sizes));

    /// <summary>An input of the network of a given shape.</summary>
    public static Pipeline<Wire> Input(Shape shape) => Draft.AddInput(null, shape);

    /// <summary>
    /// One set of parameters for several uses: <c>from encode in Shared(Dense(16)) from a in encode(x) from b in encode(y) …</c>.
    /// The gradients of its uses add up. Every use needs inputs of one shape.
    /// </summary>
    public static Pipeline<Func<Wire, Pipeline<Wire>>> Shared(Layer layer) =>
        Draft.Share(layer.Name, layer.Apply).Select<Func<Wire, Pipeline<Wire>>>(use => wire => use(Seq1(wire)).Single(layer));

    /// <summary>One set of parameters for several uses of a piece of pipeline.</summary>
    public static Pipeline<Func<Wire, Pipeline<Wire>>> Shared(Func<Wire, Pipeline<Wire>> piece) =>
        Draft.Share(null, inputs => piece(inputs[0]).Select(wire => Seq1(wire)))
            .Select<Func<Wire, Pipeline<Wire>>>(use => wire => use(Seq1(wire)).Select(wires => wires[0]));
}
