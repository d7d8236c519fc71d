using System.Xml.Linq;
using Functional.Core;
using Functional.Facade.Reports;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests.Facade.Reports;

/// <summary>The drawing of a network has a box for everything and an arrow for every wire.</summary>
public class NetworkDrawingTests
{
    [Fact]
    public void Every_layer_has_a_box_below_all_that_it_reads_and_every_wire_an_arrow()
    {
        var pipeline =
            from left in Input("left", 6)
            from right in Input("right", 6)
            from encode in Shared(Dense(6) >> Tanh)
            from a in encode(left)
            from b in encode(right)
            from difference in Subtract(a, b)
            from skip in Residual(difference, v => from d in Dense(v, v.Size) from s in Relu(d) select s)
            from parts in Split(skip, 2, 4)
            from again in Concat(parts[0], parts[1])
            from sum in Add(again, left)
            select sum;
        var network = pipeline.Build().ToFin().ThrowIfFail();
        var drawing = XElement.Parse(NetworkDrawing.Of(network).Markup);
        var tops = drawing.Descendants("g").ToDictionary(
            box => box.Element("title")!.Value.Split(':')[0], box => (double)box.Element("rect")!.Attribute("y")!);
        Assert.Equal(network.Inputs.Count + network.Nodes.Count + 1, tops.Count);
        var makers = network.Inputs.Select(input => (input.Slot, input.Name))
            .Concat(network.Nodes.SelectMany(node => Enumerable.Range(node.FirstOutput, node.OutputShapes.Count).Select(slot => (slot, node.Path)))).ToDictionary(pair => pair.Item1, pair => pair.Item2);
        int wires = 1;
        foreach (var node in network.Nodes)
        {
            string[] sources = [.. node.Inputs.Select(slot => makers[slot]).Distinct()];
            wires += sources.Length;
            Assert.All(sources, source => Assert.True(tops[source] < tops[node.Path], $"{source} above {node.Path}"));
        }
        Assert.Equal(wires, drawing.Descendants("path").Count(path => (string?)path.Attribute("class") == "wire"));

        // Boxes of one height stand apart.
        var boxes = drawing.Descendants("rect").Select(box => ((double)box.Attribute("x")!, (double)box.Attribute("y")!, (double)box.Attribute("width")!)).ToArray();
        foreach (var (x, y, width) in boxes)
            Assert.DoesNotContain(boxes, other => other != (x, y, width) && other.Item2 == y && other.Item1 < x + width && other.Item1 + other.Item3 > x);
        double wide = (double)drawing.Descendants("svg").Single().Attribute("width")!;
        Assert.All(boxes, box => Assert.InRange(box.Item1 + box.Item3, 0, wide));
    }

    [Fact]
    public void Names_are_text()
    {
        var network = (from x in Input("<b>&", 2) from y in Dense(2).Named("\"</svg>").On(x) select y).Build().ToFin().ThrowIfFail();
        string markup = NetworkDrawing.Of(network).Markup;
        Assert.Contains("&lt;b&gt;&amp;", markup, StringComparison.Ordinal);
        Assert.Single(XElement.Parse(markup).Descendants("svg"));
    }
}
