using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A network: an immutable value, made by building a <see cref="Pipeline{A}"/>, equal to any other that applies equal layers
/// to equal inputs in the same order. It holds no numbers: parameters are handed in. A network is again a layer, so that
/// networks nest without limit.
/// </summary>
/// <remarks>
/// Laws: a network run by itself gives the outputs and gradients that it gives as a layer, bit for bit; in a <see cref="Region"/> it gives those that it gives outside; and all laws of
/// layers (<see cref="Differentiable{T}"/>).
/// </remarks>
public sealed record Network : CompositeLayer
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<Type, object> _engines = new();

    internal Network(Seq<NetworkInput> inputs, Seq<Node> nodes, Seq<int> outputs, int slots)
    {
        (Inputs, Nodes, OutputSlots, Slots) = (inputs, nodes, outputs, slots);
        var owners = toSeq(nodes.AsEnumerable().DistinctBy(node => node.Owner)).Strict();
        Layout = new(owners.Bind(node => Owned(node, node.Layer.Parameters(node.InputShapes))).Strict());
        StateLayout = new(owners.Bind(node => Owned(node, node.Layer.States(node.InputShapes))).Strict());
        OutputShapes = outputs.Map(ShapeOf).Strict();
    }

    /// <summary>The inputs, in the order in which they were declared.</summary>
    public Seq<NetworkInput> Inputs { get; }

    /// <summary>The layers' applications, in an order in which they can run.</summary>
    public Seq<Node> Nodes { get; }

    /// <summary>The shapes of one example's outputs.</summary>
    public Seq<Shape> OutputShapes { get; }

    /// <summary>Which parameters it has, and where each lies in their buffer.</summary>
    public Layout Layout { get; }

    /// <summary>Which running statistics it keeps.</summary>
    public Layout StateLayout { get; }

    /// <inheritdoc/>
    public override string Kind => "network";

    /// <inheritdoc/>
    public override int OutputCount => OutputSlots.Count;

    /// <inheritdoc/>
    public override bool MixesExamples => Nodes.Exists(node => node.Layer.MixesExamples);

    internal Seq<int> OutputSlots { get; }

    internal int Slots { get; }

    /// <summary>A network of one input through a layer, which may be a whole <c>&gt;&gt;</c> line.</summary>
    public static Validation<Fault, Network> Of(Shape input, Layer layer) => Layers.Input(input).Then(layer).Build();

    /// <summary>Starting values for the parameters: each drawn by its initialiser from a key of its own name.</summary>
    public Parameters<T> Initialize<T>(Key key) where T : struct, IFloatingPointIeee754<T> => new(Layout, Fill<T>(Layout, key));

    /// <summary>Starting values for the running statistics.</summary>
    public State<T> InitializeState<T>() where T : struct, IFloatingPointIeee754<T> => new(StateLayout, Fill<T>(StateLayout, default));

    /// <summary>The network as a table: layer, output shape, parameters, connected to; and the totals.</summary>
    public string Summary => NetworkSummary.Of(this);

    /// <summary>The network as a Mermaid flowchart.</summary>
    public string Mermaid => MermaidDiagram.Of(this);

    /// <summary>Whether both apply equal layers to equal inputs in the same order.</summary>
    public bool Equals(Network? other) => ReferenceEquals(this, other) || (other is not null
        && Name == other.Name && Inputs == other.Inputs && Nodes == other.Nodes && OutputSlots == other.OutputSlots);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Inputs, Nodes, OutputSlots);

    /// <summary>The summary table.</summary>
    public override string ToString() => Summary;

    /// <inheritdoc/>
    protected override Pipeline<Seq<Wire>> Expand(Seq<Wire> inputs) => Draft.Splice(this, inputs);

    private protected override Fin<Network> Built(Seq<Shape> shapes) => shapes == Inputs.Map(input => input.Shape)
        ? this
        : new Fault(
            $"inputs {string.Join(", ", shapes)}",
            string.Join(", ", Inputs.Map(input => $"{input.Name} {input.Shape}")),
            "a built network is bound to its input shapes; build another for these");

    internal Engine<T> Engine<T>() where T : struct, IFloatingPointIeee754<T> =>
        (Engine<T>)_engines.GetOrAdd(typeof(T), static (_, network) => Region.Outside(() => new Engine<T>(network)), this);

    internal Shape ShapeOf(int slot) =>
        Inputs.Find(input => input.Slot == slot).Map(input => input.Shape).IfNone(() =>
        {
            var node = Nodes.First(node => slot >= node.FirstOutput && slot < node.FirstOutput + node.OutputShapes.Count);
            return node.OutputShapes[slot - node.FirstOutput];
        });

    private static Seq<Parameter> Owned(Node node, Seq<Parameter> own) => own.Map(parameter => parameter with { Name = $"{node.Owner}.{parameter.Name}" });

    private static Tensor<T> Fill<T>(Layout layout, Key key) where T : struct, IFloatingPointIeee754<T>
    {
        var fresh = Tensor.Fresh<T>([layout.Size]);
        foreach (var entry in layout.Entries)
            entry.Initializer.Fill(key.For(entry.Name), entry.Shape, fresh.Span.Slice(entry.Offset, entry.Shape.Size));
        return fresh.Done();
    }
}
