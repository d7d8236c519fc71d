using Functional.Core;

namespace Functional.Properties;

/// <summary>Layers are pure functions: nothing given is changed, equal inputs give bit-equal outputs, every element is written.</summary>
public static class PurityLaw
{
    /// <summary>Inputs, parameters, saved tensors and δy are the same after a call, bit for bit.</summary>
    public static Law Untouched { get; } = new("inputs unchanged", "a layer changes nothing that it is given", CheckUntouched);

    /// <summary>The same call gives the same bits, whatever was called in between, on whatever thread.</summary>
    public static Law Repeatable { get; } = new("repetition", "equal inputs give bit-equal outputs", CheckRepeatable);

    /// <summary>No element is left as the memory was: in memory filled with NaN the results are the same.</summary>
    public static Law Written { get; } = new("every element written", "in a region of memory filled with NaN the results are the same", CheckWritten);

    private static Finding CheckUntouched(LayerCase at)
    {
        Tensors<double> x = Copy(at.Inputs), w = Copy(at.Parameters);
        var forward = Probe.Forward(at, at.Inputs, at.Parameters);
        var afterForward = Differences(Untouched, "input after forward", x, at.Inputs).Concat(Differences(Untouched, "parameter after forward", w, at.Parameters)).ToArray();
        var u = Probe.Draw(at.Key.For("u"), forward.Outputs);
        Tensors<double> kept = Copy(u), saved = Copy(forward.Saved), outputs = Copy(forward.Outputs);
        Probe.Backward(at, forward.Saved, u);
        return Finding.Of(afterForward
            .Concat(Differences(Untouched, "input after backward", x, at.Inputs))
            .Concat(Differences(Untouched, "parameter after backward", w, at.Parameters))
            .Concat(Differences(Untouched, "δy after backward", kept, u))
            .Concat(Differences(Untouched, "output after backward", outputs, forward.Outputs))
            .Concat(Differences(Untouched, "saved after backward", saved, forward.Saved)).Take(1));
    }

    private static Finding CheckRepeatable(LayerCase at)
    {
        var u = Probe.Draw(at.Key.For("u"), Probe.Forward(at, at.Inputs, at.Parameters).Outputs);
        var first = Probe.Both(at, u);
        Tensors<double> outputs = Copy(first.Forward.Outputs), inputs = Copy(first.Backward.Inputs), parameters = Copy(first.Backward.Parameters);
        var other = at with { Inputs = Probe.Along(at.Inputs, 0.5, Probe.Draw(at.Key.For("other"), at.Inputs)) };
        var between = Probe.Forward(other, other.Inputs, other.Parameters);
        var again = Probe.Backward(at, first.Forward.Saved, u);
        Probe.Backward(other, between.Saved, u);
        var second = Probe.Both(at, u);
        (ForwardResult<double> Forward, BackwardResult<double> Backward) elsewhere = default;
        var thread = new Thread(() => elsewhere = Probe.Both(at, u));
        thread.Start();
        thread.Join();
        return Finding.Of(
            Differences(Repeatable, "output, called again after other data", outputs, second.Forward.Outputs)
            .Concat(Differences(Repeatable, "input gradient, called again", inputs, second.Backward.Inputs))
            .Concat(Differences(Repeatable, "parameter gradient, called again", parameters, second.Backward.Parameters))
            .Concat(Differences(Repeatable, "input gradient, from what was saved before other data", inputs, again.Inputs))
            .Concat(Differences(Repeatable, "parameter gradient, from what was saved before other data", parameters, again.Parameters))
            .Concat(Differences(Repeatable, "output on another thread", outputs, elsewhere.Forward.Outputs))
            .Concat(Differences(Repeatable, "input gradient on another thread", inputs, elsewhere.Backward.Inputs)).Take(1));
    }

    private static Finding CheckWritten(LayerCase at)
    {
        var u = Probe.Draw(at.Key.For("u"), Probe.Forward(at, at.Inputs, at.Parameters).Outputs);
        var plain = Probe.Both(at, u);
        var poisoned = Region.Run(() =>
        {
            var (forward, backward) = Probe.Both(at, u);
            return new Results(forward.Outputs, backward.Inputs, backward.Parameters).Promote();
        }, poison: true);
        return Finding.Of(
            Differences(Written, "output", plain.Forward.Outputs, poisoned.Outputs)
            .Concat(Differences(Written, "gradient of input", plain.Backward.Inputs, poisoned.Inputs))
            .Concat(Differences(Written, "gradient of parameter", plain.Backward.Parameters, poisoned.Parameters)).Take(1));
    }

    private sealed record Results(Tensors<double> Outputs, Tensors<double> Inputs, Tensors<double> Parameters) : IPromotable<Results>
    {
        public Results Promote() => new(Outputs.Promote(), Inputs.Promote(), Parameters.Promote());
    }

    private static Tensors<double> Copy(Tensors<double> tensors) => [.. tensors.Select(tensor => Tensor.From<double>(tensor.Shape, tensor.Span))];

    private static IEnumerable<Violation> Differences(Law law, string where, Tensors<double> expected, Tensors<double> actual)
    {
        for (int t = 0; t < Math.Min(expected.Count, actual.Count); t++)
            for (int j = 0; j < expected[t].Size; j++)
                if (!expected[t].Span[j].Equals(actual[t].Span[j]))
                    yield return new(law.Name, law.Statement, $"{where} {t + 1}, element {j}", expected[t].Span[j], actual[t].Span[j], 0);
    }
}
