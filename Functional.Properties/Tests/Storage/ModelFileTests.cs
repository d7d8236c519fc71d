using FsCheck.Xunit;
using Functional.Core;
using Functional.Core.Storage;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Storage;

public sealed class ModelFileTests
{
    private const string Network1 = """{"inputs":[{"name":"x","shape":[2],"slot":0}],"nodes":[{"path":"d","layer":{"kind":"dense","units":UNITS},"inputs":[0]}],"outputs":[1]}""";

    [Property(Arbitrary = [typeof(RandomNetwork)], MaxTest = 30)]
    public void Loading_after_saving_is_the_identity(Network network, Key key)
    {
        using Folder folder = new();
        var model = Model<double>(network, key, HashMap(("classes", "yes\nno"), ("", "ünïcödé")));
        ModelFile.Save(folder["m"], model).Get();
        var loaded = ModelFile.Load<double>(folder["m"]).Get();
        Assert.Equal(model, loaded);
        Assert.Equal(["m"], folder.Files);
    }

    [Fact]
    public void Running_statistics_are_kept_and_layers_of_ones_own_found()
    {
        using Folder folder = new();
        var network = Network.Of([3], Dense(3) >> new CountingLayer() >> new CountingLayer()).ToFin().ThrowIfFail();
        var model = Model<float>(network, new Key(1), Empty) with
        {
            State = new(network.StateLayout, Tensor.From(1.5f, float.NaN)),
        };
        var registry = LayerRegistry.Default.With<CountingLayer>("counting");
        Assert.Contains("no name for files", ModelFile.Save(folder["m"], model).Error());
        Assert.Empty(folder.Files);
        ModelFile.Save(folder["m"], model, registry).Get();
        Assert.Equal(model, ModelFile.Load<float>(folder["m"], registry).Get());
        Assert.Contains("LayerRegistry.Default.With<YourRecord>(\"counting\")", ModelFile.Load<float>(folder["m"]).Error());
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        using Folder folder = new();
        var network = Network.Of([3], Dense(3) >> Relu).ToFin().ThrowIfFail();
        foreach (string name in new[] { "a", "b" }) ModelFile.Save(folder[name], Model<float>(network, new Key(4), HashMap(("b", "1"), ("a", "2")))).Get();
        Assert.Equal(File.ReadAllBytes(folder["a"]), File.ReadAllBytes(folder["b"]));
    }

    [Fact]
    public void Weights_of_a_wider_type_are_rounded_and_of_a_narrower_one_widened()
    {
        using Folder folder = new();
        var network = Network.Of([3], Dense(3)).ToFin().ThrowIfFail();
        var model = Model<double>(network, new Key(4), Empty);
        ModelFile.Save(folder["m"], model).Get();
        Assert.Equal(model.Parameters.To<float>(), ModelFile.Load<float>(folder["m"]).Get().Parameters);
        ModelFile.Save(folder["m"], new StoredModel<float>(network, model.Parameters.To<float>(), network.InitializeState<float>(), Empty)).Get();
        Assert.Equal(model.Parameters.To<float>().To<double>(), ModelFile.Load<double>(folder["m"]).Get().Parameters);
    }

    [Theory]
    [InlineData("1", new[] { "d.weight", "d.bias" }, new long[] { 1, 2 }, "", "")]
    [InlineData("1", new[] { "d.weight" }, new long[] { 1, 2 }, "no tensor 'd.bias'", "")]
    [InlineData("1", new[] { "d.weight", "d.bias" }, new long[] { 2, 1 }, "'d.weight' has shape [2, 1], the architecture needs [1, 2]", "")]
    [InlineData("1", new[] { "d.weight", "d.bias", "e.bias" }, new long[] { 1, 2 }, "1 tensors that the architecture does not know, the first \"e.bias\"", "")]
    [InlineData("0", new string[0], new long[] { 1, 2 }, "got units 0", "")]
    [InlineData("2147483647", new string[0], new long[] { 1, 2 }, "elements", "")]
    [InlineData("1", new[] { "d.weight", "d.bias" }, new long[] { 1, 2 }, "version '2'", "2")]
    public void What_does_not_fit_the_architecture_is_named(string units, string[] names, long[] weight, string problem, string version)
    {
        using Folder folder = new();
        var tensors = names.Select(name => StoredTensor.From<float>(name, name == "d.weight" ? weight : [1], name == "d.weight" ? [1, 2] : [3]).Get());
        Write(folder["m"], tensors, Network1.Replace("UNITS", units, StringComparison.Ordinal), version.Length == 0 ? "1" : version);
        var loaded = ModelFile.Load<float>(folder["m"]);
        if (problem.Length == 0)
        {
            Assert.Equal([1, 2, 3], loaded.Get().Parameters.Values.ToArray());
            return;
        }
        Assert.Contains(problem, loaded.Error());
        Assert.StartsWith(folder["m"], loaded.Error(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_file_cannot_ask_for_much_memory()
    {
        using Folder folder = new();
        Write(folder["m"], [], Network1.Replace("UNITS", "500000000", StringComparison.Ordinal), "1");
        ModelFile.Load<double>(folder["m"]).Error();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("no tensor", ModelFile.Load<double>(folder["m"]).Error());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Property(MaxTest = 300)]
    public void A_file_with_a_byte_changed_gives_a_model_or_an_error(int place, byte value)
    {
        using Folder folder = new();
        ModelFile.Save(folder["m"], Model<float>(Network.Of([3], Dense(3) >> Relu).ToFin().ThrowIfFail(), new Key(1), Empty)).Get();
        byte[] bytes = File.ReadAllBytes(folder["m"]);
        bytes[(int)((uint)place % bytes.Length)] = value;
        File.WriteAllBytes(folder["m"], bytes);
        ModelFile.Load<float>(folder["m"]).Match(model => Assert.Equal(12, model.Parameters.Values.Size), error => Assert.NotEmpty(error.Message));
    }

    private static void Write(string path, IEnumerable<StoredTensor> tensors, string architecture, string version) =>
        SafetensorsFile.Of(tensors, [new("architecture", architecture), new("version", version)])
            .Bind(file => Safetensors.WriteFile(path, file)).Get();

    private static StoredModel<T> Model<T>(Network network, Key key, HashMap<string, string> notes)
        where T : struct, System.Numerics.IFloatingPointIeee754<T> =>
        new(network, network.Initialize<T>(key), network.InitializeState<T>(), notes);

    /// <summary>Counts the batches that it has seen in training.</summary>
    private sealed record CountingLayer : Layer
    {
        public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(shape => Seq1(shape));

        public override Seq<Parameter> States(Seq<Shape> inputs) => Seq1(new Parameter("count", [1], Initializer.Zeros));

        public override Differentiable<T> At<T>() => throw new NotSupportedException();
    }
}
