using System.Text.Json;
using System.Text.Json.Serialization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core.Storage;

/// <summary>What is stored of a network: inputs, applications of layers and outputs. Shapes between them follow, so they are not stored.</summary>
/// <param name="Inputs">The inputs with their slots.</param>
/// <param name="Nodes">The applications of layers in order; each takes the next free slots.</param>
/// <param name="Outputs">The slots of the outputs.</param>
/// <param name="Name">The name of the network, where it has one.</param>
internal sealed record NetworkData(NetworkInput[] Inputs, NodeData[] Nodes, int[] Outputs, string? Name = null);

/// <summary>One application of a layer.</summary>
/// <param name="Path">Where it stands.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Inputs">The slots that it reads.</param>
/// <param name="Owner">Whose parameters it uses; left out where they are its own.</param>
internal sealed record NodeData(string Path, Layer Layer, int[] Inputs, string? Owner = null);

/// <summary>
/// A network as JSON. Reading builds it anew as a pipeline, layer by layer, through the checks that any pipeline goes through.
/// </summary>
internal sealed class NetworkConverter : JsonConverter<Network>
{
    // Beyond any network's needs, and what keeps the time to read a hostile file in bounds.
    private const int MostEnds = 1 << 12, MostNodes = 1 << 16;

    public override Network Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Build(JsonSerializer.Deserialize<NetworkData>(ref reader, options) ?? throw new JsonException("a network is an object"))
            .ToFin().Match(network => network, error => throw new FaultException(error));

    public override void Write(Utf8JsonWriter writer, Network value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, Data(value), options);

    private static NetworkData Data(Network network) => new(
        [.. network.Inputs],
        [.. network.Nodes.Map(node => new NodeData(node.Path, node.Layer, [.. node.Inputs], node.Owner == node.Path ? null : node.Owner))],
        [.. network.OutputSlots],
        network.Name);

    private static Validation<Fault, Network> Build(NetworkData data) =>
        data.Inputs.Contains(null) || data.Nodes.Contains(null)
            ? Fail<Fault, Network>(new Fault("null among the inputs or layers", "inputs and layers"))
        : data.Inputs.Length > MostEnds || data.Outputs.Length > MostEnds || data.Nodes.Length > MostNodes
            ? Fail<Fault, Network>(new Fault(
                $"{data.Inputs.Length} inputs, {data.Nodes.Length} layers and {data.Outputs.Length} outputs",
                $"at most {MostEnds}, {MostNodes} and {MostEnds}"))
        : Rebuilt(data).Build().Map(network => data.Name is null ? network : network with { Name = data.Name });

    private static Pipeline<Seq<Wire>> Rebuilt(NetworkData data) => new(draft =>
    {
        // The wire of each slot: inputs stand where they say, layers fill the slots between.
        var wires = new List<Wire>();
        var inputs = new Queue<NetworkInput>(data.Inputs);
        foreach (var node in data.Nodes)
        {
            TakeInputs();
            (draft, var outputs) = Place(draft, node, wires);
            wires.AddRange(outputs);
        }
        TakeInputs();
        foreach (var input in inputs)
            draft = draft.Fail(new Fault($"slot {input.Slot}", "the next free slot when its turn comes", null, input.Name));
        var ends = toSeq(data.Outputs).Map(slot => Find(slot)).Strict();
        return (draft, ends);

        void TakeInputs()
        {
            while (inputs.TryPeek(out var input) && input.Slot == wires.Count)
            {
                (draft, var wire) = Draft.AddInput(inputs.Dequeue().Name, input.Shape).Run(draft);
                wires.Add(wire);
            }
        }

        Wire Find(int slot)
        {
            if (slot >= 0 && slot < wires.Count) return wires[slot];
            draft = draft.Fail(NoSlot(slot, wires.Count, "output"));
            return draft.BrokenWire();
        }
    });

    private static (Draft, Seq<Wire>) Place(Draft draft, NodeData node, List<Wire> wires)
    {
        var faults =
            (node.Path.Length > 0 && node.Owner is not "" && !draft.Paths.Contains(node.Path)
                ? Empty
                : Seq1(new Fault("an empty path or one in use", "a path of its own", null, node.Path)))
            + toSeq(node.Inputs).Filter(slot => slot < 0 || slot >= wires.Count).Map(slot => NoSlot(slot, wires.Count, node.Path));
        return faults.IsEmpty
            ? draft.Place(node.Path, node.Owner ?? node.Path, node.Layer, toSeq(node.Inputs).Map(slot => wires[slot]).Strict())
            : (draft with { Faults = draft.Faults + faults.Strict() }, toSeq(Enumerable.Repeat(draft.BrokenWire(), node.Layer.OutputCount)).Strict());
    }

    private static Fault NoSlot(int slot, int count, string path) => new($"slot {slot}", $"one of the {count} slots before it", null, path);
}
