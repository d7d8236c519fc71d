using Functional.Core;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Properties.Tests.Given;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests;

/// <summary>The functions that make layers: what they are given stands in the layer, and on a wire they are the layer behind an input.</summary>
public class FactoryTests
{
    private static readonly Initializer s_start = Initializer.Constant(0.5);

    /// <summary>A layer from its function, beside the record that it is to be.</summary>
    private static Seq<(Layer Made, Layer Record)> Settings => Seq<(Layer, Layer)>(
        (Dense(3), new DenseLayer(3)),
        (Dense(3, false, s_start), new DenseLayer(3, false) { WeightInitializer = s_start }),
        (Conv1d(4, 3), new Conv1dLayer(4, 3)),
        (Conv1d(4, 3, 2, Padding.Same, 3, 2, false, s_start), new Conv1dLayer(4, 3) { Stride = 2, Padding = Padding.Same, Dilation = 3, Groups = 2, Bias = false, WeightInitializer = s_start }),
        (Conv2d(4, (3, 2)), new Conv2dLayer(4, (3, 2))),
        (Conv2d(4, 3, (2, 1), 1, (3, 2), 2, false, s_start), new Conv2dLayer(4, 3) { Stride = (2, 1), Padding = 1, Dilation = (3, 2), Groups = 2, Bias = false, WeightInitializer = s_start }),
        (ConvTranspose1d(4, 3), new ConvTranspose1dLayer(4, 3)),
        (ConvTranspose1d(4, 3, 2, 1, 1, 3, 2, false, s_start), new ConvTranspose1dLayer(4, 3) { Stride = 2, Padding = 1, Extra = 1, Dilation = 3, Groups = 2, Bias = false, WeightInitializer = s_start }),
        (ConvTranspose2d(4, 3), new ConvTranspose2dLayer(4, 3)),
        (ConvTranspose2d(4, 3, (2, 3), 1, (1, 2), (3, 2), 2, false, s_start), new ConvTranspose2dLayer(4, 3) { Stride = (2, 3), Padding = 1, Extra = (1, 2), Dilation = (3, 2), Groups = 2, Bias = false, WeightInitializer = s_start }),
        (MaxPool2d(2), new MaxPoolLayer(2)),
        (MaxPool2d(3, (2, 1), 1), new MaxPoolLayer(3) { Stride = (2, 1), Padding = 1 }),
        (MaxPool1d(3), new MaxPoolLayer((1, 3)) { Stride = (1, 3) }),
        (MaxPool1d(3, 2, 1), new MaxPoolLayer((1, 3)) { Stride = (1, 2), Padding = (0, 1) }),
        (AveragePool2d(2), new AveragePoolLayer(2)),
        (AveragePool2d(3, (2, 1), 1, false), new AveragePoolLayer(3) { Stride = (2, 1), Padding = 1, CountPadding = false }),
        (AveragePool1d(3), new AveragePoolLayer((1, 3)) { Stride = (1, 3) }),
        (AveragePool1d(3, 2, 1, false), new AveragePoolLayer((1, 3)) { Stride = (1, 2), Padding = (0, 1), CountPadding = false }),
        (Embedding(5, 2), new EmbeddingLayer(5, 2)),
        (Embedding(5, 2, s_start), new EmbeddingLayer(5, 2) { WeightInitializer = s_start }),
        (Attention(2), new AttentionLayer(2)),
        (Attention(2, true), new AttentionLayer(2) { IsCausal = true }),
        (Attention(2, false, true), new AttentionLayer(2) { IsMasked = true }),
        (MultiHeadAttention(2), new MultiHeadAttentionLayer(2)),
        (MultiHeadAttention(2, true, true, false), new MultiHeadAttentionLayer(2) { IsCausal = true, IsMasked = true, Bias = false }),
        (TransformerBlock(2), new TransformerBlockLayer(2)),
        (TransformerBlock(2, true, true, 3, 0.25), new TransformerBlockLayer(2) { IsCausal = true, IsMasked = true, Expansion = 3, DropoutRate = 0.25 }),
        (Rnn(3), new RecurrentLayer<RnnCell>(3)),
        (Rnn(3, isMasked: true), new RecurrentLayer<RnnCell>(3) { IsMasked = true }),
        (Rnn(3, 2, true), new RecurrentStackLayer(new RecurrentLayer<RnnCell>(3), 2, true)),
        (Gru(3), new RecurrentLayer<GruCell>(3)),
        (Gru(3, isMasked: true), new RecurrentLayer<GruCell>(3) { IsMasked = true }),
        (Gru(3, 2), new RecurrentStackLayer(new RecurrentLayer<GruCell>(3), 2, false)),
        (Lstm(3), new RecurrentLayer<LstmCell>(3)),
        (Lstm(3, isMasked: true), new RecurrentLayer<LstmCell>(3) { IsMasked = true }),
        (Lstm(3, 1, true), new RecurrentStackLayer(new RecurrentLayer<LstmCell>(3), 1, true)),
        (LayerNorm(), new LayerNormLayer(1e-5, true)),
        (LayerNorm(0.1, false), new LayerNormLayer(0.1, false)),
        (RmsNorm(), new RmsNormLayer(1e-6)),
        (GroupNorm(2), new GroupNormLayer(2, 1e-5)),
        (BatchNorm(), new BatchNormLayer(0.1, 1e-5)),
        (Dropout(), new DropoutLayer(0.5)),
        (PRelu(), new PReluLayer(false)),
        (Upsample1d(3), new UpsampleLayer((1, 3))),
        (Upsample2d((3, 2)), new UpsampleLayer((3, 2))),
        (ZeroPad1d(2, 1), new ZeroPadLayer(new(0, 0, 2, 1))),
        (Concat(), new ConcatLayer(0)),
        (Split(1, 2), new SplitLayer(Seq(1, 2), 0)),
        (SplitAlong(-1, 1, 2), new SplitLayer(Seq(1, 2), -1)),
        (Repeat(2, Tanh()), new RepeatLayer(2, Tanh())),
        (RepeatShared(2, Tanh()), new RepeatLayer(2, Tanh(), true)),
        (Branches(Tanh(), Relu()), new ParallelLayer(Seq(Tanh(), Relu()), Concat())),
        (BranchesInto(Add(), Tanh(), Relu()), new ParallelLayer(Seq(Tanh(), Relu()), Add())),
        (SinusoidalPositions(), new SinusoidalPositionsLayer(10_000)),
        (RotaryPositions(), new RotaryPositionsLayer(10_000)),
        (Elu(), new ElementwiseLayer<EluFunction>(new(1))),
        (LeakyRelu(), new ElementwiseLayer<LeakyReluFunction>(new(0.01))));

