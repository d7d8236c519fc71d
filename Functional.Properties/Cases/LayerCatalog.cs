using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties;

/// <summary>A layer of the library as the laws meet it: settings and shapes drawn from a key, and what values its inputs may take.</summary>
/// <param name="Name">What it is called in reports.</param>
/// <param name="Draw">The layer and the shapes of its inputs.</param>
/// <param name="Kinds">What values each input may take.</param>
public sealed record CatalogEntry(string Name, Func<Key, (Layer Layer, Seq<Shape> Inputs)> Draw, Seq<ValueKind> Kinds)
{
    /// <summary>A random case: settings, shapes, values, and batches of 1 to 4 or, one time in eight, of more examples than a vector loop takes at once.</summary>
    public LayerCase Case(Key key)
    {
        var (layer, inputs) = Draw(key.For("layer"));
        var family = (ValueFamily)key.Below(6, 1);
        var mode = key.Below(4, 2) == 0 ? Mode.Inference : Mode.Train;
        return CaseMaker.Make(layer, inputs, key.Below(8, 3) == 0 ? 17 : 1 + key.Below(4, 0), key, family, Kinds, mode) with { Origin = $"Verify.Case(LayerCatalog.Of(\"{Name}\").Case(new Key({key.Seed})));" };
    }
}

/// <summary>Every layer and loss of the library. A test names those that are missing.</summary>
public static class LayerCatalog
{
    /// <summary>The entries.</summary>
    public static Seq<CatalogEntry> All { get; } = Seq(
        One("dense", key => Layers.Dense(Size(key, 1))),
        One("dense without bias", key => Layers.Dense(Size(key, 1), bias: false)),
        new("dense over rows", key => (Layers.Dense(Size(key, 1)), Seq1(Shape.Of(Size(key, 2), Size(key, 3)))), Seq1(ValueKind.Real)),
        One("sigmoid", _ => Layers.Sigmoid()),
        One("tanh", _ => Layers.Tanh()),
        One("relu", _ => Layers.Relu()),
        One("softmax", _ => Layers.Softmax()),
        One("log softmax", _ => Layers.LogSoftmax()),
        One("log sum exp", _ => Layers.LogSumExp()),
        // Of small numbers: from 710 on the exponential is infinite, and no law speaks of infinity.
        One("exp", _ => Layers.Exp()) with { Kinds = Seq1(ValueKind.Probability) },
        Same("add", 2, _ => Layers.Add()),
        Same("add of three", 3, _ => Layers.Add()),
        Same("subtract", 2, _ => Layers.Subtract()),
        Same("multiply", 2, _ => Layers.Multiply()),
        new("concat", key => (Layers.Concat(-1), Seq(Shape.Of(2, Size(key, 1)), Shape.Of(2, Size(key, 2)), Shape.Of(2, 1))), Seq(ValueKind.Real, ValueKind.Real, ValueKind.Real)),
        new("split", key => (Layers.SplitAlong(1, Size(key, 1), Size(key, 2)), Seq1(Shape.Of(2, Size(key, 1) + Size(key, 2)))), Seq1(ValueKind.Real)),
        new("flatten", key => (Layers.Flatten(), Seq1(Shape.Of(Size(key, 1), Size(key, 2)))), Seq1(ValueKind.Real)),
        new("reshape", key => (Layers.Reshape([Size(key, 1), 2]), Seq1(Shape.Of(2 * Size(key, 1)))), Seq1(ValueKind.Real)),
        new("chain", key => (Layers.Dense(Size(key, 1)) >> Layers.Tanh() >> Layers.Dense(2), Seq1(Shape.Of(Size(key, 2)))), Seq1(ValueKind.Real)),
        new("residual", key => (Layers.Residual(Layers.Dense(Size(key, 1)) >> Layers.Sigmoid()), Seq1(Shape.Of(Size(key, 1)))), Seq1(ValueKind.Real)),
        new("network", key => (Nested(Size(key, 1)), Seq1(Shape.Of(Size(key, 1)))), Seq1(ValueKind.Real)),
        Loss("euclidean loss", Losses.EuclideanLoss(), ValueKind.Real, ValueKind.Real),
        Loss("log loss", Losses.LogLoss(), ValueKind.Probability, ValueKind.Distribution),
        Loss("softmax log loss", Losses.SoftmaxLogLoss(), ValueKind.Real, ValueKind.Distribution),
        Loss("softmax log loss of any weights", Losses.SoftmaxLogLoss(), ValueKind.Real, ValueKind.Positive),
        Loss("sigmoid log loss", Losses.SigmoidLogLoss(), ValueKind.Real, ValueKind.Probability),
        Loss("binary log loss", Losses.BinaryLogLoss(), ValueKind.Probability, ValueKind.Probability),
        Loss("sigmoid binary log loss", Losses.SigmoidBinaryLogLoss(), ValueKind.Real, ValueKind.Probability));

    /// <summary>The entry of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those there are.</exception>
    public static CatalogEntry Of(string name) => All.Find(entry => entry.Name == name)
        .IfNone(() => throw new KeyNotFoundException($"There is no '{name}'; there are {string.Join(", ", All.Map(entry => entry.Name))}."));

    private static CatalogEntry One(string name, Func<Key, Layer> layer) => new(name, key => (layer(key), Seq1(Shape.Of(Size(key, 0)))), Seq1(ValueKind.Real));

    private static CatalogEntry Same(string name, int inputs, Func<Key, Layer> layer) => new(
        name, key => (layer(key), toSeq(Enumerable.Repeat(Shape.Of(Size(key, 0)), inputs)).Strict()), toSeq(Enumerable.Repeat(ValueKind.Real, inputs)).Strict());

    private static CatalogEntry Loss(string name, Loss loss, ValueKind prediction, ValueKind target) =>
        new(name, key => (loss.Layer, Seq(Shape.Of(Size(key, 0)), Shape.Of(Size(key, 0)))), Seq(prediction, target));

    // A network used as a layer, with a skip and a shared layer, so that gradients meet on a wire and on a parameter.
    private static Network Nested(int width) => (
        from x in Layers.Input(width)
        from twice in Layers.Shared(Layers.Dense(width))
        from a in twice(x)
        from b in twice(a)
        from sum in Layers.Add(x, b)
        select sum).Build().ToFin().ThrowIfFail();

    private static int Size(Key key, ulong place) => 1 + key.For("size").Below(5, place);
}
