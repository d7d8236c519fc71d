using Functional.Core;

namespace Functional.Facade;

/// <summary>
/// Builds a network of one input layer by layer: <c>NetworkBuilder.Input(8, 8).Flatten().Dense(128).Relu().Dense(10).Build()</c>.
/// The layers that networks are usually made of have methods, each the layer of <see cref="Layers"/> of that name with the same defaults; any other layer, with any
/// settings, joins by <see cref="Add(Layer)"/>: <c>.Add(Layers.Conv2d(16, 3, groups: 2))</c>.
/// Immutable: each call gives a new builder. For several inputs, skips and sharing write LINQ, which <see cref="Model.Create(Pipeline{Wire}, ulong)"/> takes too.
/// </summary>
public sealed class NetworkBuilder
{
    private readonly Shape _input;
    private readonly Layer _layers;

    private NetworkBuilder(Shape input, Layer layers) => (_input, _layers) = (input, layers);

    /// <summary>Begins with the shape of one example.</summary>
    public static NetworkBuilder Input(params ReadOnlySpan<int> sizes) => new(Shape.Of(sizes), Layers.Identity());

    /// <summary>Any layer, one of your own or a whole <c>&gt;&gt;</c> line.</summary>
    public NetworkBuilder Add(Layer layer) => new(_input, _layers >> layer);

    /// <summary>Any layer that needs no settings, by its name: <c>.Add(Layers.Softplus)</c>.</summary>
    public NetworkBuilder Add(Func<Layer> layer) => Add(layer());

    /// <summary>A fully connected layer, y = W x + b, of the last axis.</summary>
    public NetworkBuilder Dense(int units, bool bias = true) => Add(Layers.Dense(units, bias));

    /// <summary>A convolution over images <c>[channels, height, width]</c>.</summary>
    /// <param name="channels">How many channels come out.</param>
    /// <param name="kernel">Height and width of the kernel; one number for both.</param>
    /// <param name="stride">By how many places the kernel moves.</param>
    /// <param name="padding">Zeros around the image; <see cref="Padding.Same"/> keeps its size.</param>
    /// <param name="bias">Whether every channel has a bias.</param>
    public NetworkBuilder Conv2d(int channels, Extent kernel, Extent? stride = null, Padding? padding = null, bool bias = true) =>
        Add(Layers.Conv2d(channels, kernel, stride, padding, bias: bias));

    /// <summary>A convolution over sequences <c>[channels, length]</c>.</summary>
    /// <param name="channels">How many channels come out.</param>
    /// <param name="kernel">Length of the kernel.</param>
    /// <param name="stride">By how many places the kernel moves.</param>
    /// <param name="padding">Zeros before and after; <see cref="Padding.Same"/> keeps the length.</param>
    /// <param name="bias">Whether every channel has a bias.</param>
    public NetworkBuilder Conv1d(int channels, int kernel, int stride = 1, Padding? padding = null, bool bias = true) =>
        Add(Layers.Conv1d(channels, kernel, stride, padding, bias: bias));

    /// <summary>The largest number of each window of an image.</summary>
    /// <param name="kernel">Height and width of the window.</param>
    /// <param name="stride">By how many places it moves; by default its own size.</param>
    /// <param name="padding">Places around the image that are never the largest.</param>
    public NetworkBuilder MaxPool2d(Extent kernel, Extent? stride = null, Padding? padding = null) => Add(Layers.MaxPool2d(kernel, stride, padding));

    /// <summary>The mean of each window of an image.</summary>
    /// <param name="kernel">Height and width of the window.</param>
    /// <param name="stride">By how many places it moves; by default its own size.</param>
    /// <param name="padding">Zeros around the image.</param>
    public NetworkBuilder AveragePool2d(Extent kernel, Extent? stride = null, Padding? padding = null) => Add(Layers.AveragePool2d(kernel, stride, padding));

    /// <summary>The mean of each channel over all its positions.</summary>
    public NetworkBuilder GlobalAveragePool() => Add(Layers.GlobalAveragePool());

    /// <summary>Every channel to mean 0 and variance 1 over the batch in training, over what was seen there in inference; then scaled and shifted.</summary>
    /// <param name="momentum">The share of new statistics in the running ones.</param>
    public NetworkBuilder BatchNorm(double momentum = 0.1) => Add(Layers.BatchNorm(momentum));

    /// <summary>Every row of the last axis to mean 0 and variance 1, then scaled and shifted.</summary>
    public NetworkBuilder LayerNorm() => Add(Layers.LayerNorm());

    /// <summary>In training a share of the elements becomes 0 and the others grow in return; in inference nothing happens.</summary>
    public NetworkBuilder Dropout(double rate = 0.5) => Add(Layers.Dropout(rate));

