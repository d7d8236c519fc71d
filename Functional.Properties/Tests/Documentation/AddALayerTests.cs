using Functional.Core;
using Functional.Core.Storage;
using Functional.Facade;
using Xunit;
using static Functional.Core.Layers;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Documentation;

/// <summary>What <c>docs/add-a-layer.md</c> shows.</summary>
public class AddALayerTests
{
    [Fact]
    public void A_function_of_each_element_becomes_a_layer()
    {
        Layer softsign = new ElementwiseLayer<SoftsignFunction>();
        Layer line = Dense(16) >> softsign >> Dense(3);
        var network = Network.Of([5], line).ToFin().ThrowIfFail();
        Assert.Equal(["dense1", "softsign1", "dense2"], network.Nodes.Map(node => node.Path).ToArray());
        Verify.Layer(softsign, [5]);
    }

    [Fact]
    public void A_layer_with_parameters_is_proven_in_one_line()
    {
        Verify.Layer(new ScaleLayer(), [4]);

        string report = Verify.Report(new ScaleLayer(), Seq1(Shape.Of(4))).ToString();
        Assert.Contains(report, File.ReadAllText(Path.Combine(DocumentationTests.RootFolder, "docs", "verify-your-layer.md")));
    }

    [Fact]
    public void A_layer_of_ones_own_is_saved_under_a_word()
    {
        string folder = Directory.CreateTempSubdirectory("functional").FullName, file = Path.Combine(folder, "own.safetensors");
        Layer softsign = new ElementwiseLayer<SoftsignFunction>();

        LayerRegistry registry = LayerRegistry.Default
            .With<ElementwiseLayer<SoftsignFunction>>("my-softsign")
            .With<ScaleLayer>("scale");

        Model model = Model.Create(Input(4) >> Dense(16) >> softsign >> new ScaleLayer() >> Dense(3));

        model.Save(file, registry);
        Model same = Model.Load(file, registry);

        Assert.Equal(model.Parameters, same.Parameters);
        Assert.Equal(model.Network, same.Network);
        Assert.Contains("""LayerRegistry.Default.With<YourRecord>("my-softsign")""", Assert.Throws<ModelFileException>(() => Model.Load(file)).Message, StringComparison.Ordinal);
        Assert.Contains(
            """LayerRegistry.Default.With<ElementwiseLayer<SoftsignFunction>>("…") to Save and Load""",
            Assert.Throws<ModelFileException>(() => model.Save(file)).Message, StringComparison.Ordinal);

        // What the page says of checkpoints.
        model.Fit(Examples.Labelled([[1, 2, 3, 4], [4, 3, 2, 1]], [0, 1], classes: 3), new() { Epochs = 1, Checkpoint = Path.Combine(folder, "run") });
        Assert.True(File.Exists(Path.Combine(folder, "run")));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_forgotten_batch_sum_is_found_and_the_message_teaches()
    {
        var error = Assert.Throws<LawViolationException>(() => Verify.Layer(new ForgetfulScaleLayer(), [4]));
        Assert.Contains("δw of a batch is the sum over its examples", error.Message);
        Assert.Contains(error.Message.ReplaceLineEndings("\n"), File.ReadAllText(Path.Combine(DocumentationTests.RootFolder, "docs", "verify-your-layer.md")));
    }
}
