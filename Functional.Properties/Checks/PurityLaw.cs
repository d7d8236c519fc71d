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
        Tensors<double> x = Probe.Copy(at.Inputs), w = Probe.Copy(at.Parameters), state = Probe.Copy(at.State);
        var forward = Probe.Forward(at, at.Inputs, at.Parameters);
        var afterForward = Compare.Bits(Untouched, "input after forward", x, at.Inputs)
            .Concat(Compare.Bits(Untouched, "parameter after forward", w, at.Parameters))
            .Concat(Compare.Bits(Untouched, "state after forward", state, at.State)).ToArray();
        var u = Probe.Draw(at.Key.For("u"), forward.Outputs);
        Tensors<double> kept = Probe.Copy(u), saved = Probe.Copy(forward.Saved), outputs = Probe.Copy(forward.Outputs);
        Probe.Backward(at, forward.Saved, u);
        return Finding.Of(afterForward
            .Concat(Compare.Bits(Untouched, "input after backward", x, at.Inputs))
            .Concat(Compare.Bits(Untouched, "parameter after backward", w, at.Parameters))
            .Concat(Compare.Bits(Untouched, "δy after backward", kept, u))
            .Concat(Compare.Bits(Untouched, "output after backward", outputs, forward.Outputs))
            .Concat(Compare.Bits(Untouched, "saved after backward", saved, forward.Saved)).Take(1));
    }

    private static Finding CheckRepeatable(LayerCase at)
    {
        var u = Probe.Draw(at.Key.For("u"), Probe.Forward(at, at.Inputs, at.Parameters).Outputs);
        var first = Probe.Both(at, u);
        Tensors<double> outputs = Probe.Copy(first.Forward.Outputs), newState = Probe.Copy(first.Forward.State), inputs = Probe.Copy(first.Backward.Inputs), parameters = Probe.Copy(first.Backward.Parameters);
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
            Compare.Bits(Repeatable, "output, called again after other data", outputs, second.Forward.Outputs)
            .Concat(Compare.Bits(Repeatable, "new state, called again", newState, second.Forward.State))
            .Concat(Compare.Bits(Repeatable, "input gradient, called again", inputs, second.Backward.Inputs))
            .Concat(Compare.Bits(Repeatable, "parameter gradient, called again", parameters, second.Backward.Parameters))
            .Concat(Compare.Bits(Repeatable, "input gradient, from what was saved before other data", inputs, again.Inputs))
            .Concat(Compare.Bits(Repeatable, "parameter gradient, from what was saved before other data", parameters, again.Parameters))
            .Concat(Compare.Bits(Repeatable, "output on another thread", outputs, elsewhere.Forward.Outputs))
            .Concat(Compare.Bits(Repeatable, "input gradient on another thread", inputs, elsewhere.Backward.Inputs))
            .Concat(Compare.Bits(Repeatable, "parameter gradient on another thread", parameters, elsewhere.Backward.Parameters)).Take(1));
    }

    private static Finding CheckWritten(LayerCase at)
    {
        // Every other δy is 0: what is skipped there is not written either.
        var u = Sparse(Probe.Draw(at.Key.For("u"), Probe.Forward(at, at.Inputs, at.Parameters).Outputs), at.Key.Below(2, 0));
        var plain = Probe.Both(at, u);
        var poisoned = Region.Run(() =>
        {
            var (forward, backward) = Probe.Both(at, u);
            return new Results(forward.Outputs, forward.State, backward.Inputs, backward.Parameters);
        }, poison: true);
        return Finding.Of(
            Compare.Bits(Written, "output", plain.Forward.Outputs, poisoned.Outputs)
            .Concat(Compare.Bits(Written, "new state", plain.Forward.State, poisoned.State))
            .Concat(Compare.Bits(Written, "gradient of input", plain.Backward.Inputs, poisoned.Inputs))
            .Concat(Compare.Bits(Written, "gradient of parameter", plain.Backward.Parameters, poisoned.Parameters)).Take(1));
    }

    private static Tensors<double> Sparse(Tensors<double> u, int first) => [.. u.Select(tensor =>
    {
        int place = first;
        return tensor.Map(number => place++ % 2 == 0 ? number : 0);
    })];

    private sealed record Results(Tensors<double> Outputs, Tensors<double> State, Tensors<double> Inputs, Tensors<double> Parameters) : IPromotable<Results>
    {
        public Results Promote() => new(Outputs.Promote(), State.Promote(), Inputs.Promote(), Parameters.Promote());
    }
}
