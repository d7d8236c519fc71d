using Functional.Core;

namespace Functional.Properties;

/// <summary>What a caller of backward asks for in passing changes nothing else.</summary>
public static class CallerLaw
{
    /// <summary>Whether an input's gradient is wanted (<see cref="BackwardCall{T}.Wants"/>) does not change the other gradients, bit for bit.</summary>
    public static Law Wants { get; } = new("wants", "an input gradient that nobody wants changes no other gradient", CheckWants);

    /// <summary>
    /// Parameter gradients are the same wherever they land (<see cref="BackwardCall{T}.ParameterGradient"/>): in memory of the caller's, which may hold
    /// anything before, or in memory of their own.
    /// </summary>
    public static Law Lands { get; } = new("destination", "parameter gradients are the same in memory of the caller's, whatever it held, as in memory of their own", CheckLands);

    private static Finding CheckWants(LayerCase at)
    {
        var (forward, u, all) = Plain(at);
        int inputs = Math.Min(64, at.Inputs.Count);
        // Each alone, and none at all, as of a network's first layer.
        return Finding.Of(Enumerable.Range(0, inputs).Select(i => (Mask: 1UL << i, Without: $"with input {i + 1} unwanted")).Append((Mask: ulong.MaxValue, Without: "with no input wanted")).SelectMany(each =>
        {
            var some = at.Layer.At<double>().Backward(Call(at, forward, u) with { UnwantedInputs = each.Mask });
            return all.Inputs.Zip(some.Inputs).SelectMany((pair, i) => i < 64 && (each.Mask >> i & 1) == 1 ? [] : Compare.Bits(Wants, $"gradient of input {i + 1}, {each.Without}", pair.Item1, pair.Item2))
                .Concat(Compare.Bits(Wants, $"gradient of parameter, {each.Without}", all.Parameters, some.Parameters));
        }).Take(1));
    }

    private static Finding CheckLands(LayerCase at)
    {
        if (at.Parameters.Count == 0) return Finding.Exempt;
        var (forward, u, own) = Plain(at);
        BackwardResult<double> landed = At(0), alone = At(ulong.MaxValue);
        return Finding.Of(Compare.Bits(Lands, "gradient of parameter", own.Parameters, landed.Parameters)
            .Concat(Compare.Bits(Lands, "gradient of input", own.Inputs, landed.Inputs))
            .Concat(Compare.Bits(Lands, "gradient of parameter, with no input wanted", own.Parameters, alone.Parameters)).Take(1));

        BackwardResult<double> At(ulong unwanted) => at.Layer.At<double>().Backward(Call(at, forward, u) with
        {
            Destinations = [.. at.Parameters.Select(parameter => Tensor.Filled(parameter.Shape, double.NaN))],
            UnwantedInputs = unwanted,
        });
    }

    private static (ForwardResult<double> Forward, Tensors<double> U, BackwardResult<double> Back) Plain(LayerCase at)
    {
        var forward = Probe.Forward(at, at.Inputs, at.Parameters);
        var u = Probe.Draw(at.Key.For("u"), forward.Outputs);
        return (forward, u, Probe.Backward(at, forward.Saved, u));
    }

    private static BackwardCall<double> Call(LayerCase at, ForwardResult<double> forward, Tensors<double> u) => new(u, forward.Saved, at.Parameters, at.Mode, at.Key);
}
