using System.Collections.Concurrent;
using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// Runs a network at one number type: every node's forward function in order, and in reverse every node's backward function,
/// where gradients that meet on a wire or on a shared parameter add up (the chain rule for several uses).
/// </summary>
internal sealed class Engine<T> where T : struct, IFloatingPointIeee754<T>
{
    private readonly Network _network;
    private readonly Step[] _steps;
    private readonly ConcurrentBag<Tape<T>> _tapes = [];
    private readonly ConcurrentBag<BackTape<T>> _backTapes = [];

    public Engine(Network network)
    {
        _network = network;
        // A wire's gradient is of use where a parameter or a wanted input lies behind it.
        var useful = new bool[network.Slots];
        _steps = [.. network.Nodes.Select(node =>
        {
            var parameters = Places(network.Layout, node.Owner, node.Layer.Parameters(node.InputShapes));
            var states = Places(network.StateLayout, node.Owner, node.Layer.States(node.InputShapes));
            ulong unwanted = 0;
            for (int i = 0; i < node.Inputs.Count; i++)
                if (!useful[node.Inputs[i]] && i < 64) unwanted |= 1UL << i;
            bool any = parameters.Length > 0 || node.Inputs.Exists(slot => useful[slot]);
            for (int i = 0; i < node.OutputShapes.Count; i++) useful[node.FirstOutput + i] = any;
            return new Step(
                node.Path, Key.Hash(node.Path), node.Layer.At<T>(), [.. node.Inputs], [.. node.InputShapes], node.FirstOutput, [.. node.OutputShapes],
                parameters, states, unwanted, any);
        })];
    }

    /// <summary>Whether these are batches of the network's inputs.</summary>
    public bool Fits(Tensors<T> inputs)
    {
        bool fits = inputs.Count == _network.Inputs.Count;
        for (int i = 0; fits && i < inputs.Count; i++) fits = inputs[i].Shape.Example == _network.Inputs[i].Shape;
        return fits;
    }

    // Tapes are pooled because a step of a small network would otherwise spend its time on their allocation.
    public Tape<T> RentTape() => _tapes.TryTake(out var tape)
        ? tape
        : new(_network.Layout.Entries.Count, _network.StateLayout.Entries.Count, _network.Slots, _steps.Length);

    public void Return(Tape<T> tape)
    {
        tape.Clear();
        _tapes.Add(tape);
    }

    public BackTape<T> RentBackTape() => _backTapes.TryTake(out var tape) ? tape : new(_network.Layout.Entries.Count, _network.Slots, _steps.Length);

    public void Return(BackTape<T> tape)
    {
        tape.Clear();
        _backTapes.Add(tape);
    }

    /// <summary>Runs every layer. The tape comes with parameters and state, and leaves with everything else and the new state.</summary>
    public void Forward(Tape<T> tape, Tensors<T> inputs, Mode mode, Key key)
    {
        for (int i = 0; i < inputs.Count; i++) tape.Values[_network.Inputs[i].Slot] = inputs[i];
        Forward(tape, mode, key);
    }

    /// <summary>The same, the inputs being on the tape already.</summary>
    public void Forward(Tape<T> tape, Mode mode, Key key)
    {
        var values = tape.Values;
        for (int i = 0; i < _steps.Length; i++)
        {
            var step = _steps[i];
            var result = step.Function.Forward(new ForwardCall<T>(
                Pick(values, step.Inputs), Kept(ref tape.ParameterLists[i], tape.Parameters, step.Parameters), Pick(tape.State, step.States), mode, key.Split(step.Name)));
            tape.Saved[i] = result.Saved;
            for (int j = 0; j < step.OutputShapes.Length; j++) values[step.FirstOutput + j] = result.Outputs[j];
            for (int j = 0; j < step.States.Length; j++) tape.State[step.States[j]] = result.State[j];
        }
    }

    /// <summary>The values of the network's outputs.</summary>
    public Tensors<T> Outputs(Tape<T> tape)
    {
        var slots = _network.OutputSlots;
        if (slots.Count == 1) return [tape.Values[slots[0]]];
        if (slots.Count == 2) return [tape.Values[slots[0]], tape.Values[slots[1]]];
        var outputs = new Tensor<T>[slots.Count];
        for (int i = 0; i < outputs.Length; i++) outputs[i] = tape.Values[slots[i]];
        return Tensors.Owning(outputs);
    }