    /// <summary>A vector for each number from 0 to <paramref name="count"/> − 1: of words, characters, categories.</summary>
    public NetworkBuilder Embedding(int count, int width) => Add(Layers.Embedding(count, width));

    /// <summary>A learnt vector for every position of a sequence, added to what stands there.</summary>
    public NetworkBuilder LearnedPositions() => Add(Layers.LearnedPositions());

    /// <summary>Gated recurrent units over a sequence <c>[length, width]</c>: their states at every step.</summary>
    /// <param name="width">How many numbers the state has.</param>
    /// <param name="layers">How many such layers, one on top of the other.</param>
    /// <param name="isBidirectional">Whether each layer runs in both directions, their outputs laid beside each other.</param>
    public NetworkBuilder Gru(int width, int layers = 1, bool isBidirectional = false) => Add(Layers.Gru(width, layers, isBidirectional));

    /// <summary>Long short-term memory over a sequence <c>[length, width]</c>: its states at every step.</summary>
    /// <param name="width">How many numbers the state has.</param>
    /// <param name="layers">How many such layers, one on top of the other.</param>
    /// <param name="isBidirectional">Whether each layer runs in both directions, their outputs laid beside each other.</param>
    public NetworkBuilder Lstm(int width, int layers = 1, bool isBidirectional = false) => Add(Layers.Lstm(width, layers, isBidirectional));

    /// <summary>Self-attention in heads over a sequence <c>[length, width]</c>.</summary>
    /// <param name="heads">How many heads; divides the width.</param>
    /// <param name="isCausal">Whether a place sees only those up to itself.</param>
    public NetworkBuilder MultiHeadAttention(int heads, bool isCausal = false) => Add(Layers.MultiHeadAttention(heads, isCausal));

    /// <summary>A block of a transformer over a sequence <c>[length, width]</c>, normalised before each part.</summary>
    /// <param name="heads">How many heads; divides the width.</param>
    /// <param name="isCausal">Whether a place sees only those up to itself.</param>
    /// <param name="dropout">The share of what each part adds that is dropped in training.</param>
    public NetworkBuilder TransformerBlock(int heads, bool isCausal = false, double dropout = 0) => Add(Layers.TransformerBlock(heads, isCausal, dropout: dropout));

    /// <summary>max(0, x).</summary>
    public NetworkBuilder Relu() => Add(Layers.Relu());

    /// <summary>x for x ≥ 0, slope · x below.</summary>
    public NetworkBuilder LeakyRelu(double slope = 0.01) => Add(Layers.LeakyRelu(slope));

    /// <summary>x Φ(x), Φ being the normal distribution's.</summary>
    public NetworkBuilder Gelu() => Add(Layers.Gelu());

    /// <summary>x σ(x).</summary>
    public NetworkBuilder Silu() => Add(Layers.Silu());

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public NetworkBuilder Sigmoid() => Add(Layers.Sigmoid());

    /// <summary>tanh x.</summary>
    public NetworkBuilder Tanh() => Add(Layers.Tanh());

    /// <summary>Probabilities of classes.</summary>
    public NetworkBuilder Softmax() => Add(Layers.Softmax());

    /// <summary>The elements of an example in a row.</summary>
    public NetworkBuilder Flatten() => Add(Layers.Flatten());

    /// <summary>The elements under another shape.</summary>
    public NetworkBuilder Reshape(params ReadOnlySpan<int> sizes) => Add(Layers.Reshape(Shape.Of(sizes)));

    /// <summary>y = x + f(x).</summary>
    public NetworkBuilder Residual(Layer inner) => Add(Layers.Residual(inner));

    /// <summary>The same with f built here: <c>.Residual(f => f.Dense(64).Relu())</c>.</summary>
    public NetworkBuilder Residual(Func<NetworkBuilder, NetworkBuilder> inner) => Residual(Inner(inner));

    /// <summary>Some layers several times in a row, each time with parameters of its own: <c>.Repeat(4, block => block.TransformerBlock(heads: 4))</c>.</summary>
    public NetworkBuilder Repeat(int times, Func<NetworkBuilder, NetworkBuilder> inner) => Add(Layers.Repeat(times, Inner(inner)));

    /// <summary>The network.</summary>
    /// <exception cref="NetworkException">Something does not fit; every mistake is in the message.</exception>
    public Network Build() => Network.Of(_input, _layers).Match(network => network, faults => throw new NetworkException(faults));

    private Layer Inner(Func<NetworkBuilder, NetworkBuilder> inner) => inner(new(_input, Layers.Identity()))._layers;
}
