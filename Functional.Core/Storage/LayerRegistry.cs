using System.Collections.Immutable;
using System.Text.Json;

namespace Functional.Core.Storage;

/// <summary>
/// Which layers and initialisers files may name: an allow-list from words to record types. A file holds such words and settings,
/// never a type's name, so that no file can make other code run. Immutable; a layer of your own is added in one line:
/// <c>LayerRegistry.Default.With&lt;MyLayer&gt;("mylayer")</c>.
/// </summary>
/// <remarks>
/// What is saved of a layer are the parameters of its record's constructor and its <c>init</c> properties. Numbers, booleans, strings,
/// enums, <see cref="Shape"/>, <c>Seq</c>, nested records, initialisers and layers are written as they are.
/// </remarks>
public sealed class LayerRegistry
{
    private readonly ImmutableSortedDictionary<string, Type> _types;
    private readonly ImmutableDictionary<Type, string> _names;
    private readonly Lazy<JsonSerializerOptions> _options;

    private LayerRegistry(ImmutableSortedDictionary<string, Type> types, ImmutableDictionary<Type, string> names)
    {
        (_types, _names) = (types, names);
        _options = new(() => SettingsJson.Options(this));
    }

    /// <summary>Every layer, loss and initialiser of the library.</summary>
    public static LayerRegistry Default { get; } =
        new LayerRegistry(ImmutableSortedDictionary.Create<string, Type>(StringComparer.Ordinal), ImmutableDictionary<Type, string>.Empty)
            .With<DenseLayer>("dense")
            .With<ElementwiseLayer<ReluFunction>>("relu")
            .With<ElementwiseLayer<SigmoidFunction>>("sigmoid")
            .With<ElementwiseLayer<TanhFunction>>("tanh")
            .With<ElementwiseLayer<LeakyReluFunction>>("leakyrelu")
            .With<PReluLayer>("prelu")
            .With<ElementwiseLayer<EluFunction>>("elu")
            .With<ElementwiseLayer<SeluFunction>>("selu")
            .With<ElementwiseLayer<GeluFunction>>("gelu")
            .With<ElementwiseLayer<GeluTanhFunction>>("gelutanh")
            .With<ElementwiseLayer<SiluFunction>>("silu")
            .With<ElementwiseLayer<SoftplusFunction>>("softplus")
            .With<ElementwiseLayer<SoftsignFunction>>("softsign")
            .With<ElementwiseLayer<HardSigmoidFunction>>("hardsigmoid")
            .With<ElementwiseLayer<HardSwishFunction>>("hardswish")
            .With<GatedLayer<SigmoidFunction>>("glu")
            .With<GatedLayer<SiluFunction>>("swiglu")
            .With<GatedLayer<GeluFunction>>("geglu")
            .With<LayerNormLayer>("layernorm")
            .With<RmsNormLayer>("rmsnorm")
            .With<GroupNormLayer>("groupnorm")
            .With<BatchNormLayer>("batchnorm")
            .With<DropoutLayer>("dropout")
            .With<RematLayer>("remat")
            .With<EmbeddingLayer>("embedding")
            .With<LearnedPositionsLayer>("learnedpositions")
            .With<SinusoidalPositionsLayer>("sinusoidalpositions")
            .With<RotaryPositionsLayer>("rotarypositions")
            .With<ParallelLayer>("parallel")
            .With<RepeatLayer>("repeat")
            .With<FrozenLayer>("frozen")
            .With<OnlyInTrainingLayer>("onlyintraining")
            .With<SoftmaxLayer>("softmax")
            .With<LogSoftmaxLayer>("logsoftmax")
            .With<LogSumExpLayer>("logsumexp")
            .With<ElementwiseLayer<ExpFunction>>("exp")
            .With<AddLayer>("add")
            .With<SubtractLayer>("subtract")
            .With<MultiplyLayer>("multiply")
            .With<ConcatLayer>("concat")
            .With<SplitLayer>("split")
            .With<FlattenLayer>("flatten")
            .With<ReshapeLayer>("reshape")
            .With<Conv1dLayer>("conv1d")
            .With<Conv2dLayer>("conv2d")
            .With<ConvTranspose1dLayer>("convtranspose1d")
            .With<ConvTranspose2dLayer>("convtranspose2d")
            .With<MaxPoolLayer>("maxpool")
            .With<AveragePoolLayer>("averagepool")
            .With<GlobalAveragePoolLayer>("globalaveragepool")
            .With<GlobalMaxPoolLayer>("globalmaxpool")
            .With<UpsampleLayer>("upsample")
            .With<ZeroPadLayer>("zeropad")
            .With<RecurrentLayer<RnnCell>>("rnn")
            .With<RecurrentLayer<GruCell>>("gru")
            .With<RecurrentLayer<LstmCell>>("lstm")
            .With<RecurrentStackLayer>("recurrentstack")
            .With<AttentionLayer>("attention")
            .With<MultiHeadAttentionLayer>("multiheadattention")
            .With<TransformerBlockLayer>("transformerblock")
            .With<ResidualLayer>("residual")
            .With<ChainLayer>("chain")
            .With<Network>("network")
            .With<RowLossLayer<EuclideanLossFunction>>("euclideanloss")
            .With<RowLossLayer<LogLossFunction>>("logloss")
            .With<RowLossLayer<BinaryLogLossFunction>>("binarylogloss")
            .With<RowLossLayer<SoftmaxLogLossFunction>>("softmaxlogloss")
            .With<RowLossLayer<SigmoidLogLossFunction>>("sigmoidlogloss")
            .With<RowLossLayer<SigmoidBinaryLogLossFunction>>("sigmoidbinarylogloss")
            .With<CrossEntropyLayer>("crossentropy")
            .With<CtcLayer>("ctc")
            .With<DifferenceLossLayer<AbsoluteLossFunction>>("absoluteloss")
            .With<DifferenceLossLayer<HuberLossFunction>>("huberloss")
            .With<DifferenceLossLayer<SmoothAbsoluteLossFunction>>("smoothabsoluteloss")
            .With<RowLossLayer<HingeLossFunction>>("hingeloss")
            .With<RowLossLayer<DivergenceLossFunction>>("divergenceloss")
            .With<RowLossLayer<CosineLossFunction>>("cosineloss")
            .With<TripletLossLayer>("tripletloss")
            .With<MinimizeLayer>("minimize")
            .With<WeightedLossLayer>("weightedloss")
            .WithInitializer<ConstantInitializer>("constant")
            .WithInitializer<UniformInitializer>("uniform")
            .WithInitializer<NormalInitializer>("normal")
            .WithInitializer<ScaledInitializer>("scaled")
            .WithInitializer<OrthogonalInitializer>("orthogonal");

