using Functional.Core;

namespace Functional.Properties;

/// <summary>The shapes that a layer promises are the shapes that it makes: outputs as <c>Outputs</c> says, the new state as <c>States</c> says, δx as x, δw as w.</summary>
public static class ShapeLaw
{
    /// <summary>The law.</summary>
    public static Law Promise { get; } = new("shapes", "the shapes that a layer promises are those that it makes", Check);

    private static Finding Check(LayerCase at)
    {
        var promised = at.Layer.Outputs(at.InputShapes).ThrowIfFail();
        var forward = Probe.Forward(at, at.Inputs, at.Parameters);
        var violations = Differences("output", [.. promised.Map(shape => shape.Batched(at.Batch))], forward.Outputs).ToList();
        violations.AddRange(Differences("new state", [.. at.Layer.States(at.InputShapes).Map(state => state.Shape)], forward.State));
        if (violations.Count > 0) return Finding.Of(violations);
        var back = Probe.Backward(at, forward.Saved, Probe.Draw(at.Key.For("u"), forward.Outputs));
        violations.AddRange(Differences("gradient of input", [.. at.Inputs.Select(input => input.Shape)], back.Inputs));
        violations.AddRange(Differences("gradient of parameter", [.. at.Parameters.Select(parameter => parameter.Shape)], back.Parameters));
        return Finding.Of(violations);
    }

    private static IEnumerable<Violation> Differences(string what, Shape[] expected, Tensors<double> actual)
    {
        if (expected.Length != actual.Count)
            yield return new(Promise.Name, Promise.Statement, $"the number of {what}s", expected.Length, actual.Count, 0);
        else
            for (int i = 0; i < expected.Length; i++)
                if (actual[i].IsDefault || actual[i].Shape != expected[i])
                    yield return new(Promise.Name, Promise.Statement, $"{what} {i + 1}", expected[i].Size, actual[i].IsDefault ? 0 : actual[i].Size, 0,
                        $"promised was shape {expected[i]}, made was {(actual[i].IsDefault ? "none" : actual[i].Shape)}");
    }
}
