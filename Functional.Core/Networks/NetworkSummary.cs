using System.Globalization;
using System.Text;
using LanguageExt;

namespace Functional.Core;

/// <summary>A network as a readable table.</summary>
internal static class NetworkSummary
{
    public static string Of(Network network)
    {
        string[][] rows =
        [
            ["Layer", "Output shape", "Parameters", "Connected to"],
            .. network.Inputs.Map(input => new[] { input.Name, $"{input.Shape}", "", "" }),
            .. network.Nodes.Map(node => new[] { node.Path, Shapes(node.OutputShapes), Count(node), Sources(network, node.Inputs) }),
        ];
        int[] widths = [.. Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (var (row, index) in rows.Select((row, index) => (row, index)))
        {
            text.AppendLine($"{row[0].PadRight(widths[0])}  {row[1].PadRight(widths[1])}  {row[2].PadLeft(widths[2])}  {row[3]}".TrimEnd());
            if (index == 0) text.AppendLine(new string('─', widths.Sum() + 6));
        }
        text.AppendLine(new string('─', widths.Sum() + 6));
        text.Append($"Outputs: {Sources(network, network.OutputSlots)}. Parameters: {Number(network.Layout.Size)}");
        if (network.StateLayout.Size > 0) text.Append($", running statistics: {Number(network.StateLayout.Size)}");
        return text.Append('.').ToString();
    }

    /// <summary>The names of the layers or inputs that slots come from, with the output's number where there are several.</summary>
    public static string Sources(Network network, Seq<int> slots) => string.Join(", ", slots.Map(slot => Source(network, slot)));

    private static string Source(Network network, int slot) =>
        network.Inputs.Find(input => input.Slot == slot).Map(input => input.Name).IfNone(() =>
        {
            var node = network.Nodes.First(node => slot >= node.FirstOutput && slot < node.FirstOutput + node.OutputShapes.Count);
            return node.OutputShapes.Count == 1 ? node.Path : $"{node.Path}[{slot - node.FirstOutput}]";
        });

    private static string Count(Node node)
    {
        long count = node.Layer.Parameters(node.InputShapes).Sum(parameter => parameter.Shape.LongSize);
        return count > 0 && node.Owner != node.Path ? $"of {node.Owner}" : count == 0 ? "0" : Number(count);
    }

    private static string Shapes(Seq<Shape> shapes) => string.Join(", ", shapes);

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