    [Fact]
    public void A_layer_is_the_record_with_what_its_function_was_given() => Assert.All(Settings, pair => Assert.Equal(pair.Record, pair.Made));

    [Fact]
    public void Weights_have_a_filter_for_each_channel_of_a_group()
    {
        Assert.Equal([Shape.Of(4, 1, 3)], Shapes(Conv1d(4, 3, groups: 2, bias: false), [2, 9]));
        Assert.Equal([Shape.Of(4, 1, 3, 2), Shape.Of(4)], Shapes(Conv2d(4, (3, 2), groups: 2), [2, 9, 9]));
        Assert.Equal([Shape.Of(2, 2, 3), Shape.Of(4)], Shapes(ConvTranspose1d(4, 3, groups: 2), [2, 9]));
        Assert.Equal([Shape.Of(2, 2, 3, 2)], Shapes(ConvTranspose2d(4, (3, 2), groups: 2, bias: false), [2, 9, 9]));

        static Shape[] Shapes(Layer layer, Shape input) => [.. layer.Parameters(Seq1(input)).Map(parameter => parameter.Shape)];
    }

    [Fact]
    public void Parts_of_a_transformer_block_have_names()
    {
        var network = Network.Of([3, 4], TransformerBlock(2, dropout: 0.25).Named("block")).Value();
        Assert.Equal(
            "norm1 attention/query attention/key attention/value attention/attention1 attention/out dropout1 add1 norm2 expand gelu1 contract dropout2 add2",
            string.Join(" ", network.Nodes.Map(node => node.Path["block/".Length..])));
        Assert.Equal(new DropoutLayer(0.25), network.Nodes.Find(node => node.Path == "block/dropout1").Map(node => node.Layer));
        Assert.DoesNotContain(Network.Of([3, 4], TransformerBlock(2)).Value().Nodes, node => node.Layer is DropoutLayer);
        Assert.Equal(Shape.Of(12, 4), Network.Of([3, 4], TransformerBlock(2, expansion: 3).Named("block")).Value().Layout.Entries.Find(entry => entry.Name == "block/expand.weight").Map(entry => entry.Shape));
        Assert.Equal(("sigmoidglu", "siluglu", "dense"), (Glu().Kind, SwiGlu().Kind, Dense(1).Kind));
    }

