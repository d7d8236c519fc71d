using System.Globalization;
using System.Text;
using Functional.Core;
using LanguageExt;

namespace Functional.Properties;

/// <summary>Cases, and laws asked at them, as C#: what stands in a report for whoever wants the failure again.</summary>
internal static class CaseCode
{
    /// <summary>A layer's case: <c>Verify.Case(new LayerCase(…));</c>.</summary>
    public static string Of(LayerCase at)
    {
        var text = new StringBuilder($"Verify.Case(new LayerCase({CSharpCode.Of(at.Layer)},\n");
        text.Append(CultureInfo.InvariantCulture, $"  Inputs: {CSharpCode.Of(at.Inputs)},\n  Parameters: {CSharpCode.Of(at.Parameters)},\n");
        if (at.State.Count > 0) text.Append(CultureInfo.InvariantCulture, $"  State: {CSharpCode.Of(at.State)},\n");
        return text.Append(CultureInfo.InvariantCulture, $"  Mode: Mode.{at.Mode}, Key: {CSharpCode.Of(at.Key)}));").ToString();
    }

    /// <summary>An optimizer's case: <c>new OptimizerCase(…)</c>.</summary>
    public static string Of(OptimizerCase at) =>
        $"new OptimizerCase({CSharpCode.Of(at.Optimizer)},\n  {CSharpCode.Of(at.Parameters)},\n  {CSharpCode.Of(at.Gradients)},\n  {CSharpCode.Of(at.State)})";

    /// <summary>A law of optimizers at a case; of a law that is not the library's the case alone.</summary>
    public static string Of(string law, OptimizerCase at) =>
        typeof(OptimizerLaws).GetProperties().FirstOrDefault(property => property.GetValue(null) is OptimizerLaw known && known.Name == law) is { } found
            ? $"Verify.Holds({nameof(OptimizerLaws)}.{found.Name}.Check({Of(at)}));"
            : Of(at);

    /// <summary>A law called with these arguments.</summary>
    public static string Call(string law, params object?[] arguments) => $"Verify.Holds({law}({string.Join(", ", arguments.Select(CSharpCode.Of))}));";

    /// <summary>A law of networks called with this one and these arguments, which may speak of <c>network</c>.</summary>
    public static string Call(Network network, string law, params string[] arguments) =>
        $"var network = {NetworkCode.Of(network)};\nVerify.Holds({law}(network, {string.Join(", ", arguments)}));";

    /// <summary>Parameters of <c>network</c>.</summary>
    public static string Of(Parameters<double> parameters) => $"new Parameters<double>(network.Layout, {CSharpCode.Of(parameters.Values)})";

    /// <summary>How <c>network</c> is run.</summary>
    public static string Of(Step<double> step) =>
        $"new Step<double>({(step.State is { } state ? $"new State<double>(network.StateLayout, {CSharpCode.Of(state.Values)})" : "null")}, Mode.{step.Mode}, {CSharpCode.Of(step.Key)})";

    /// <summary>What a pipeline builds: the network, or in a comment why there is none.</summary>
    public static string Built(string name, Validation<Fault, Network> built) => built.Match(
        network => $"var {name} = {NetworkCode.Of(network)};",
        faults => $"// {name} does not build: {string.Join(" ", faults).ReplaceLineEndings(" ")}");
}
