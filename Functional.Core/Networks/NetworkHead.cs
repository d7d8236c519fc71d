using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>Takes the last layer off a network.</summary>
public static class NetworkHead
{
    /// <summary>
    /// The network up to its last layer, and that layer: <c>body >> head</c> is the network. Where a loss has a fused, stable form with
    /// the last layer (softmax with log loss), the body can be trained in its place, with the very same parameters.
    /// </summary>
    /// <returns>
    /// Body and head, or none where the network has several outputs, its output is not that of the last layer, or this layer reads
    /// several wires or has parameters or statistics.
    /// </returns>
    public static Option<(Network Body, Layer Head)> SplitHead(this Network network)
    {
        if (network.OutputSlots.Count != 1 || network.Nodes.IsEmpty) return None;
        var last = network.Nodes.Last;
        bool plain = last.FirstOutput == network.OutputSlots[0] && last.Inputs.Count == 1 && last.OutputShapes.Count == 1
            && last.Layer.Parameters(last.InputShapes).IsEmpty && last.Layer.States(last.InputShapes).IsEmpty;
        if (!plain) return None;
        var nodes = network.Nodes.Take(network.Nodes.Count - 1).Strict();
        return (new Network(network.Inputs, nodes, last.Inputs, network.Slots - 1), last.Layer);
    }
}