    [Fact]
    public void By_default_weights_start_at_Glorot_and_biases_at_0()
    {
        foreach (var layer in Seq(Dense(4), Conv1d(4, 3), Conv2d(4, 3), ConvTranspose1d(4, 3), ConvTranspose2d(4, 3)))
        {
            var parameters = layer.Parameters(Seq1<Shape>(layer is Conv2dLayer or ConvTranspose2dLayer ? [2, 9, 9] : [2, 9]));
            Assert.Equal(Seq("weight", "bias"), parameters.Map(parameter => parameter.Name));
            Assert.Equal(Seq(Initializer.GlorotUniform, Initializer.Zeros), parameters.Map(parameter => parameter.Initializer));
            Assert.Equal(4, parameters[1].Shape.Size);
        }
        Assert.Equal(Seq(Initializer.GlorotUniform, Initializer.Orthogonal(), Initializer.Zeros, Initializer.Zeros), Lstm(3).Parameters(Seq1<Shape>([5, 2])).Map(parameter => parameter.Initializer));
        Assert.Equal(Seq("weight_ih", "weight_hh", "bias_ih", "bias_hh"), Gru(3).Parameters(Seq1<Shape>([5, 2])).Map(parameter => parameter.Name));
        Assert.Equal(new Parameter("weight", [5, 2], Initializer.Normal(0, 1)), Embedding(5, 2).Parameters(Seq1<Shape>([3]))[0]);
        Assert.Equal(new Parameter("weight", [3, 2], Initializer.Normal(0, 0.02)), LearnedPositions().Parameters(Seq1<Shape>([3, 2]))[0]);
        Assert.Equal(new Parameter("slope", [1], Initializer.Constant(0.25)), PRelu().Parameters(Seq1<Shape>([3, 2]))[0]);
        Assert.Equal(new Parameter("slope", [3], Initializer.Constant(0.25)), PRelu(true).Parameters(Seq1<Shape>([3, 2]))[0]);
        foreach (var layer in Seq(LayerNorm(), GroupNorm(3), BatchNorm()))
            Assert.Equal(Seq(new Parameter("weight", [3], Initializer.Ones), new Parameter("bias", [3], Initializer.Zeros)), layer.Parameters(Seq1<Shape>(layer is LayerNormLayer ? [2, 3] : [3, 2])));
        Assert.Equal(Seq1(new Parameter("weight", [3], Initializer.Ones)), RmsNorm().Parameters(Seq1<Shape>([2, 3])));
        Assert.Empty(LayerNorm(affine: false).Parameters(Seq1<Shape>([2, 3])));
    }

