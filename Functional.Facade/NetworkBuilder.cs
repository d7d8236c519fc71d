using Functional.Core;

namespace Functional.Facade;

/// <summary>
/// Builds a network of one input layer by layer: <c>NetworkBuilder.Input(8, 8).Flatten().Dense(128).Relu().Dense(10).Build()</c>.
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

    /// <summary>A fully connected layer: y = W x + b.</summary>
    public NetworkBuilder Dense(int units, bool bias = true) => Add(Layers.Dense(units, bias));

    /// <summary>max(0, x).</summary>
    public NetworkBuilder Relu() => Add(Layers.Relu());

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

    /// <summary>The network.</summary>
    /// <exception cref="NetworkException">Something does not fit; every mistake is in the message.</exception>
    public Network Build() => Network.Of(_input, _layers).Match(network => network, faults => throw new NetworkException(faults));
}
