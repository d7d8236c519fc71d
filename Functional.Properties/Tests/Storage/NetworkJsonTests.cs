using System.Numerics;
using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Functional.Core;
using Functional.Core.Storage;
using LanguageExt;
using LanguageExt.Common;
using Xunit;
using static Functional.Core.Layers;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Storage;

public sealed class NetworkJsonTests
{
    private const string Small = """{"inputs":[{"name":"x","shape":[4],"slot":0}],"nodes":[NODES],"outputs":[OUTPUTS]}""";

    [Property(Arbitrary = [typeof(RandomNetwork)], MaxTest = 300)]
    public void Writing_then_reading_is_the_identity(Network network)
    {
        var read = NetworkJson.Read(Text(network)).ThrowIfFail();
        Assert.Equal(network, read);
        Assert.Equal(network.Layout, read.Layout);
        Assert.Equal(network.Summary, read.Summary);
    }

    [Property(Arbitrary = [typeof(RandomNetwork)], MaxTest = 100)]
    public void A_network_inside_another_network_comes_back(Network network)
    {
        var outer = new FrozenLayer(network).On(network.Inputs.Map(input => input.Shape));
        var registry = LayerRegistry.Default.With<FrozenLayer>("held");
        Assert.Equal(outer, NetworkJson.Read(NetworkJson.Write(outer, registry).ThrowIfFail(), registry).ThrowIfFail());
    }

    [Fact]
    public void The_text_is_short_and_readable() => Assert.Equal(
        """{"inputs":[{"name":"input1","shape":[2],"slot":0}],"nodes":[{"path":"dense1","layer":{"kind":"dense","units":3,"bias":false,"weightInitializer":{"kind":"scaled","fan":"average","scale":1,"isUniform":true},"biasInitializer":{"kind":"constant","value":0}},"inputs":[0]},{"path":"relu1","layer":{"kind":"relu"},"inputs":[1]}],"outputs":[2]}""",
        Text(Network.Of([2], Dense(3, bias: false) >> Relu).ToFin().ThrowIfFail()));

    [Fact]
    public void Settings_that_are_not_finite_come_back()
    {
        var layer = new DenseLayer(2) { WeightInitializer = Initializer.Constant(double.NaN), BiasInitializer = Initializer.Constant(double.NegativeInfinity) };
        var network = Network.Of([1], layer).ToFin().ThrowIfFail();
        Assert.Equal(network, NetworkJson.Read(Text(network)).ThrowIfFail());
    }

    [Fact]
    public void Every_layer_loss_and_initialiser_of_the_library_is_registered()
    {
        var registered = LayerRegistry.Default;
        var missing = typeof(Layer).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && !type.ContainsGenericParameters && (type.IsAssignableTo(typeof(Layer)) || type.IsAssignableTo(typeof(Initializer))))
            .Concat(Functions(typeof(IElementwise), typeof(ElementwiseLayer<>)))
            .Concat(Functions(typeof(IRowLoss), typeof(RowLossLayer<>)))
            .Where(type => registered.NameOf(type) is null);
        Assert.Empty(missing);

