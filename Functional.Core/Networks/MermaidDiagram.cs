using System.Text;

namespace Functional.Core;

/// <summary>A network as a Mermaid flowchart, which GitHub and most editors draw.</summary>
internal static class MermaidDiagram
{
    public static string Of(Network network)
    {
        var text = new StringBuilder("flowchart TD\n");
        var names = new Dictionary<int, string>();
        foreach (var input in network.Inputs)
        {
            names[input.Slot] = $"s{input.Slot}";
            text.Append($"    s{input.Slot}([\"{Quoted(input.Name)} {input.Shape}\"])\n");
        }
        foreach (var node in network.Nodes)
        {
            for (int i = 0; i < node.OutputShapes.Count; i++) names[node.FirstOutput + i] = $"s{node.FirstOutput}";
            text.Append($"    s{node.FirstOutput}[\"{Quoted(node.Path)}\"]\n");
            foreach (int slot in node.Inputs)
                text.Append($"    {names[slot]} -- \"{network.ShapeOf(slot)}\" --> s{node.FirstOutput}\n");
        }
        foreach (var (slot, index) in network.OutputSlots.Select((slot, index) => (slot, index)))
            text.Append($"    out{index}([\"output {network.ShapeOf(slot)}\"])\n    {names[slot]} --> out{index}\n");
        return text.ToString().TrimEnd('\n');
    }

    // Names are the user's; a quotation mark in one would end the label.
    private static string Quoted(string name) => name.Replace("\"", "#quot;", StringComparison.Ordinal);
}
