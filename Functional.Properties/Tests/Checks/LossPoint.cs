using Functional.Core;
using LanguageExt;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests.Checks;

/// <summary>A loss behind a small network whose output is what the loss takes, with a batch for both: where the laws of reductions are checked.</summary>
/// <param name="key">What all values are drawn from.</param>
/// <param name="loss">The loss.</param>
/// <param name="shapes">The shapes of the prediction and of the targets.</param>
/// <param name="kinds">What values each of them may take.</param>
/// <param name="batch">The number of examples.</param>
internal sealed class LossPoint(Key key, LossLayer loss, Seq<Shape> shapes, Seq<ValueKind> kinds, int batch)
{
    private Network? _network;

    public LossLayer Loss => loss;

    public Network Network => _network ??= (Input(3) >> Dense(5) >> Tanh >> Dense(shapes[0].Size) >> Reshape(shapes[0]) >> Last).Build().Value();

    public Parameters<double> Parameters => Network.Initialize<double>(key);

    public Tensors<double> Inputs => Probe.Draw(key.For("x"), [batch, 3]);

    public Tensors<double> Targets => [.. shapes.Skip(1).Select((shape, i) => CaseMaker.Values(key.For("t").Split((ulong)i), shape.Batched(batch), ValueFamily.Normal, kinds[i + 1]))];

    private Layer Last => kinds[0] switch
    {
        ValueKind.Probability => Sigmoid(),
        ValueKind.Distribution => Softmax(),
        _ => Identity(),
    };
}