    /// <summary>
    /// Runs every layer backward from the gradients of the outputs (fewer than there are outputs: the others' are zero).
    /// The back tape comes with the memory for the parameters' gradients and leaves with them written and the wires' gradients.
    /// </summary>
    public void Backward(Tape<T> tape, BackTape<T> back, Tensors<T> outputGradients, Mode mode, Key key, bool wantInputs)
    {
        var wires = back.Wires;
        int batch = outputGradients[0].Batch;
        for (int i = 0; i < outputGradients.Count; i++) Meet(ref wires[_network.OutputSlots[i]], outputGradients[i]);

        for (int i = _steps.Length - 1; i >= 0; i--)
        {
            var step = _steps[i];
            if (!(step.IsUseful || wantInputs) || !TryOutputGradients(step, wires, batch, out var outputs)) continue;
            var result = step.Function.Backward(new BackwardCall<T>(
                outputs, tape.Saved[i], Kept(ref tape.ParameterLists[i], tape.Parameters, step.Parameters), mode, key.Split(step.Name))
            {
                Destinations = Free(back, i, step.Parameters),
                UnwantedInputs = wantInputs ? 0 : step.Unwanted,
            });
            for (int j = 0; j < step.Inputs.Length; j++)
            {
                if (!wantInputs && j < 64 && (step.Unwanted >> j & 1) != 0) continue;
                var dx = result.Inputs[j];
                if (!dx.IsDefault && !dx.Shape.IsBatch(batch, step.InputShapes[j])) throw step.Misshapen("input", j, dx.Shape, step.InputShapes[j].Batched(batch));
                Meet(ref wires[step.Inputs[j]], dx);
            }
            for (int j = 0; j < step.Parameters.Length; j++)
            {
                var (dw, shape) = (result.Parameters[j], back.Destinations[step.Parameters[j]].Shape);
                if (dw.Shape != shape) throw step.Misshapen("parameter", j, dw.Shape, shape);
                Land(back, step.Parameters[j], dw);
            }
        }

        for (int i = 0; i < back.Written.Length; i++)
            if (!back.Written[i]) back.Destinations[i].Writable.Clear();
    }

    /// <summary>The gradients of the network's inputs after a backward run that wanted them.</summary>
    public Tensors<T> InputGradients(BackTape<T> back, int batch)
    {
        var inputs = new Tensor<T>[_network.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            var gradient = back.Wires[_network.Inputs[i].Slot];
            inputs[i] = gradient.IsDefault ? Tensor.Zeros<T>(_network.Inputs[i].Shape.Batched(batch)) : gradient;
        }
        return Tensors.Owning(inputs);
    }

    // Outputs that lead nowhere have gradient zero; a layer none of whose outputs leads anywhere is passed over.
    private static bool TryOutputGradients(Step step, Tensor<T>[] wires, int batch, out Tensors<T> outputs)
    {
        var gradients = wires.AsSpan(step.FirstOutput, step.OutputShapes.Length);
        bool any = false;
        foreach (ref readonly var gradient in gradients) any |= !gradient.IsDefault;
        if (any)
            for (int j = 0; j < gradients.Length; j++)
                if (gradients[j].IsDefault) gradients[j] = Tensor.Zeros<T>(step.OutputShapes[j].Batched(batch));
        outputs = any ? Tensors.Of<T>(gradients) : default;
        return any;
    }

    // A layer may hand one tensor to two wires, so a sum is a new tensor and never changes an old one.
    private static void Meet(ref Tensor<T> sum, Tensor<T> next)
    {
        if (next.IsDefault) return;
        sum = sum.IsDefault ? next : sum.Plus(next);
    }

    private static void Land(BackTape<T> back, int place, Tensor<T> gradient)
    {
        var destination = back.Destinations[place];
        if (back.Written[place]) Kernels.Elementwise.Accumulate(gradient.Span, destination.Writable);
        else if (!destination.SharesStart(gradient)) gradient.Span.CopyTo(destination.Writable);
        back.Written[place] = true;
    }

    // Where a layer's gradients may be written: not where another use of the same parameter has written already.
    private static Tensors<T> Free(BackTape<T> back, int node, int[] places)
    {
        bool any = false;
        foreach (int place in places) any |= back.Written[place];
        if (!any) return Kept(ref back.DestinationLists[node], back.Destinations, places);
        Tensor<T> At(int j) => back.Written[places[j]] ? default : back.Destinations[places[j]];
        if (places.Length == 1) return [At(0)];
        if (places.Length == 2) return [At(0), At(1)];
        if (places.Length == 3) return [At(0), At(1), At(2)];
        var rest = new Tensor<T>[places.Length - 3];
        for (int j = 0; j < rest.Length; j++) rest[j] = At(j + 3);
        return new(At(0), At(1), At(2), rest);
    }

    // A list of what stays where it is from run to run.
    private static Tensors<T> Kept(ref Tensors<T> list, Tensor<T>[] values, int[] places)
    {
        if (list.Count != places.Length) list = Pick(values, places);
        return list;
    }

    private static Tensors<T> Pick(Tensor<T>[] values, int[] places)
    {
        if (places.Length == 0) return default;
        if (places.Length == 1) return [values[places[0]]];
        if (places.Length == 2) return [values[places[0]], values[places[1]]];
        if (places.Length == 3) return [values[places[0]], values[places[1]], values[places[2]]];
        var rest = new Tensor<T>[places.Length - 3];
        for (int i = 0; i < rest.Length; i++) rest[i] = values[places[i + 3]];
        return new(values[places[0]], values[places[1]], values[places[2]], rest);
    }

    private static int[] Places(Layout layout, string owner, Seq<Parameter> parameters) =>
        [.. parameters.Map(parameter => layout.Find($"{owner}.{parameter.Name}"))];

    private sealed record Step(
        string Path, ulong Name, Differentiable<T> Function, int[] Inputs, Shape[] InputShapes, int FirstOutput, Shape[] OutputShapes,
        int[] Parameters, int[] States, ulong Unwanted, bool IsUseful)
    {
        /// <summary>A layer that breaks its promise of shapes: a slip of the program, as its sums would be wrong without a word.</summary>
        public InvalidOperationException Misshapen(string what, int place, Shape given, Shape needed) =>
            new(new Fault($"a gradient of shape {given} for {what} {place + 1}", $"{needed}, as the {what} has", null, Path).Message);
    }
}