        static IEnumerable<Type> Functions(Type of, Type layer) => of.Assembly.GetTypes()
            .Where(type => type is { IsValueType: true, ContainsGenericParameters: false } && type.IsAssignableTo(of)).Select(type => layer.MakeGenericType(type));
    }

    [Fact]
    public void A_layer_of_ones_own_is_saved_after_one_line()
    {
        var network = Network.Of([3], Dense(4) >> new GainLayer(0.5, [4]) { Steps = Seq(1, 2) }).ToFin().ThrowIfFail();
        var registry = LayerRegistry.Default.With<GainLayer>("gain");
        Assert.Equal(network, NetworkJson.Read(NetworkJson.Write(network, registry).ThrowIfFail(), registry).ThrowIfFail());
    }

    [Fact]
    public void An_unknown_kind_is_named_with_the_way_to_register_it()
    {
        var network = Network.Of([3], new GainLayer(1, [3])).ToFin().ThrowIfFail();
        Assert.Contains("GainLayer, which has no name for files", NetworkJson.Write(network).Match(_ => "", error => error.Message));

        string text = NetworkJson.Write(network, LayerRegistry.Default.With<GainLayer>("gain")).ThrowIfFail();
        string problem = Refusal(text);
        Assert.Contains("a layer of kind \"gain\"", problem);
        Assert.Contains("pass LayerRegistry.Default.With<YourRecord>(\"gain\")", problem);
        Assert.Contains("nodes[0].layer", problem);
    }

    [Fact]
    public void One_word_stands_for_one_type()
    {
        Assert.Throws<ArgumentException>(() => LayerRegistry.Default.With<GainLayer>("dense"));
        Assert.Throws<ArgumentException>(() => LayerRegistry.Default.With<DenseLayer>("full"));
        Assert.DoesNotContain("gain", LayerRegistry.Default.Names);
    }

    [Theory]
    [InlineData("", "architecture")]
    [InlineData("null", "null")]
    [InlineData("[]", "architecture")]
    [InlineData("{}", "inputs")]
    [InlineData("""{"inputs":[],"nodes":[],"outputs":[]}""", "a network without input")]
    [InlineData("""{"inputs":[null],"nodes":[],"outputs":[]}""", "null among")]
    [InlineData("""{"inputs":[{"name":"x","shape":[0],"slot":0}],"nodes":[],"outputs":[0]}""", "a size of 0")]
    [InlineData("""{"inputs":[{"name":"x","shape":[2147483647,2147483647],"slot":0}],"nodes":[],"outputs":[0]}""", "more than")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"slot":7}],"nodes":[],"outputs":[0]}""", "slot 7")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"slot":0},{"name":"x","shape":[1],"slot":1}],"nodes":[],"outputs":[0]}""", "a second input")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"slot":0}],"nodes":[],"outputs":[0],"outputs":[0]}""", "outputs")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"slot":0}],"nodes":[],"outputs":[0],"code":1}""", "code")]
    public void What_is_no_network_is_refused(string json, string word) => Assert.Contains(word, Refusal(json));

    [Theory]
    [InlineData("""{"path":"a","layer":{"kind":"dense","units":0},"inputs":[0]}""", "1", "a: got units 0")]
    [InlineData("""{"path":"a","layer":{"kind":"dense","units":2147483647},"inputs":[0]}""", "1", "a: got")]
    [InlineData("""{"path":"a","layer":{"kind":"dense","units":"many"},"inputs":[0]}""", "1", "nodes[0].layer")]
    [InlineData("""{"path":"a","layer":{"kind":"dense"},"inputs":[0]}""", "1", "units")]
    [InlineData("""{"path":"a","layer":{"kind":"dense","units":2,"unts":2},"inputs":[0]}""", "1", "unts")]
    [InlineData("""{"path":"a","layer":{"kind":"dense","units":2,"weightInitializer":null},"inputs":[0]}""", "1", "dense")]
    [InlineData("""{"path":"a","layer":{"kind":"dense","units":2,"weightInitializer":{"kind":"dense","units":1}},"inputs":[0]}""", "1", "an initialiser of kind \"dense\"")]
    [InlineData("""{"path":"a","layer":{"kind":"System.Diagnostics.Process"},"inputs":[0]}""", "1", "System.Diagnostics.Process")]
    [InlineData("""{"path":"a","layer":{"kind":7},"inputs":[0]}""", "1", "no layer")]
    [InlineData("""{"path":"a","layer":null,"inputs":[0]}""", "1", "layer")]
    [InlineData("""{"path":"a","layer":{"kind":"split","sizes":[1,2],"axis":0},"inputs":[0]}""", "1", "add up to 4")]
    [InlineData("""{"path":"a","layer":{"kind":"split","sizes":null,"axis":0},"inputs":[0]}""", "1", "split")]
    [InlineData("""{"path":"a","layer":{"kind":"reshape","shape":[5]},"inputs":[0]}""", "1", "a: got shape [4]")]
    [InlineData("""{"path":"a","layer":{"kind":"add"},"inputs":[]}""", "0", "a: got 0 inputs")]
    [InlineData("""{"path":"a","layer":{"kind":"relu"},"inputs":[1]}""", "1", "slot 1")]
    [InlineData("""{"path":"a","layer":{"kind":"relu"},"inputs":[-1]}""", "1", "slot -1")]
    [InlineData("""{"path":"a","layer":{"kind":"relu"},"inputs":[0]}""", "2", "slot 2")]
    [InlineData("""{"path":"","layer":{"kind":"relu"},"inputs":[0]}""", "1", "path")]
    [InlineData("""{"path":"a","layer":{"kind":"relu"},"inputs":[0]},{"path":"a","layer":{"kind":"relu"},"inputs":[0]}""", "1", "path")]
    [InlineData("""{"path":"a","layer":{"kind":"dense","units":2},"inputs":[0]},{"path":"b","owner":"a","layer":{"kind":"dense","units":3},"inputs":[0]}""", "1", "other uses")]
    [InlineData("""{"path":"a","layer":{"kind":"relu"},"inputs":[0]}""", "", "without output")]
    public void Layers_that_do_not_fit_are_refused_by_name(string nodes, string outputs, string word) =>
        Assert.Contains(word, Refusal(Small.Replace("NODES", nodes, StringComparison.Ordinal).Replace("OUTPUTS", outputs, StringComparison.Ordinal)));

    [Fact]
    public void Nesting_and_axes_without_end_are_refused()
    {
        string layer = string.Concat(Enumerable.Repeat("""{"kind":"residual","inner":""", 100_000)) + """{"kind":"relu"}""" + new string('}', 100_000);
        Assert.Contains("depth", Refusal(Small.Replace("NODES", $$"""{"path":"a","layer":{{layer}},"inputs":[0]}""", StringComparison.Ordinal)), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("axes", Refusal("{\"inputs\":[{\"name\":\"x\",\"slot\":0,\"shape\":[" + string.Join(',', Enumerable.Repeat(1, 100_000)) + "]}],\"nodes\":[],\"outputs\":[0]}"));
    }

    [Fact]
    public void A_constructor_that_throws_gives_an_error()
    {
        var registry = LayerRegistry.Default.With<PickyLayer>("picky");
        string json = Small.Replace("NODES", """{"path":"a","layer":{"kind":"picky","size":-1},"inputs":[0]}""", StringComparison.Ordinal).Replace("OUTPUTS", "1", StringComparison.Ordinal);
        Assert.Contains("must be positive", NetworkJson.Read(json, registry).Match(_ => "", error => error.Message));
    }

    [Property(Arbitrary = [typeof(RandomNetwork)], MaxTest = 300)]
    public void A_text_with_a_character_changed_gives_a_network_or_an_error(Network network, int place, char character)
    {
        char[] text = Text(network).ToCharArray();
        text[(int)((uint)place % text.Length)] = "0123456789-.\"[]{},:null "[character % 24];
        string changed = new(text);
        NetworkJson.Read(changed).Match(
            read => Assert.Equal(read, NetworkJson.Read(Text(read)).ThrowIfFail()),
            error => Assert.NotEmpty(error.Message));
    }

    [Property(Arbitrary = [typeof(RandomNetwork)], MaxTest = 300)]
    public void A_text_with_a_part_replaced_or_taken_out_gives_a_network_or_an_error(Network network, int seed)
    {
        var random = new Random(seed);
        var root = JsonNode.Parse(Text(network))!;
        for (int changes = random.Next(1, 4); changes > 0; changes--) Change(root, random);
        NetworkJson.Read(root.ToJsonString()).Match(read => Assert.NotNull(read), error => Assert.NotEmpty(error.Message));
    }

    private static void Change(JsonNode node, Random random)
    {
        while (true)
        {
            var children = node switch
            {
                JsonObject o => o.Select(pair => pair.Value).ToList(),
                JsonArray a => [.. a],
                _ => [],
            };
            int pick = random.Next(Math.Max(1, children.Count));
            if (children.Count > 0 && children[pick] is JsonObject or JsonArray && random.Next(4) > 0)
            {
                node = children[pick]!;
                continue;
            }
            JsonNode? other = random.Next(7) switch { 0 => null, 1 => int.MaxValue, 2 => -1, 3 => "dense", 4 => new JsonArray(), 5 => new JsonObject(), _ => 0 };
            if (node is JsonObject named && named.Count > 0)
            {
                string key = named.ElementAt(pick).Key;
                if (random.Next(3) == 0) named.Remove(key);
                else named[key] = other;
            }
            else if (node is JsonArray array && array.Count > 0)
            {
                if (random.Next(3) == 0) array.RemoveAt(pick);
                else array[pick] = other;
            }
            return;
        }
    }

    private static string Text(Network network) => NetworkJson.Write(network).ThrowIfFail();

    private static string Refusal(string json) => NetworkJson.Read(json).Match(_ => throw new InvalidOperationException("it was read"), Message);

    private static string Message(Error error) => error is ManyErrors many ? string.Join(' ', many.Errors.Map(one => one.Message)) : error.Message;

    private sealed record GainLayer(double Gain, Shape Size) : Layer
    {
        public Seq<int> Steps { get; init; } = Empty;

        public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(shape => Seq1(shape));

        public override Differentiable<T> At<T>() => throw new NotSupportedException();
    }

    private sealed record PickyLayer : Layer
    {
        public PickyLayer(int size) => Size = size > 0 ? size : throw new ArgumentOutOfRangeException(nameof(size), "must be positive");

        public int Size { get; }

        public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(shape => Seq1(shape));

        public override Differentiable<T> At<T>() => throw new NotSupportedException();
    }

    /// <summary>A layer that holds another without being a composite.</summary>
    private sealed record FrozenLayer(Layer Inner) : Layer
    {
        public override int OutputCount => Inner.OutputCount;

        public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Inner.Outputs(inputs);

        public override Differentiable<T> At<T>() => Inner.At<T>();

        public Network On(Seq<Shape> shapes) =>
            Pipeline.Sequence(shapes.Map(shape => Input(shape))).SelectMany(OnAll).Build().ToFin().ThrowIfFail();
    }
}