    /// <summary>The functions on wires, beside the layers, each over inputs of some shapes.</summary>
    private static Seq<(Layer Layer, Func<Wire, Pipeline<Wire>> OnWire, Shape Shape)> OnOne => Seq<(Layer, Func<Wire, Pipeline<Wire>>, Shape)>(
        (Dense(3, false, s_start), x => Dense(x, 3, false, s_start), [4]),
        (Conv1d(4, 3, 2, Padding.Same, 3, 2, false, s_start), x => Conv1d(x, 4, 3, 2, Padding.Same, 3, 2, false, s_start), [2, 9]),
        (Conv2d(4, 3, (2, 1), 1, (3, 2), 2, false, s_start), x => Conv2d(x, 4, 3, (2, 1), 1, (3, 2), 2, false, s_start), [2, 9, 9]),
        (ConvTranspose1d(4, 3, 2, 1, 1, 3, 2, false, s_start), x => ConvTranspose1d(x, 4, 3, 2, 1, 1, 3, 2, false, s_start), [2, 9]),
        (ConvTranspose2d(4, 3, (2, 3), 1, (1, 2), (3, 2), 2, false, s_start), x => ConvTranspose2d(x, 4, 3, (2, 3), 1, (1, 2), (3, 2), 2, false, s_start), [2, 9, 9]),
        (MaxPool2d(3, (2, 1), 1), x => MaxPool2d(x, 3, (2, 1), 1), [2, 9, 9]),
        (MaxPool1d(3, 2, 1), x => MaxPool1d(x, 3, 2, 1), [2, 9]),
        (AveragePool2d(3, (2, 1), 1, false), x => AveragePool2d(x, 3, (2, 1), 1, false), [2, 9, 9]),
        (AveragePool1d(3, 2, 1, false), x => AveragePool1d(x, 3, 2, 1, false), [2, 9]),
        (Upsample2d((3, 2)), x => Upsample2d(x, (3, 2)), [2, 3, 3]),
        (Upsample1d(3), x => Upsample1d(x, 3), [2, 3]),
        (ZeroPad2d(new(1, 2, 3, 4)), x => ZeroPad2d(x, new(1, 2, 3, 4)), [2, 3, 3]),
        (ZeroPad1d(1, 2), x => ZeroPad1d(x, 1, 2), [2, 3]),
        (GlobalAveragePool(), GlobalAveragePool, [2, 3]),
        (GlobalMaxPool(), GlobalMaxPool, [2, 3]),
        (Embedding(5, 2, s_start), x => Embedding(x, 5, 2, s_start), [3]),
        (MultiHeadAttention(2, true, false, false), x => MultiHeadAttention(x, 2, true, bias: false), [3, 4]),
        (TransformerBlock(2, true, false, 3, 0.25), x => TransformerBlock(x, 2, true, expansion: 3, dropout: 0.25), [3, 4]),
        (Rnn(3, 2, true), x => Rnn(x, 3, 2, true), [5, 2]),
        (Gru(3, 2, true), x => Gru(x, 3, 2, true), [5, 2]),
        (Lstm(3, 2, true), x => Lstm(x, 3, 2, true), [5, 2]),
        (LayerNorm(0.1, false), x => LayerNorm(x, 0.1, false), [3]),
        (RmsNorm(0.1), x => RmsNorm(x, 0.1), [3]),
        (GroupNorm(2, 0.1), x => GroupNorm(x, 2, 0.1), [4, 3]),
        (BatchNorm(0.2, 0.1), x => BatchNorm(x, 0.2, 0.1), [4]),
        (Dropout(0.25), x => Dropout(x, 0.25), [4]),
        (LearnedPositions(), LearnedPositions, [3, 2]),
        (SinusoidalPositions(100), x => SinusoidalPositions(x, 100), [3, 2]),
        (RotaryPositions(100), x => RotaryPositions(x, 100), [3, 2]),
        (Flatten(), Flatten, [2, 3]),
        (Reshape([3, 2]), x => Reshape(x, [3, 2]), [2, 3]),
        (Residual(Dense(3)), x => Residual(x, Dense(3)), [3]),
        (Residual(Dense(3)), x => Residual(x, wire => Dense(wire, 3)), [3]),
        (Remat(Dense(3)), x => Remat(x, Dense(3)), [3]),
        (Frozen(Dense(3)), x => Frozen(x, Dense(3)), [3]),
        (OnlyInTraining(Dropout(0.1)), x => OnlyInTraining(x, Dropout(0.1)), [3]),
        (PRelu(true), x => PRelu(x, true), [3]),
        (Elu(0.5), x => Elu(x, 0.5), [3]),
        (LeakyRelu(0.5), x => LeakyRelu(x, 0.5), [3]),
        (Glu(), Glu, [4]), (SwiGlu(), SwiGlu, [4]), (GeGlu(), GeGlu, [4]), (Gelu(), Gelu, [3]), (GeluTanh(), GeluTanh, [3]), (Exp(), Exp, [3]),
        (HardSigmoid(), HardSigmoid, [3]), (HardSwish(), HardSwish, [3]), (LogSoftmax(), LogSoftmax, [3]), (LogSumExp(), LogSumExp, [3]),
        (Relu(), Relu, [3]), (Selu(), Selu, [3]), (Sigmoid(), Sigmoid, [3]), (Silu(), Silu, [3]), (Softmax(), Softmax, [3]), (Softplus(), Softplus, [3]),
        (Softsign(), Softsign, [3]), (Tanh(), Tanh, [3]));

    [Fact]
    public void On_a_wire_it_is_the_layer_behind_an_input() =>
        Assert.All(OnOne, each => Assert.Equal((Input(each.Shape) >> each.Layer).Built(), Input(each.Shape).SelectMany(each.OnWire).Built()));

