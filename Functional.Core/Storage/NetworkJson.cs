using System.Text.Json;
using LanguageExt;
using LanguageExt.Common;
using static LanguageExt.Prelude;

namespace Functional.Core.Storage;

/// <summary>
/// A network's architecture as JSON and back: inputs, layers with their settings and paths, outputs; no numbers of parameters.
/// Law: <c>Read(Write(network)) = network</c>.
/// </summary>
/// <remarks>
/// Reading trusts nothing: layers come from the registry's allow-list, and the network is built from them anew, so that every shape
/// is inferred and every check made again. Any text gives a network or an error, never an exception.
/// </remarks>
public static class NetworkJson
{
    /// <summary>The architecture as JSON.</summary>
    /// <param name="network">The network.</param>
    /// <param name="registry">The layers that files may name; <c>null</c> for those of the library.</param>
    /// <returns>The text, or an error for a layer without a registered name.</returns>
    public static Fin<string> Write(Network network, LayerRegistry? registry = null) =>
        Guarded(() => JsonSerializer.Serialize(network, (registry ?? LayerRegistry.Default).Options));

    /// <summary>The network that some JSON describes.</summary>
    /// <param name="json">The text.</param>
    /// <param name="registry">The layers that files may name; <c>null</c> for those of the library.</param>
    /// <returns>The network, or what is wrong in the text and where.</returns>
    public static Fin<Network> Read(string json, LayerRegistry? registry = null) =>
        Guarded(() => JsonSerializer.Deserialize<Network>(json, (registry ?? LayerRegistry.Default).Options)
            ?? throw new JsonException("null"));

    // The settings of a hostile file reach constructors and shape functions of layers that others wrote, which may throw what they like.
    private static Fin<A> Guarded<A>(Func<A> run)
    {
        try
        {
            return run();
        }
        catch (FaultException error)
        {
            return error.Error is Fault { Path.Length: 0 } fault ? fault.At(Place(error)) : error.Error;
        }
        catch (JsonException error)
        {
            return new Fault(error.Message, "the architecture of a network", null, Place(error));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return new Fault($"{error.GetType().Name}, {error.Message}", "settings that their layer accepts", null, "architecture");
        }
    }

    private static string Place(JsonException error) => $"architecture{error.Path?.TrimStart('$')}";
}
