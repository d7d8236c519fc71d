using System.Text;
using Functional.Core;
using LanguageExt;

namespace Functional.Properties;

/// <summary>A built network as a LINQ query that builds one that computes the same: its layers one by one, without the names of composites.</summary>
internal static class NetworkCode
{
    public static string Of(Network network)
    {
        var text = new StringBuilder("(");
        var names = new Dictionary<int, string>();
        var uses = new Dictionary<string, string>();
        foreach (var input in network.Inputs)
        {
            names[input.Slot] = $"x{names.Count + 1}";
            text.Append($"from {names[input.Slot]} in Layers.Input({string.Join(", ", input.Shape)}) ");
        }
        for (int i = 0; i < network.Nodes.Count; i++)
        {
            var node = network.Nodes[i];
            string name = $"v{i + 1}", layer = CSharpCode.Of(node.Layer with { Name = null }), wires = string.Join(", ", node.Inputs.Map(slot => names[slot]));
            bool isShared = node.Inputs.Count == 1 && node.OutputShapes.Count == 1 && network.Nodes.Count(other => other.Owner == node.Owner) > 1;
            if (isShared && !uses.ContainsKey(node.Owner))
            {
                uses[node.Owner] = $"use{i + 1}";
                text.Append($"from use{i + 1} in Layers.Shared({layer}) ");
            }
            text.Append(isShared ? $"from {name} in {uses[node.Owner]}({wires}) "
                : node.OutputShapes.Count > 1 ? $"from {name} in {layer}.OnAll({Listed([.. node.Inputs.Map(slot => names[slot])])}) "
                : $"from {name} in {layer}.On({wires}) ");
            for (int j = 0; j < node.OutputShapes.Count; j++) names[node.FirstOutput + j] = node.OutputShapes.Count > 1 ? $"{name}[{j}]" : name;
        }
        return text.Append($"select {Listed([.. network.OutputSlots.Map(slot => names[slot])])}).Build().ToFin().ThrowIfFail()").ToString();
    }

    /// <summary>Names as a sequence.</summary>
    public static string Listed(string[] names) => names.Length == 1 ? $"LanguageExt.Prelude.Seq1({names[0]})" : $"LanguageExt.Prelude.Seq({string.Join(", ", names)})";
}
