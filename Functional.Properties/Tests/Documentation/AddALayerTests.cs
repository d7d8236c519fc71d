using Functional.Core;
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
    public void A_forgotten_batch_sum_is_found_and_the_message_teaches()
    {
        var error = Assert.Throws<LawViolationException>(() => Verify.Layer(new ForgetfulScaleLayer(), [4]));
        Assert.Contains("δw of a batch is the sum over its examples", error.Message);
        Assert.Contains(error.Message.ReplaceLineEndings("\n"), File.ReadAllText(Path.Combine(DocumentationTests.RootFolder, "docs", "verify-your-layer.md")));
    }
}
