using Functional.Core;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Checks;

/// <summary>Every layer and loss of the library obeys every law, at random settings, shapes, batches and values.</summary>
public class CatalogLaws
{
    public static TheoryData<string> Names => [.. LayerCatalog.All.Map(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void All_laws_hold(string name)
    {
        var entry = LayerCatalog.All.First(entry => entry.Name == name);
        var report = Verify.Run(Enumerable.Range(0, 100 * Verify.Scale).Select(i => entry.Case(new Key(2026).For(name).Split((ulong)i))));
        Assert.True(report.Holds, report.ToString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void All_laws_hold_past_the_widths_of_vector_loops(string name)
    {
        var entry = LayerCatalog.Of(name);
        var (drawn, inputs) = entry.Draw(new Key(5));
        var layer = drawn is DenseLayer dense ? dense with { Units = 70 } : drawn;
        var wide = inputs.Map(shape => shape.With(shape.Rank - 1, 37)).Strict();
        var options = new VerifyOptions
        {
            Cases = 9, LargestBatch = 3, Kinds = entry.Kinds, VariesShapes = false, Families = Seq(ValueFamily.Normal, ValueFamily.Ties, ValueFamily.Saturated),
        };
        var report = Verify.Report(layer, layer.Outputs(wide).IsSucc ? wide : inputs, options);
        Assert.True(report.Holds, report.ToString());
    }

    [Fact]
    public void No_layer_or_loss_of_the_library_is_missing()
    {
        var inCatalog = LayerCatalog.All.Map(entry => entry.Draw(new Key(1)).Layer.GetType()).ToHashSet();
        // Functions of elements and rows come wrapped in a layer of their type.
        var functions = inCatalog.SelectMany(type => type.GetGenericArguments()).ToHashSet();
        var missing = typeof(Layer).Assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract && !type.IsInterface)
            .Where(type => (typeof(Layer).IsAssignableFrom(type) && !type.IsGenericTypeDefinition && !inCatalog.Contains(type))
                || ((typeof(IElementwise).IsAssignableFrom(type) || typeof(IRowLoss).IsAssignableFrom(type)) && !functions.Contains(type)))
            .Select(type => type.Name);
        Assert.Empty(missing);
    }
}
