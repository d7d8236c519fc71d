using Functional.Core;

namespace Functional.Properties;

/// <summary>What training alone may do: change running statistics and draw at random.</summary>
public static class StateLaw
{
    /// <summary>In <see cref="Mode.Inference"/> the new state is the old one, bit for bit.</summary>
    public static Law Kept { get; } = new("state kept", "in inference running statistics are used and kept as they are", Check);

    /// <summary>In <see cref="Mode.Inference"/> nothing is drawn: another key gives the same outputs, bit for bit.</summary>
    public static Law Certain { get; } = new("inference certain", "in inference nothing is drawn: another key gives the same outputs", CheckCertain);

    private static Finding CheckCertain(LayerCase at) => at.Mode == Mode.Train
        ? Finding.Exempt
        : Finding.Of(Compare.Bits(Certain, "output with another key", Probe.Forward(at, at.Inputs, at.Parameters).Outputs,
            Probe.Forward(at with { Key = at.Key.For("another") }, at.Inputs, at.Parameters).Outputs).Take(1));

    private static Finding Check(LayerCase at) => at.State.Count == 0
        ? Finding.Exempt
        : Finding.Of(Compare.Bits(Kept, "state", at.State, Probe.Forward(at with { Mode = Mode.Inference }, at.Inputs, at.Parameters).State).Take(1));
}
