using Functional.Core;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Checks;

/// <summary>Every layer and loss of the library obeys every law, at random settings, shapes, batches and values.</summary>
public class CatalogLaws(CatalogTally tally, ITestOutputHelper output) : IClassFixture<CatalogTally>
{
    public static TheoryData<string> Names => [.. LayerCatalog.All.Map(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void All_laws_hold(string name)
    {
        var entry = LayerCatalog.All.First(entry => entry.Name == name);
        Holds(name, Enumerable.Range(0, Verify.Scaled(100)).Select(i => entry.Case(new Key(2026).For(name).Split((ulong)i))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void All_laws_hold_past_the_widths_of_vector_loops(string name)
    {
        var entry = LayerCatalog.Of(name);
        var (drawn, inputs) = entry.Draw(new Key(5));
        var layer = drawn is DenseLayer dense ? dense with { Units = 70 } : drawn;
        var wide = inputs.Map(shape => shape.Rank > 0 ? shape.With(shape.Rank - 1, 37) : shape).Strict();
        var families = Seq(ValueFamily.Normal, ValueFamily.Ties, ValueFamily.Saturated);
        var options = new VerifyOptions { Cases = 12, LargestBatch = 3, Kinds = entry.Kinds, VariesShapes = false, Families = families };
        Holds(name, options.Points(layer, layer.Outputs(wide).IsSucc ? wide : inputs));
    }

    [Fact]
    public void No_layer_or_loss_of_the_library_is_missing()
    {
        var inCatalog = LayerCatalog.All.Map(entry => entry.Draw(new Key(1)).Layer.GetType()).ToHashSet();
        // Functions of elements and rows, and recurrent cells, come wrapped in a layer of their type.
        var functions = inCatalog.SelectMany(type => type.GetGenericArguments()).ToHashSet();
        inCatalog.UnionWith(inCatalog.Where(type => type.IsGenericType).Select(type => type.GetGenericTypeDefinition()).ToArray());
        var exported = typeof(Layer).Assembly.GetExportedTypes();
        var layers = exported.Where(type => !type.IsAbstract && typeof(Layer).IsAssignableFrom(type)).ToArray();
        var wrapped = layers.Where(type => type.IsGenericTypeDefinition)
            .SelectMany(type => type.GetGenericArguments()).SelectMany(argument => argument.GetGenericParameterConstraints()).Where(constraint => constraint.IsInterface).ToHashSet();
        var missing = layers.Where(type => !inCatalog.Contains(type))
            .Concat(exported.Where(type => type.IsValueType && wrapped.Any(function => function.IsAssignableFrom(type)) && !functions.Contains(type)));
        Assert.Empty(missing.Select(type => type.Name));
    }

    private void Holds(string name, IEnumerable<LayerCase> cases)
    {
        var report = Verify.Run(tally.Seen(cases));
        output.WriteLine(tally.Add(name, report));
        Assert.True(report.Holds, report.ToString());
    }
}
