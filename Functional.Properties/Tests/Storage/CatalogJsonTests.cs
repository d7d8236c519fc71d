using Functional.Core;
using Functional.Core.Storage;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests.Storage;

/// <summary>Every layer and loss of the catalog comes back from a file with all its settings.</summary>
public class CatalogJsonTests
{
    public static TheoryData<string> Names => [.. LayerCatalog.All.Map(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Settings_come_back(string name)
    {
        var (layer, inputs) = LayerCatalog.Of(name).Draw(new Key(7));
        var network = Pipeline.Sequence(inputs.Map(shape => Input(shape))).SelectMany(layer.OnAll).Build().ToFin().ThrowIfFail();
        Assert.Equal(network, NetworkJson.Read(NetworkJson.Write(network).ThrowIfFail()).ThrowIfFail());
    }
}
