using Functional.Core;

namespace Functional.Properties;

/// <summary>Running statistics: what a layer does with them outside training.</summary>
public static class StateLaw
{
    /// <summary>In <see cref="Mode.Inference"/> the new state is the old one, bit for bit.</summary>
    public static Law Kept { get; } = new("state kept", "in inference running statistics are used and kept as they are", Check);

    private static Finding Check(LayerCase at) => at.State.Count == 0
        ? Finding.Pass
        : Finding.Of(Compare.Bits(Kept, "state", at.State, Probe.Forward(at with { Mode = Mode.Inference }, at.Inputs, at.Parameters).State).Take(1));
}
