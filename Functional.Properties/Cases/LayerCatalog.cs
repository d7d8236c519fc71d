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
    private static readonly Seq<ValueFamily> s_weights = Seq(ValueFamily.Ties, ValueFamily.Zero, ValueFamily.Tiny);

    /// <summary>
    /// A random case: settings, shapes, values, parameters that are now and then tied, zero or tiny, and batches of 1 to 4 or, one time in eight, of more
    /// examples than a vector loop takes at once.
    /// </summary>
    public LayerCase Case(Key key)
    {
        var (layer, inputs) = Draw(key.For("layer"));
        var family = (ValueFamily)key.Below(6, 1);
        var mode = key.Below(4, 2) == 0 ? Mode.Inference : Mode.Train;
        var weights = key.Below(5, 4) == 0 ? s_weights[key.Below(s_weights.Count, 5)] : ValueFamily.Normal;
        return CaseMaker.Make(layer, inputs, key.Below(8, 3) == 0 ? 17 : 1 + key.Below(4, 0), key, family, Kinds, mode, weights) with
        { Origin = $"Verify.Case(LayerCatalog.Of(\"{Name}\").Case(new Key({key.Seed})));" };
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
        One("leaky relu", _ => Layers.LeakyRelu(0.2)),
        One("prelu", _ => Layers.PRelu()),
        new("prelu of channels", key => (Layers.PRelu(perChannel: true), Seq1(Shape.Of(Size(key, 1), Size(key, 2)))), Seq1(ValueKind.Real)),
        One("elu", _ => Layers.Elu(1.5)),
        One("selu", _ => Layers.Selu()),
        One("gelu", _ => Layers.Gelu()),
        One("gelu by tanh", _ => Layers.GeluTanh()),
        One("silu", _ => Layers.Silu()),
        One("softplus", _ => Layers.Softplus()),
        One("softsign", _ => Layers.Softsign()),
        One("hard sigmoid", _ => Layers.HardSigmoid()),
        One("hard swish", _ => Layers.HardSwish()),
        new("glu", key => (Layers.Glu(), Seq1(Shape.Of(2, 2 * Size(key, 1)))), Seq1(ValueKind.Real)),
        new("swiglu", key => (Layers.SwiGlu(), Seq1(Shape.Of(2 * Size(key, 1)))), Seq1(ValueKind.Real)),
        new("geglu", key => (Layers.GeGlu(), Seq1(Shape.Of(2 * Size(key, 1)))), Seq1(ValueKind.Real)),
        new("layer norm", key => (Layers.LayerNorm(), Seq1(Shape.Of(2 + Size(key, 0)))), Seq1(ValueKind.Real)),
        new("layer norm of rows", key => (Layers.LayerNorm(epsilon: 0.01), Seq1(Shape.Of(Size(key, 1), 2 + Size(key, 2)))), Seq1(ValueKind.Real)),
        new("layer norm without gain", key => (Layers.LayerNorm(affine: false), Seq1(Shape.Of(2 + Size(key, 0)))), Seq1(ValueKind.Real)),
        new("rms norm", key => (Layers.RmsNorm(0.01), Seq1(Shape.Of(Size(key, 1), Size(key, 2)))), Seq1(ValueKind.Real)),
        new("group norm", key => (Layers.GroupNorm(2), Seq1(Shape.Of(2 * Size(key, 1), Size(key, 2)))), Seq1(ValueKind.Real)),
        One("batch norm", _ => Layers.BatchNorm()),
        new("batch norm of channels", key => (Layers.BatchNorm(0.3), Seq1(Shape.Of(Size(key, 1), Size(key, 2), 2))), Seq1(ValueKind.Real)),
        One("dropout", key => Layers.Dropout(0.25 * Size(key, 1) - 0.25)),
        new("embedding", key => (Layers.Embedding(3, Size(key, 1)), Seq1(Size(key, 2) == 1 ? Shape.Scalar : Shape.Of(Size(key, 2)))), Seq1(ValueKind.Index)),
        new("learned positions", key => (Layers.LearnedPositions(), Seq1(Shape.Of(Size(key, 1), Size(key, 2)))), Seq1(ValueKind.Real)),
        new("sinusoidal positions", key => (Layers.SinusoidalPositions(), Seq1(Shape.Of(Size(key, 1), Size(key, 2)))), Seq1(ValueKind.Real)),
        new("rotary positions", key => (Layers.RotaryPositions(100), Seq1(Shape.Of(Size(key, 1), 2 * Size(key, 2)))), Seq1(ValueKind.Real)),
        One("parallel", key => Layers.Branches(Layers.Dense(Size(key, 1)), Layers.Tanh(), Layers.Identity())),
        One("repeat", key => Layers.Repeat(Size(key, 1), Layers.Dense(2) >> Layers.Tanh())),
        new("repeat with shared parameters", key => (Layers.RepeatShared(Size(key, 1), Layers.Dense(2) >> Layers.Tanh()), Seq1(Shape.Of(2))), Seq1(ValueKind.Real)),
        One("only in training", _ => Layers.OnlyInTraining(Layers.Dropout(0.5) >> Layers.Tanh())),
        new("frozen", key => (Layers.Frozen(Layers.Silu()), Seq1(Shape.Of(Size(key, 1)))), Seq1(ValueKind.Real)),
        new("remat", key => (Layers.Remat(Layers.Dense(Size(key, 1)) >> Layers.Dropout(0.3) >> Layers.Tanh() >> Layers.Dense(2)), Seq1(Shape.Of(Size(key, 2)))), Seq1(ValueKind.Real)),
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
        Image("conv2d", key => Layers.Conv2d(Size(key, 1), (Up(key, 2, 2), Up(key, 3, 3)), padding: Up(key, 4, 2))),
        Image("conv2d, strided and dilated", key => Layers.Conv2d(2, (2, Up(key, 1, 2)), stride: (Up(key, 2, 3), 2), padding: new(0, 2, 1, Up(key, 3, 3)), dilation: (Up(key, 4, 2), 2), bias: false)),
        Image("conv2d, padded to the same size", key => Layers.Conv2d(2, (3, 2), stride: Up(key, 1, 2), padding: Padding.Same)),
        new("conv2d in groups", key => (Layers.Conv2d(4, 2, padding: 1, groups: 2), Seq1(Shape.Of(2 * Up(key, 1, 2), 3, Size(key, 2)))), Seq1(ValueKind.Real)),
        new("conv2d, depthwise", key => (Layers.Conv2d(3, 3, padding: 1, groups: 3), Seq1(Shape.Of(3, Size(key, 1), Size(key, 2)))), Seq1(ValueKind.Real)),
        Sequence("conv1d", key => Layers.Conv1d(Size(key, 1), Up(key, 2, 3), stride: Up(key, 3, 2), padding: 2, dilation: Up(key, 4, 2))),
        Image("transposed conv2d", key => Layers.ConvTranspose2d(Size(key, 1), (Up(key, 2, 3), 2), stride: (2, Up(key, 3, 3)), padding: (Up(key, 2, 3) - 1, 0), extra: (1, 0))),
        Sequence("transposed conv1d", key => Layers.ConvTranspose1d(2, Up(key, 1, 4), stride: Up(key, 2, 3), dilation: Up(key, 3, 2))),
        Image("max pool", key => Layers.MaxPool2d((2, Up(key, 1, 2)), stride: (1 + Up(key, 2, 2), 2), padding: new(1, 0, 0, 0))),
        Sequence("max pool of a sequence", key => Layers.MaxPool1d(Up(key, 1, 2), padding: Up(key, 1, 2) - 1)),
        Image("average pool", key => Layers.AveragePool2d((2, Up(key, 1, 2)), stride: Up(key, 2, 2), padding: new(1, 0, 0, 0))),
        Sequence("average pool of a sequence", key => Layers.AveragePool1d(2, padding: 1, countPadding: false)),
        Image("global average pool", _ => Layers.GlobalAveragePool()),
        Image("global max pool", _ => Layers.GlobalMaxPool()),
        Image("upsample", key => Layers.Upsample2d((Up(key, 1, 3), Up(key, 2, 3)))),
        Image("zero pad", key => Layers.ZeroPad2d(new(Up(key, 1, 2), 0, 1, Up(key, 2, 3)))),
        Sequence("zero pad of a sequence", key => Layers.ZeroPad1d(Up(key, 1, 2), 1)),
        Steps("rnn", (key, _) => Layers.Rnn(Size(key, 1))),
        Steps("rnn, masked, both directions", (key, _) => Layers.Rnn(Size(key, 1), isBidirectional: true, isMasked: true), mask: true),
        Steps("gru", (key, _) => Layers.Gru(Size(key, 1))),
        Steps("gru, masked, with states", (_, width) => new RecurrentLayer<GruCell>(width) { IsMasked = true, HasStart = true, HasFinal = true }, mask: true, states: 1),
        Steps("lstm", (key, _) => Layers.Lstm(Size(key, 1))),
        Steps("lstm, masked by zeros and ones", (key, _) => Layers.Lstm(Size(key, 1), isMasked: true), mask: true, marks: ValueKind.Mask),
        Steps("gru, masked by zeros and ones, with states", (_, width) => new RecurrentLayer<GruCell>(width) { IsMasked = true, HasStart = true, HasFinal = true }, mask: true, states: 1, marks: ValueKind.Mask),
        Steps("lstm, masked, reversed", (key, _) => new RecurrentLayer<LstmCell>(Size(key, 1)) { IsMasked = true, IsReverse = true }, mask: true),
        Steps("lstm with states", (_, width) => new RecurrentLayer<LstmCell>(width) { HasStart = true, HasFinal = true }, states: 2),
        Steps("lstm, stacked, both directions, with states", (_, width) => new RecurrentStackLayer(new RecurrentLayer<LstmCell>(width) { HasStart = true, HasFinal = true }, 2, true), states: 8),
        Attention("attention", _ => Layers.Attention(2), mask: false),
        Attention("attention, causal", _ => Layers.Attention(1, isCausal: true), mask: false),
        Attention("attention, causal and masked", _ => Layers.Attention(2, isCausal: true, isMasked: true), mask: true),
        new("multi-head attention", key => (Layers.MultiHeadAttention(2, isCausal: true), Seq1(Shape.Of(Size(key, 1), 2 * Up(key, 2, 2)))), Seq1(ValueKind.Bounded)),
        new("transformer block", key => (Layers.TransformerBlock(2, isCausal: true, isMasked: true, expansion: 2), Seq(Shape.Of(Size(key, 1), 4), Shape.Of(Size(key, 1)))), Seq(ValueKind.Bounded, ValueKind.Probability)),
        new("multi-head attention, crossed and masked", key => (Layers.MultiHeadAttention(2, isMasked: true), Seq(Shape.Of(Size(key, 1), 4), Shape.Of(3, Size(key, 2)), Shape.Of(3))), Seq(ValueKind.Bounded, ValueKind.Bounded, ValueKind.Probability)),
        Loss("euclidean loss", Losses.EuclideanLoss(), ValueKind.Real, ValueKind.Real),
        Loss("log loss", Losses.LogLoss(), ValueKind.Probability, ValueKind.Distribution),
        Loss("log loss, of classes", Losses.LogLoss(), ValueKind.Probability, ValueKind.OneHot),
        Loss("softmax log loss, of classes", Losses.SoftmaxLogLoss(), ValueKind.Real, ValueKind.OneHot),
        Loss("sigmoid log loss, of classes", Losses.SigmoidLogLoss(), ValueKind.Real, ValueKind.OneHot),
        Loss("binary log loss, of answers", Losses.BinaryLogLoss(), ValueKind.Probability, ValueKind.Mask),
        Loss("sigmoid binary log loss, of answers", Losses.SigmoidBinaryLogLoss(), ValueKind.Real, ValueKind.Mask),
        Loss("softmax log loss", Losses.SoftmaxLogLoss(), ValueKind.Real, ValueKind.Distribution),
        Loss("softmax log loss of any weights", Losses.SoftmaxLogLoss(), ValueKind.Real, ValueKind.Positive),
        Loss("sigmoid log loss", Losses.SigmoidLogLoss(), ValueKind.Real, ValueKind.Probability),
        Loss("binary log loss", Losses.BinaryLogLoss(), ValueKind.Probability, ValueKind.Probability),
        Loss("sigmoid binary log loss", Losses.SigmoidBinaryLogLoss(), ValueKind.Real, ValueKind.Probability),
        new("cross entropy", key => (Losses.CrossEntropy().Layer, Seq(Shape.Of(2 + Size(key, 0)), Shape.Scalar)), Seq(ValueKind.Real, ValueKind.Index)),
        new("cross entropy of rows", key => (
            Losses.CrossEntropy(classWeights: Seq(0.5, 2, 1.25), smoothing: 0.1, ignored: 2).Layer,
            Seq(Shape.Of(Size(key, 0), 3), Shape.Of(Size(key, 0)))), Seq(ValueKind.Real, ValueKind.Index)),
        new("ctc loss", key => (
            Losses.CtcLoss(Size(key, 1), blank: 3).Layer, Seq(Shape.Of(2 * Size(key, 1) + Up(key, 2, 3) - 2, 4), Shape.Of(Size(key, 1)))), Seq(ValueKind.Real, ValueKind.Index)),
        new("ctc loss with lengths and padding", key => (
            Losses.CtcLoss(Size(key, 1), blank: 3, padding: 2, hasLengths: true, skipsImpossible: true).Layer,
            Seq(Shape.Of(1 + Size(key, 2), 4), Shape.Of(Size(key, 1)), Shape.Scalar)), Seq(ValueKind.Real, ValueKind.Index, ValueKind.Index)),
        Loss("absolute loss", Losses.AbsoluteLoss(), ValueKind.Real, ValueKind.Real),
        Loss("huber loss", Losses.HuberLoss(0.75), ValueKind.Real, ValueKind.Real),
        Loss("smooth absolute loss", Losses.SmoothAbsoluteLoss(0.5), ValueKind.Real, ValueKind.Real),
        Loss("hinge loss", Losses.HingeLoss(), ValueKind.Real, ValueKind.Sign),
        Loss("divergence loss", Losses.DivergenceLoss(), ValueKind.Real, ValueKind.Distribution),
        Loss("cosine loss", Losses.CosineLoss(epsilon: 0.1), ValueKind.Real, ValueKind.Real),
        Same("triplet loss", 3, _ => new TripletLossLayer()),
        One("minimize", _ => Losses.Minimize().Layer),
        new("weighted loss", key => (Losses.CrossEntropy().Weighted().Layer, Seq(Shape.Of(2 + Size(key, 0)), Shape.Scalar, Shape.Scalar)), Seq(ValueKind.Real, ValueKind.Index, ValueKind.Real)));

    /// <summary>The entry of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those there are.</exception>
    public static CatalogEntry Of(string name) => All.Find(entry => entry.Name == name)
        .IfNone(() => throw new KeyNotFoundException($"There is no '{name}'; there are {string.Join(", ", All.Map(entry => entry.Name))}."));

    private static CatalogEntry One(string name, Func<Key, Layer> layer) => new(name, key => (layer(key), Seq1(Shape.Of(Size(key, 0)))), Seq1(ValueKind.Real));

    private static CatalogEntry Same(string name, int inputs, Func<Key, Layer> layer) => new(
        name, key => (layer(key), toSeq(Enumerable.Repeat(Shape.Of(Size(key, 0)), inputs)).Strict()), toSeq(Enumerable.Repeat(ValueKind.Real, inputs)).Strict());

    private static CatalogEntry Image(string name, Func<Key, Layer> layer) => new(
        name, key => (layer(key), Seq1(Shape.Of(Up(key, 10, 3), 1 + Size(key, 11), 1 + Size(key, 12)))), Seq1(ValueKind.Real));

    private static CatalogEntry Sequence(string name, Func<Key, Layer> layer) => new(
        name, key => (layer(key), Seq1(Shape.Of(Up(key, 10, 3), 1 + Size(key, 11)))), Seq1(ValueKind.Real));

    // Masks are probabilities as well: the laws hold between 0 and 1 too.
    private static CatalogEntry Steps(string name, Func<Key, int, Layer> layer, bool mask = false, int states = 0, ValueKind marks = ValueKind.Probability) => new(
        name,
        key =>
        {
            int length = Up(key, 10, 4), width = Up(key, 11, 3);
            return (layer(key, width), (Seq1(Shape.Of(length, Size(key, 12))) + (mask ? Seq1(Shape.Of(length)) : Empty) + toSeq(Enumerable.Repeat(Shape.Of(width), states))).Strict());
        },
        (Seq1(ValueKind.Bounded) + (mask ? Seq1(marks) : Empty) + toSeq(Enumerable.Repeat(ValueKind.Bounded, states))).Strict());

    private static CatalogEntry Attention(string name, Func<Key, Layer> layer, bool mask) => new(
        name,
        key =>
        {
            int keys = Up(key, 1, 4), width = 2 * Up(key, 2, 2);
            return (layer(key), (Seq(Shape.Of(Up(key, 3, 4), width), Shape.Of(keys, width), Shape.Of(keys, 2 * Up(key, 4, 2))) + (mask ? Seq1(Shape.Of(keys)) : Empty)).Strict());
        },
        (Seq(ValueKind.Bounded, ValueKind.Bounded, ValueKind.Bounded) + (mask ? Seq1(ValueKind.Probability) : Empty)).Strict());

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

    private static int Up(Key key, ulong place, int most) => 1 + key.For("up").Below(most, place);

    private static int Size(Key key, ulong place) => 1 + key.For("size").Below(5, place);
}
