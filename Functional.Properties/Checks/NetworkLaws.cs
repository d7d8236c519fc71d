using Functional.Core;

namespace Functional.Properties;

/// <summary>What holds for networks beyond what holds for them as layers.</summary>
public static class NetworkLaws
{
    /// <summary>
    /// Outputs and gradients in a <see cref="Functional.Core.Region"/>, whose memory held NaN, are those outside, bit for bit.
    /// </summary>
    public static Finding Region(Network network, Parameters<double> parameters, Tensors<double> inputs, Step<double> step = default)
    {
        var law = new Claim("region", "in a region as outside, bit for bit");
        var plain = Results.Of(network, parameters, inputs, step);
        var inside = Core.Region.Run(() => Results.Of(network, parameters, inputs, step), poison: true);
        return Differences(law, plain, inside).At(() => Again(nameof(Region), network, parameters, inputs, step));
    }

    /// <summary>A network run by itself gives what it gives as a layer, bit for bit.</summary>
    public static Finding AsLayer(Network network, Parameters<double> parameters, Tensors<double> inputs, Step<double> step = default)
    {
        var law = new Claim("network as layer", "a network by itself as the network as a layer, bit for bit");
        var plain = Results.Of(network, parameters, inputs, step);
        var layer = network.At<double>();
        var forward = layer.Forward(new(inputs, parameters.All, (step.State ?? network.InitializeState<double>()).All, step.Mode, step.Key));
        var back = layer.Backward(new(Results.Direction(forward.Outputs), forward.Saved, parameters.All, step.Mode, step.Key));
        var gradients = Tensor.Fresh<double>(plain.Gradients.Shape);
        int place = 0;
        foreach (var gradient in back.Parameters)
        {
            gradient.Span.CopyTo(gradients.Span[place..]);
            place += gradient.Size;
        }
        return Differences(law, plain, new(forward.Outputs, back.Inputs, gradients.Done())).At(() => Again(nameof(AsLayer), network, parameters, inputs, step));
    }

    private static string Again(string law, Network network, Parameters<double> parameters, Tensors<double> inputs, Step<double> step) =>
        CaseCode.Call(network, $"{nameof(NetworkLaws)}.{law}", CaseCode.Of(parameters), CSharpCode.Of(inputs), CaseCode.Of(step));

    private static Finding Differences(Claim law, Results expected, Results actual) => Finding.Of(
        Compare.Bits(law, "output", expected.Outputs, actual.Outputs)
            .Concat(Compare.Bits(law, "gradient of input", expected.Inputs, actual.Inputs))
            .Concat(Compare.Bits(law, "gradient of the parameters", expected.Gradients, actual.Gradients)).Take(1));

    private sealed record Results(Tensors<double> Outputs, Tensors<double> Inputs, Tensor<double> Gradients) : IPromotable<Results>
    {
        public static Results Of(Network network, Parameters<double> parameters, Tensors<double> inputs, Step<double> step)
        {
            var pullback = network.Pullback(parameters, inputs, step).ThrowIfFail();
            var (dx, dw) = pullback.Back(Direction(pullback.Outputs));
            return new(pullback.Outputs, dx, dw.Values);
        }

        // Any fixed δy will do.
        public static Tensors<double> Direction(Tensors<double> outputs) => Probe.Draw(new Key(7).For("u"), outputs);

        public Results Promote() => new(Outputs.Promote(), Inputs.Promote(), Gradients.Promote());
    }
}