    [Fact]
    public void On_several_wires_it_is_the_layer_behind_several_inputs()
    {
        static Network Joined(Layer layer, Func<Seq<Wire>, Pipeline<Wire>> onWires, params Shape[] shapes)
        {
            var inputs = Pipeline.Sequence(toSeq(shapes).Map(shape => Input(shape)).Strict());
            var network = inputs.SelectMany(onWires).Built();
            Assert.Equal(inputs.SelectMany(layer.OnAll).Build().Value(), network);
            return network;
        }
        Joined(Add(), wires => Add(wires[0], wires[1], wires[2]), [3], [3], [3]);
        Joined(Subtract(), wires => Subtract(wires[0], wires[1]), [3], [3]);
        Joined(Multiply(), wires => Multiply(wires[0], wires[1]), [3], [3]);
        Joined(Concat(), wires => Concat(wires[0], wires[1], wires[2]), [3], [2], [1]);
        Joined(Attention(2, true), wires => Attention(wires[0], wires[1], wires[2], 2, true), [3, 4], [5, 4], [5, 2]);
        Joined(Attention(2, true, true), wires => Attention(wires[0], wires[1], wires[2], 2, true, wires[3]), [3, 4], [5, 4], [5, 2], [5]);
        Joined(MultiHeadAttention(2, true, true, false), wires => MultiHeadAttention(wires[0], 2, true, wires[1], false), [3, 4], [3]);
        Joined(TransformerBlock(2, true, true, 3, 0.25), wires => TransformerBlock(wires[0], 2, true, wires[1], 3, 0.25), [3, 4], [3]);
        Assert.Equal(Seq(Shape.Of(1), Shape.Of(2)), Input(3).SelectMany(x => Split(x, 1, 2)).Build().Value().OutputShapes);
    }

    [Fact]
    public void States_are_the_last_outputs_and_go_in_again_after_the_mask()
    {
        Assert.Equal([new RecurrentLayer<RnnCell>(3) { HasFinal = true }], Layers(from x in Input(5, 2) from end in RnnStates(x, 3) select Seq(end.Y, end.H)));
        Assert.Equal([new RecurrentLayer<GruCell>(3) { HasFinal = true }], Layers(from x in Input(5, 2) from end in GruStates(x, 3) select Seq(end.Y, end.H)));
        Assert.Equal([new RecurrentLayer<LstmCell>(3) { HasFinal = true }], Layers(from x in Input(5, 2) from end in LstmStates(x, 3) select Seq(end.Y, end.H, end.C)));

        var rnn = from x in Input(5, 2) from mask in Input(5) from h in Input(3) from end in RnnStates(x, 3, h, mask) select Seq(end.Y, end.H);
        var gru = from x in Input(5, 2) from mask in Input(5) from h in Input(3) from end in GruStates(x, 3, h, mask) select Seq(end.Y, end.H);
        var lstm = from x in Input(5, 2) from mask in Input(5) from h in Input(3) from c in Input(3) from end in LstmStates(x, 3, (h, c), mask) select Seq(end.Y, end.H, end.C);
        Assert.Equal([new RecurrentLayer<RnnCell>(3) { HasFinal = true, HasStart = true, IsMasked = true }], Layers(rnn));
        Assert.Equal([new RecurrentLayer<GruCell>(3) { HasFinal = true, HasStart = true, IsMasked = true }], Layers(gru));
        Assert.Equal([new RecurrentLayer<LstmCell>(3) { HasFinal = true, HasStart = true, IsMasked = true }], Layers(lstm));

        // y first, whose last row is h where nothing is masked; so the wires are in their order.
        var network = lstm.Build().Value();
        Assert.Equal(Seq(Shape.Of(5, 3), Shape.Of(3), Shape.Of(3)), network.OutputShapes);
        var key = new Key(5);
        var outputs = network.Forward(network.Initialize<double>(key), [key.Normal([1, 5, 2]), Tensor.Filled([1, 5], 1.0), key.Split(1).Normal([1, 3]), key.Split(2).Normal([1, 3])]).Value();
        Assert.Equal(outputs[0].ToArray()[12..], outputs[1].ToArray());
        Assert.NotEqual(outputs[1], outputs[2]);

        static IEnumerable<Layer> Layers(Pipeline<Seq<Wire>> pipeline) => pipeline.Build().Value().Nodes.Map(node => node.Layer);
    }
}
