using Functional.Core;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

/// <summary>Matt Mazur's published step-by-step example of backpropagation: a 2-2-2 network of sigmoids, one step at rate 0.5.</summary>
public class MazurExample
{
    private static readonly Batch<double> s_example = new(Tensor.From<double>([1, 2], 0.05, 0.10), Tensor.From<double>([1, 2], 0.01, 0.99));

    private static readonly Network s_network = (Input(2) >> Dense(2) >> Sigmoid >> Dense(2) >> Sigmoid).Build().ToFin().ThrowIfFail();
    private static readonly Objective s_objective = Objective.Of(s_network, Losses.EuclideanLoss(Reduction.Sum)).ToFin().ThrowIfFail();

    private static readonly Parameters<double> s_start = s_network.Initialize<double>(default)
        .With("dense1.weight", Tensor.From<double>([2, 2], 0.15, 0.20, 0.25, 0.30))
        .With("dense1.bias", Tensor.From(0.35, 0.35))
        .With("dense2.weight", Tensor.From<double>([2, 2], 0.40, 0.45, 0.50, 0.55))
        .With("dense2.bias", Tensor.From(0.60, 0.60));

    [Fact]
    public void The_error_before_is_as_published() => Assert.Equal(0.298371109, Error(s_start), 9);

    [Fact]
    public void The_weights_after_a_step_are_as_published()
    {
        var after = Step();
        double[] published = [0.149780716, 0.19956143, 0.24975114, 0.29950229, 0.35891648, 0.408666186, 0.511301270, 0.561370121];
        double[] here = [.. after["dense1.weight"].ToArray(), .. after["dense2.weight"].ToArray()];
        for (int i = 0; i < published.Length; i++) Assert.Equal(published[i], here[i], 8);
    }

    /// <summary>
    /// The published error after the step, 0.291027924, is not that of the published weights, which is 0.291027774. It is what comes out when the hidden
    /// layer's gradient is taken through the output weights after their update; both are reproduced.
    /// </summary>
    [Fact]
    public void The_error_after_a_step_is_as_published_or_explained()
    {
        var after = Step();
        Assert.Equal(0.291027774, Error(after), 9);

        var (dense, sigmoid) = (Dense(2).At<double>(), Sigmoid().At<double>());
        ForwardResult<double> Through(Differentiable<double> layer, Tensor<double> x, Tensors<double> w = default) => layer.Forward(new ForwardCall<double>(x, w));
        var hidden = Through(dense, s_example.Inputs[0], [s_start["dense1.weight"], s_start["dense1.bias"]]);
        var active = Through(sigmoid, hidden.Outputs[0]);
        var last = Through(dense, active.Outputs[0], [s_start["dense2.weight"], s_start["dense2.bias"]]);
        var output = Through(sigmoid, last.Outputs[0]);
        var dy = Tensor.From<double>([1, 2], output.Outputs[0].Span[0] - 0.01, output.Outputs[0].Span[1] - 0.99);
        Tensor<double> Back(Differentiable<double> layer, Tensor<double> by, Tensors<double> saved, Tensors<double> w = default) =>
            layer.Backward(new BackwardCall<double>(by, saved, w)).Inputs[0];
        var updated = Back(dense, Back(sigmoid, dy, output.Saved), last.Saved, [after["dense2.weight"], s_start["dense2.bias"]]);
        var dw = dense.Backward(new BackwardCall<double>(Back(sigmoid, updated, active.Saved), hidden.Saved, [s_start["dense1.weight"], s_start["dense1.bias"]])).Parameters[0];
        double[] weights = [.. s_start["dense1.weight"].ToArray().Select((w, i) => w - 0.5 * dw.Span[i])];
        Assert.Equal(0.291027924, Error(after.With("dense1.weight", Tensor.From<double>([2, 2], weights))), 9);
    }

    // One step of gradient descent that leaves the biases alone, as the published example does.
    private static Parameters<double> Step()
    {
        var gradients = s_objective.Gradient(s_start, s_example.Inputs, s_example.Targets).ThrowIfFail();
        var optimizer = Optimizers.Sgd(0.5);
        return optimizer.Update(s_start, gradients, optimizer.Init(s_start)).Parameters
            .With("dense1.bias", s_start["dense1.bias"]).With("dense2.bias", s_start["dense2.bias"]);
    }

    private static double Error(Parameters<double> parameters) => s_objective.Value(parameters, s_example.Inputs, s_example.Targets).ThrowIfFail();
}
