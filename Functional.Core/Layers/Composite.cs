using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A layer made of layers: derive from it and say in <see cref="Expand"/> how its wires run. In a network it expands into its
/// parts, under a path of its own, so that whatever is known about the parts holds for the whole.
/// </summary>
public abstract record CompositeLayer : Layer
{
    // Keyed by the instance: a copy made by 'with' may have other parts, so it must not inherit remembered networks.
    private static readonly ConditionalWeakTable<CompositeLayer, ConcurrentDictionary<Seq<Shape>, Fin<Network>>> s_networks = [];

    /// <summary>The wiring of the parts, from the inputs to the outputs.</summary>
    protected abstract Pipeline<Seq<Wire>> Expand(Seq<Wire> inputs);

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Built(inputs).Map(network => network.OutputShapes);

    /// <inheritdoc/>
    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Built(inputs).Match(network => Listed(network.Layout), _ => Empty);

    /// <inheritdoc/>
    public override Seq<Parameter> States(Seq<Shape> inputs) => Built(inputs).Match(network => Listed(network.StateLayout), _ => Empty);

    /// <inheritdoc/>
    public override Differentiable<T> At<T>()
    {
        // A layer meets the same shapes step after step.
        Engine<T>? last = null;
        Engine<T> For(Tensors<T> inputs) => last is { } engine && engine.Fits(inputs)
            ? engine
            : last = Built(toSeq(inputs.Select(input => input.Shape.Example)).Strict()).ThrowIfFail().Engine<T>();
        return new(
            (in ForwardCall<T> call) =>
            {
                var engine = For(call.Inputs);
                var tape = engine.RentTape();
                call.Parameters.CopyTo(tape.Parameters);
                call.State.CopyTo(tape.State);
                engine.Forward(tape, call.Inputs, call.Mode, call.Key);
                var result = new ForwardResult<T>(engine.Outputs(tape), SavedParts.Pack(call.Inputs, tape.Saved), Tensors.Of<T>(tape.State));
                engine.Return(tape);
                return result;
            },
            (in BackwardCall<T> call) =>
            {
                var inputs = SavedParts.Inputs(call.Saved);
                var engine = For(inputs);
                var tape = engine.RentTape();
                var back = engine.RentBackTape();
                SavedParts.Unpack(call.Saved, tape.Saved);
                call.Parameters.CopyTo(tape.Parameters);
                for (int i = 0; i < back.Destinations.Length; i++) back.Destinations[i] = call.ParameterGradient(i).Done();
                engine.Backward(tape, back, call.OutputGradients, call.Mode, call.Key, wantInputs: true);
                var result = new BackwardResult<T>(engine.InputGradients(back, call.Batch), Tensors.Of<T>(back.Destinations));
                engine.Return(back);
                engine.Return(tape);
                return result;
            });
    }

    internal override Pipeline<Seq<Wire>> Apply(Seq<Wire> inputs) => Draft.Scoped(Kind, Name, () => Faults.IsEmpty ? Expand(inputs) : Draft.Faulty(Faults, OutputCount));

    private protected virtual Fin<Network> Built(Seq<Shape> shapes) =>
        s_networks.GetValue(this, static _ => new()).GetOrAdd(shapes, static (wanted, composite) =>
            Pipeline.Sequence(wanted.Map(shape => Layers.Input(shape))).SelectMany(composite.Expand).Build()
                .Match(network => FinSucc(network), faults => FinFail<Network>(faults.Head)), this);

    private static Seq<Parameter> Listed(Layout layout) => layout.Entries.Map(entry => new Parameter(entry.Name, entry.Shape, entry.Initializer)).Strict();
}
