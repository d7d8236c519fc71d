using System.Reflection;
using Functional.Core;
using Functional.Facade;
using Xunit;
using Build = System.Func<Functional.Facade.NetworkBuilder, Functional.Facade.NetworkBuilder>;

namespace Functional.Properties.Tests.Facade;

/// <summary>Every method of the builder is the layer of its name.</summary>
public class NetworkBuilderTests
{
    private static readonly int[] s_image = [2, 6, 6], s_sequence = [4, 8];

    private static readonly (string Name, int[] Input, Build Build, Layer Layer)[] s_cases =
    [
        ("Add", s_image, at => at.Add(Layers.Softplus).Add(Layers.Elu()), Layers.Softplus() >> Layers.Elu()),
        ("Dense", s_sequence, at => at.Dense(3, bias: false), Layers.Dense(3, bias: false)),
        ("Conv2d", s_image, at => at.Conv2d(3, (3, 1), stride: 2, padding: Padding.Same, bias: false), Layers.Conv2d(3, (3, 1), 2, Padding.Same, bias: false)),
        ("Conv1d", s_sequence, at => at.Conv1d(3, 2, stride: 2, padding: 1, bias: false), Layers.Conv1d(3, 2, 2, 1, bias: false)),
        ("MaxPool2d", s_image, at => at.MaxPool2d(3, stride: 2, padding: 1), Layers.MaxPool2d(3, 2, 1)),
        ("AveragePool2d", s_image, at => at.AveragePool2d(3, stride: 2, padding: 1), Layers.AveragePool2d(3, 2, 1)),
        ("GlobalAveragePool", s_image, at => at.GlobalAveragePool(), Layers.GlobalAveragePool()),
        ("BatchNorm", s_image, at => at.BatchNorm(0.2), Layers.BatchNorm(0.2)),
        ("LayerNorm", s_sequence, at => at.LayerNorm(), Layers.LayerNorm()),
        ("Dropout", s_image, at => at.Dropout(0.3), Layers.Dropout(0.3)),
        ("Embedding", [5], at => at.Embedding(10, 3), Layers.Embedding(10, 3)),
        ("LearnedPositions", s_sequence, at => at.LearnedPositions(), Layers.LearnedPositions()),
        ("Gru", s_sequence, at => at.Gru(3, layers: 2, isBidirectional: true), Layers.Gru(3, 2, true)),
        ("Lstm", s_sequence, at => at.Lstm(3, layers: 2, isBidirectional: true), Layers.Lstm(3, 2, true)),
        ("MultiHeadAttention", s_sequence, at => at.MultiHeadAttention(2, isCausal: true), Layers.MultiHeadAttention(2, true)),
        ("TransformerBlock", s_sequence, at => at.TransformerBlock(2, isCausal: true, dropout: 0.1), Layers.TransformerBlock(2, true, dropout: 0.1)),
        ("Relu", s_image, at => at.Relu(), Layers.Relu()),
        ("LeakyRelu", s_image, at => at.LeakyRelu(0.1), Layers.LeakyRelu(0.1)),
        ("Gelu", s_image, at => at.Gelu(), Layers.Gelu()),
        ("Silu", s_image, at => at.Silu(), Layers.Silu()),
        ("Sigmoid", s_image, at => at.Sigmoid(), Layers.Sigmoid()),
        ("Tanh", s_image, at => at.Tanh(), Layers.Tanh()),
        ("Softmax", s_image, at => at.Softmax(), Layers.Softmax()),
        ("Flatten", s_image, at => at.Flatten(), Layers.Flatten()),
        ("Reshape", s_image, at => at.Reshape(8, 9), Layers.Reshape([8, 9])),
        ("Residual", s_sequence, at => at.Residual(f => f.Dense(8).Relu()).Residual(Layers.Dense(8)), Layers.Residual(Layers.Dense(8) >> Layers.Relu()) >> Layers.Residual(Layers.Dense(8))),
        ("Repeat", s_sequence, at => at.Repeat(3, block => block.Dense(8).Tanh()), Layers.Repeat(3, Layers.Dense(8) >> Layers.Tanh())),
    ];

    public static TheoryData<string> Names => [.. s_cases.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_method_is_the_layer_of_its_name(string name)
    {
        var (_, input, build, layer) = s_cases.Single(one => one.Name == name);
        Assert.Equal(Network.Of(Shape.Of(input), layer).Value(), build(NetworkBuilder.Input(input)).Build());
    }

    /// <summary>With no settings but those that it needs, a method takes the defaults of the layer's factory.</summary>
    [Fact]
    public void Defaults_are_those_of_the_layers()
    {
        static Network Image(Build build) => build(NetworkBuilder.Input(s_image)).Build();
        static Network Sequence(Build build) => build(NetworkBuilder.Input(s_sequence)).Build();
        var convolutions = Layers.Conv2d(4, 3) >> Layers.BatchNorm() >> Layers.LeakyRelu() >> Layers.MaxPool2d(2) >> Layers.AveragePool2d(2) >> Layers.Dropout();
        Assert.Equal(Network.Of(Shape.Of(s_image), convolutions).Value(), Image(at => at.Conv2d(4, 3).BatchNorm().LeakyRelu().MaxPool2d(2).AveragePool2d(2).Dropout()));
        var sequences = Layers.Gru(4) >> Layers.Lstm(4) >> Layers.MultiHeadAttention(2) >> Layers.TransformerBlock(2) >> Layers.Conv1d(3, 2) >> Layers.Dense(2);
        Assert.Equal(Network.Of(Shape.Of(s_sequence), sequences).Value(), Sequence(at => at.Gru(4).Lstm(4).MultiHeadAttention(2).TransformerBlock(2).Conv1d(3, 2).Dense(2)));
    }

    [Fact]
    public void Every_method_is_tested_here()
    {
        var methods = typeof(NetworkBuilder).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.ReturnType == typeof(NetworkBuilder)).Select(method => method.Name).Distinct();
        Assert.Equal(methods.Order(), s_cases.Select(one => one.Name).Order());
    }

    [Fact]
    public void Mistakes_are_said_all_at_once()
    {
        var error = Assert.Throws<NetworkException>(() => NetworkBuilder.Input(8, 8).Conv2d(4, 3).TransformerBlock(heads: 0).Build());
        Assert.Contains("Reshape to [1, 8, 8]", error.Message);
        Assert.Contains("heads 0", error.Message);
    }
}
