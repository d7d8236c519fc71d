using System.Text.Json;
using Functional.Core;
using Xunit;

namespace Functional.Properties.Tests.Golden;

/// <summary>Outputs and gradients of layers and losses against libtorch's autograd. Another operation is one line in <c>s_layers</c>.</summary>
public class GoldenLayers
{
    private static readonly Dictionary<string, Func<JsonElement, Layer>> s_layers = new()
    {
        ["dense"] = golden => Functional.Core.Layers.Dense(golden.GetProperty("parameters").GetProperty("bias").GetProperty("shape")[0].GetInt32()),
        ["sigmoid"] = _ => Functional.Core.Layers.Sigmoid(),
        ["tanh"] = _ => Functional.Core.Layers.Tanh(),
        ["relu"] = _ => Functional.Core.Layers.Relu(),
        ["gelu_erf"] = _ => Functional.Core.Layers.Gelu(),
        ["silu"] = _ => Functional.Core.Layers.Silu(),
        ["elu"] = _ => Functional.Core.Layers.Elu(),
        ["softplus"] = _ => Functional.Core.Layers.Softplus(),
        ["leaky_relu_0.01"] = _ => Functional.Core.Layers.LeakyRelu(0.01),
        ["layer_norm"] = _ => Functional.Core.Layers.LayerNorm(),
        ["layer_norm_no_affine"] = _ => Functional.Core.Layers.LayerNorm(affine: false),
        ["batch_norm2d_train"] = _ => Functional.Core.Layers.BatchNorm(),
        ["embedding"] = golden => Functional.Core.Layers.Embedding(
            golden.GetProperty("options").GetProperty("count").GetInt32(), golden.GetProperty("parameters").GetProperty("weight").GetProperty("shape")[1].GetInt32()),
        ["softmax"] = _ => Functional.Core.Layers.Softmax(),
        ["log_softmax"] = _ => Functional.Core.Layers.LogSoftmax(),
        ["conv2d"] = golden => Functional.Core.Layers.Conv2d(
            Size(golden, "weight", 0), (Size(golden, "weight", 2), Size(golden, "weight", 3)), stride: Option(golden, "stride"), padding: Option(golden, "padding")),
        ["rnn_tanh"] = golden => Functional.Core.Layers.Rnn(Size(golden, "weight_hh", 1)),
        ["gru"] = golden => Functional.Core.Layers.Gru(Size(golden, "weight_hh", 1)),
        ["lstm"] = golden => Functional.Core.Layers.Lstm(Size(golden, "weight_hh", 1)),
        ["scaled_dot_product_attention"] = golden => Functional.Core.Layers.Attention(1, golden.GetProperty("options").GetProperty("causal").GetBoolean()),
        ["max_pool2d"] = golden => Functional.Core.Layers.MaxPool2d(Option(golden, "kernel"), Option(golden, "stride")),
        ["avg_pool2d"] = golden => Functional.Core.Layers.AveragePool2d(Option(golden, "kernel"), Option(golden, "stride")),
    };

    private static readonly Dictionary<string, Loss> s_losses = new()
    {
        ["euclidean_loss_sum"] = Losses.EuclideanLoss(Reduction.Sum),
        ["log_loss_sum"] = Losses.LogLoss(Reduction.Sum),
        ["softmax_log_loss_mean"] = Losses.SoftmaxLogLoss(Reduction.Mean),
    };

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, GoldenFile.Cases.Count())];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Output_and_gradients_are_those_of_libtorch(int number)
    {
        var golden = GoldenFile.Cases.ElementAt(number);
        string op = golden.GetProperty("op").GetString()!;
        if (s_losses.TryGetValue(op, out var loss)) CheckLoss(op, golden, loss);
        else CheckLayer(op, golden, s_layers[op](golden));
    }

    private static int Option(JsonElement golden, string name) => golden.GetProperty("options").GetProperty(name).GetInt32();

    private static int Size(JsonElement golden, string parameter, int axis) =>
        golden.GetProperty("parameters").GetProperty(parameter).GetProperty("shape")[axis].GetInt32();

    private static void CheckLayer(string op, JsonElement golden, Layer layer)
    {
        Tensors<double> inputs = [.. golden.GetProperty("inputs").EnumerateObject().Select(input => Flat(op, input.Value.Tensor()))];
        Tensors<double> parameters = [.. golden.GetProperty("parameters").EnumerateObject().Select(parameter => parameter.Value.Tensor())];
        var function = layer.At<double>();
        // Cases of layers with running statistics are of training.
        Shape[] shapes = [.. inputs.Select(input => input.Shape.Example)];
        Tensors<double> state = [.. layer.States(LanguageExt.Prelude.toSeq(shapes)).Select(entry => Tensor.Zeros<double>(entry.Shape))];
        var mode = state.Count > 0 ? Mode.Train : Mode.Inference;
        var forward = function.Forward(new ForwardCall<double>(inputs, parameters, state, mode));
        GoldenFile.Close(Flat(op, golden.Tensor("output")), forward.Outputs[0], $"{op} output");
        var back = function.Backward(new BackwardCall<double>(Flat(op, golden.Tensor("output_gradient")), forward.Saved, parameters, mode));
        Compare(op, golden.GetProperty("input_gradients"), back.Inputs);
        Compare(op, golden.GetProperty("parameter_gradients"), back.Parameters);
    }

    // Of a query that sees one key the gradient is 0, which libtorch gives to rounding.
    private static double Tolerance(string op) => op == "scaled_dot_product_attention" ? 1e-9 : 1e-10;

    // libtorch's attention has heads as an axis of its own; as examples they come to the same.
    private static Tensor<double> Flat(string op, Tensor<double> tensor) =>
        op == "scaled_dot_product_attention" ? tensor.Reshape([tensor.Shape[0] * tensor.Shape[1], tensor.Shape[2], tensor.Shape[3]]) : tensor;

    private static void CheckLoss(string op, JsonElement golden, Loss loss)
    {
        var (x, t) = (golden.GetProperty("inputs").Tensor("x"), golden.GetProperty("inputs").Tensor("target"));
        var network = Network.Of(x.Shape.Example, Functional.Core.Layers.Identity()).ToFin().ThrowIfFail();
        var objective = Objective.Of(network, loss).ToFin().ThrowIfFail();
        var none = network.Initialize<double>(default);
        double value = objective.Value(none, x, t).ThrowIfFail();
        GoldenFile.Close(golden.Tensor("output"), Tensor.Scalar(value), $"{op} output");

        // The reduced error times the gradient from above, by the way back through the combined network.
        var pull = objective.Combined.Pullback(none, [x, t]).ThrowIfFail();
        double above = golden.Tensor("output_gradient").Span[0] * (loss.Reduction == Reduction.Mean ? 1.0 / x.Batch : 1);
        var (back, _) = pull.Back(Tensor.Filled([x.Batch], above));
        Compare(op, golden.GetProperty("input_gradients"), back);
    }

    private static void Compare(string op, JsonElement expected, Tensors<double> actual)
    {
        foreach (var (gradient, i) in expected.EnumerateObject().Select((gradient, i) => (gradient, i)))
            GoldenFile.Close(Flat(op, gradient.Value.Tensor()), actual[i], $"{op} gradient of {gradient.Name}", Tolerance(op));
    }
}
