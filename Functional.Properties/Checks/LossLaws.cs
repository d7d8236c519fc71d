using Functional.Core;

namespace Functional.Properties;

/// <summary>Reductions of losses over a batch.</summary>
public static class LossLaws
{
    /// <summary>
    /// Under <see cref="Reduction.Mean"/> the error and its gradient are those under <see cref="Reduction.Sum"/>, divided by what the loss says that the batch weighs
    /// (<see cref="LossLayer.Weight{T}"/>): the number of examples, unless it counts otherwise. Where nothing weighs anything there is no mean.
    /// </summary>
    public static Finding MeanIsSumOverCount(Network network, LossLayer loss, Parameters<double> parameters, Tensors<double> inputs, Tensors<double> targets)
    {
        var law = new Claim("mean and sum", "E and ∂E/∂w under the mean are those under the sum, divided by n, what the batch weighs");
        var sum = Of(network, loss.Reduced(Reduction.Sum), parameters, inputs, targets);
        var mean = Of(network, loss.Reduced(Reduction.Mean), parameters, inputs, targets);
        double n = loss.Weight(inputs[0].Batch, targets);
        if (n == 0) return Finding.Pass;
        return Finding.Of(Compare.Rounded(law, "E", Tensor.Scalar(sum.Value / n), Tensor.Scalar(mean.Value))
            .Concat(Compare.Rounded(law, "∂E/∂w", sum.Gradients.Values.Map(number => number / n), mean.Gradients.Values)).Take(1))
            .At(() => Again(nameof(MeanIsSumOverCount), network, loss, parameters, inputs, targets));
    }

    /// <summary>Under <see cref="Reduction.Sum"/> the error of a batch is the sum of its examples' errors, and so is its gradient. For networks in inference.</summary>
    public static Finding SumOfExamples(Network network, LossLayer loss, Parameters<double> parameters, Tensors<double> inputs, Tensors<double> targets)
    {
        var law = new Claim("sum of examples", "E and ∂E/∂w of a batch are the sums of its examples'");
        var reduced = loss.Reduced(Reduction.Sum);
        var whole = Of(network, reduced, parameters, inputs, targets);
        double value = 0;
        var gradient = Tensor.Zeros<double>(parameters.Values.Shape);
        for (int i = 0; i < inputs[0].Batch; i++)
        {
            var part = Of(network, reduced, parameters, Probe.Example(inputs, i), Probe.Example(targets, i));
            value += part.Value;
            gradient = gradient.Plus(part.Gradients.Values);
        }
        return Finding.Of(Compare.Rounded(law, "E", Tensor.Scalar(value), Tensor.Scalar(whole.Value))
            .Concat(Compare.Rounded(law, "∂E/∂w", gradient, whole.Gradients.Values)).Take(1))
            .At(() => Again(nameof(SumOfExamples), network, loss, parameters, inputs, targets));
    }

    private static string Again(string law, Network network, LossLayer loss, Parameters<double> parameters, Tensors<double> inputs, Tensors<double> targets) =>
        CaseCode.Call(network, $"{nameof(LossLaws)}.{law}", CSharpCode.Of(loss), CaseCode.Of(parameters), CSharpCode.Of(inputs), CSharpCode.Of(targets));

    private static ValueAndGradient<double> Of(Network network, Loss loss, Parameters<double> parameters, Tensors<double> inputs, Tensors<double> targets) =>
        network.ValueAndGradient(loss, parameters, inputs, targets).ThrowIfFail();
}
