using System.Globalization;
using Functional.Core;

namespace Functional.Facade.Reports;

/// <summary>
/// A network as a drawing: inputs at the top, every layer below all that it reads, layers of one depth beside each other. A wire that passes other layers by runs in a
/// lane of its own on the right.
/// </summary>
internal static class NetworkDrawing
{
    private const double BoxHeight = 44, Gap = 26, Between = 24, Lane = 16, Letter = 7.6;

    private const int Longest = 34;

    /// <summary>The drawing.</summary>
    public static Html Of(Network network)
    {
        var boxes = Boxes(network);
        int[] counts = [.. boxes.GroupBy(box => box.Depth).OrderBy(group => group.Key).Select(group => group.Count())];
        double boxWidth = 24 + Letter * boxes.Max(box => Math.Max(Shown(box.Name).Length, box.About.Length * 0.86));
        double columns = counts.Max() * (boxWidth + Between) - Between;
        var lanes = Lanes(boxes);
        double width = columns + 4 + (lanes.Count == 0 ? 0 : Lane * (1.5 + lanes.Values.Max())), height = counts.Length * (BoxHeight + Gap) - Gap + 4;

        double X(Box box) => 2 + (columns - counts[box.Depth] * (boxWidth + Between) + Between) / 2 + box.Column * (boxWidth + Between);
        double Y(Box box) => 2 + box.Depth * (BoxHeight + Gap);
        Html Wire(Box from, Box to) => Html.Of($"<path class=\"wire\" d=\"{(lanes.TryGetValue((from, to), out int lane)
            ? Text($"M{X(from) + boxWidth} {Y(from) + BoxHeight / 2} H{columns + Lane * (lane + 1)} V{Y(to) + BoxHeight / 2} H{X(to) + boxWidth + 7}")
            : Text($"M{X(from) + boxWidth / 2} {Y(from) + BoxHeight} C{X(from) + boxWidth / 2} {Y(from) + BoxHeight + Gap / 2} {X(to) + boxWidth / 2} {Y(to) - Gap / 2} {X(to) + boxWidth / 2} {Y(to) - 7}"))}\" marker-end=\"url(#arrow)\"/>");
        Html Drawn(Box box) => Html.Of($"""
            <g><title>{box.Name}: {box.About}</title><rect class="box {box.Style}" x="{Text($"{X(box)}")}" y="{Text($"{Y(box)}")}" width="{Text($"{boxWidth}")}" height="{BoxHeight}" rx="8"/><text class="name" x="{Text($"{X(box) + boxWidth / 2}")}" y="{Text($"{Y(box) + 19}")}" text-anchor="middle">{Shown(box.Name)}</text><text class="mark" x="{Text($"{X(box) + boxWidth / 2}")}" y="{Text($"{Y(box) + 35}")}" text-anchor="middle">{box.About}</text></g>

            """);

        return Html.Of($"""
            <div class="scroll" tabindex="0" role="region" aria-label="Diagram of the network"><svg viewBox="0 0 {Text($"{width}")} {Text($"{height}")}" width="{Text($"{width}")}" height="{Text($"{height}")}" role="img" aria-label="The network: {string.Join(", ", boxes.Select(box => $"{box.Name} {box.About}"))}">
            <defs><marker id="arrow" viewBox="0 0 10 10" refX="2" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0 L10 5 L0 10 z"/></marker></defs>
            {boxes.SelectMany(box => box.Reads.Select(from => Wire(boxes[from], box)))}
            {boxes.Select(Drawn)}</svg></div>

            """);
    }

    private static List<Box> Boxes(Network network)
    {
        var boxes = new List<Box>();
        var makers = new Dictionary<int, int>();
        var filled = new Dictionary<int, int>();

        void Add(string name, string about, string style, IEnumerable<int> slots)
        {
            int[] reads = [.. slots.Select(slot => makers[slot]).Distinct()];
            int depth = reads.Length == 0 ? 0 : reads.Max(place => boxes[place].Depth) + 1;
            int column = filled[depth] = filled.GetValueOrDefault(depth, -1) + 1;
            boxes.Add(new(boxes.Count, name, about, style, depth, column, reads));
        }

        foreach (var input in network.Inputs)
        {
            makers[input.Slot] = boxes.Count;
            Add(input.Name, $"{input.Shape}", "input", []);
        }
        foreach (var node in network.Nodes)
        {
            for (int i = 0; i < node.OutputShapes.Count; i++) makers[node.FirstOutput + i] = boxes.Count;
            long parameters = node.Layer.Parameters(node.InputShapes).Sum(parameter => parameter.Shape.LongSize);
            string about = string.Join(", ", node.OutputShapes)
                + (parameters == 0 ? "" : node.Owner != node.Path ? $" · of {node.Owner}" : string.Create(CultureInfo.InvariantCulture, $" · {parameters:N0} parameters"));
            Add(node.Path, about, "layer", node.Inputs);
        }
        foreach (int slot in network.OutputSlots) Add("output", $"{network.ShapeOf(slot)}", "output", [slot]);
        return boxes;
    }

    // The lowest lane that no wire beside it runs in.
    private static Dictionary<(Box, Box), int> Lanes(List<Box> boxes)
    {
        var lanes = new Dictionary<(Box From, Box To), int>();
        foreach (var to in boxes)
            foreach (var from in to.Reads.Select(place => boxes[place]).Where(from => to.Depth - from.Depth > 1))
            {
                int lane = 0;
                while (lanes.Any(other => other.Value == lane && other.Key.From.Depth < to.Depth && other.Key.To.Depth > from.Depth)) lane++;
                lanes[(from, to)] = lane;
            }
        return lanes;
    }

    private static string Shown(string name) => name.Length <= Longest ? name : "…" + name[^(Longest - 1)..];

    private static string Text(FormattableString places) =>
        string.Format(CultureInfo.InvariantCulture, places.Format, [.. places.GetArguments().Select(place => place is double number ? Math.Round(number, 1) : place)]);

    /// <summary>An input, a layer's application or an output.</summary>
    /// <param name="Place">Its place among all.</param>
    /// <param name="Name">Its path.</param>
    /// <param name="About">Shape and number of parameters.</param>
    /// <param name="Style">Its class in the style sheet.</param>
    /// <param name="Depth">One more than the depth of all that it reads.</param>
    /// <param name="Column">Its place among those of its depth.</param>
    /// <param name="Reads">The places of those that it reads.</param>
    private sealed record Box(int Place, string Name, string About, string Style, int Depth, int Column, int[] Reads)
    {
        public bool Equals(Box? other) => Place == other?.Place;

        public override int GetHashCode() => Place;
    }
}