    /// <summary>The words that files may use, in order.</summary>
    public IEnumerable<string> Names => _types.Keys;

    /// <summary>The same registry with a layer more.</summary>
    /// <typeparam name="TLayer">The layer's record.</typeparam>
    /// <param name="name">Its word in files, which should never change.</param>
    /// <exception cref="ArgumentException">The word stands for another type, or the type has another word.</exception>
    public LayerRegistry With<TLayer>(string name) where TLayer : Layer => With(name, typeof(TLayer));

    /// <summary>The same registry with an initialiser more.</summary>
    /// <typeparam name="TInitializer">The initialiser's record.</typeparam>
    /// <param name="name">Its word in files, which should never change.</param>
    /// <exception cref="ArgumentException">The word stands for another type, or the type has another word.</exception>
    public LayerRegistry WithInitializer<TInitializer>(string name) where TInitializer : Initializer => With(name, typeof(TInitializer));

    internal JsonSerializerOptions Options => _options.Value;

    internal Type? TypeOf(string name, Type family) => _types.GetValueOrDefault(name) is { } type && type.IsAssignableTo(family) ? type : null;

    internal string? NameOf(Type type) => _names.GetValueOrDefault(type);

    internal IEnumerable<string> NamesOf(Type family) => _types.Where(pair => pair.Value.IsAssignableTo(family)).Select(pair => pair.Key);

    private LayerRegistry With(string name, Type type)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (_types.TryGetValue(name, out var other) && other != type)
            throw new ArgumentException($"\"{name}\" already stands for {other.Name}.", nameof(name));
        if (_names.TryGetValue(type, out string? word) && word != name)
            throw new ArgumentException($"{type.Name} already goes by \"{word}\".", nameof(name));
        return new(_types.SetItem(name, type), _names.SetItem(type, name));
    }
}
