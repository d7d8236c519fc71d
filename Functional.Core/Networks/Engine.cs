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
            return new Step(node, node.Layer.At<T>(), [.. node.Inputs], parameters, states, unwanted, any);
        })];
    }

    /// <summary>Runs every layer.</summary>
    public Tape<T> Forward(Tensors<T> parameters, Tensors<T> inputs, Tensors<T> state, Mode mode, Key key)
    {
        var values = new Tensor<T>[_network.Slots];
        var saved = new Tensors<T>[_steps.Length];
        Tensor<T>[]? newState = state.Count == 0 ? null : [.. state];
        for (int i = 0; i < inputs.Count; i++) values[_network.Inputs[i].Slot] = inputs[i];
        for (int i = 0; i < _steps.Length; i++)
        {
            var step = _steps[i];
            var result = step.Function.Forward(new ForwardCall<T>(
                Pick(values, step.Inputs), Pick(parameters, step.Parameters),
                newState is null ? default : Pick(newState, step.States), mode, key.For(step.Node.Path)));
            saved[i] = result.Saved;
            for (int j = 0; j < step.Node.OutputShapes.Count; j++) values[step.Node.FirstOutput + j] = result.Outputs[j];
            if (newState is not null)
                for (int j = 0; j < step.States.Length; j++) newState[step.States[j]] = result.State[j];
        }
        return new(values, saved, newState is null ? default : Tensors.Of<T>(newState));
    }

    /// <summary>The values of the network's outputs.</summary>
    public Tensors<T> Outputs(Tape<T> tape)
    {
        var outputs = new Tensor<T>[_network.OutputSlots.Count];
        for (int i = 0; i < outputs.Length; i++) outputs[i] = tape.Values[_network.OutputSlots[i]];
        return Tensors.Of<T>(outputs);
    }

    /// <summary>Runs every layer backward. The call carries δy, mode and key, and where gradients should lie.</summary>
    public BackwardResult<T> Backward(Tensors<T> parameters, Tensors<T>[] saved, in BackwardCall<T> call, bool wantInputs = true)
    {
        var gradients = new Tensor<T>[_network.Slots];
        var written = new bool[parameters.Count];
        var destinations = new Tensor<T>[parameters.Count];
        for (int i = 0; i < destinations.Length; i++) destinations[i] = call.ParameterGradient(i).Done();
        for (int i = 0; i < call.OutputGradients.Count; i++) Meet(ref gradients[_network.OutputSlots[i]], call.OutputGradients[i]);

        for (int i = _steps.Length - 1; i >= 0; i--)
        {
            var step = _steps[i];
            if (!(step.IsUseful || wantInputs) || !TryOutputGradients(step, gradients, call.Batch, out var outputs)) continue;
            var back = step.Function.Backward(new BackwardCall<T>(
                outputs, saved[i], Pick(parameters, step.Parameters), call.Mode, call.Key.For(step.Node.Path))
            {
                Destinations = Free(destinations, written, step.Parameters),
                UnwantedInputs = wantInputs ? 0 : step.Unwanted,
            });
            for (int j = 0; j < step.Inputs.Length; j++)
                if (wantInputs || (step.Unwanted >> j & 1) == 0) Meet(ref gradients[step.Inputs[j]], back.Inputs[j]);
            for (int j = 0; j < step.Parameters.Length; j++) Land(destinations, written, step.Parameters[j], back.Parameters[j]);
        }

        for (int i = 0; i < written.Length; i++)
            if (!written[i]) destinations[i].Writable.Clear();
        return new(wantInputs ? InputGradients(gradients, call.Batch) : default, Tensors.Of<T>(destinations));
    }

    private Tensors<T> InputGradients(Tensor<T>[] gradients, int batch)
    {
        var inputs = new Tensor<T>[_network.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            var gradient = gradients[_network.Inputs[i].Slot];
            inputs[i] = gradient.IsDefault ? Tensor.Zeros<T>(_network.Inputs[i].Shape.Batched(batch)) : gradient;
        }
        return Tensors.Of<T>(inputs);
    }

    // Outputs that lead nowhere have gradient zero; a layer none of whose outputs leads anywhere is passed over.
    private static bool TryOutputGradients(Step step, Tensor<T>[] gradients, int batch, out Tensors<T> outputs)
    {
        var shapes = step.Node.OutputShapes;
        bool any = false;
        for (int j = 0; j < shapes.Count; j++) any |= !gradients[step.Node.FirstOutput + j].IsDefault;
        if (any)
            for (int j = 0; j < shapes.Count; j++)
            {
                ref var gradient = ref gradients[step.Node.FirstOutput + j];
                if (gradient.IsDefault) gradient = Tensor.Zeros<T>(shapes[j].Batched(batch));
            }
        outputs = any ? Tensors.Of<T>(gradients.AsSpan(step.Node.FirstOutput, shapes.Count)) : default;
        return any;
    }

    // A layer may hand one tensor to two wires, so a sum is a new tensor and never changes an old one.
    private static void Meet(ref Tensor<T> sum, Tensor<T> next)
    {
        if (next.IsDefault) return;
        sum = sum.IsDefault ? next : sum.Plus(next);
    }

    private static void Land(Tensor<T>[] destinations, bool[] written, int place, Tensor<T> gradient)
    {
        var destination = destinations[place];
        if (written[place]) Kernels.Elementwise.Accumulate(gradient.Span, destination.Writable);
        else if (!destination.SharesStart(gradient)) gradient.Span.CopyTo(destination.Writable);
        written[place] = true;
    }

    private static Tensors<T> Free(Tensor<T>[] destinations, bool[] written, int[] places)
    {
        if (places.Length == 0) return default;
        var free = new Tensor<T>[places.Length];
        for (int j = 0; j < places.Length; j++)
            if (!written[places[j]]) free[j] = destinations[places[j]];
        return Tensors.Of<T>(free);
    }

    private static Tensors<T> Pick(ReadOnlySpan<Tensor<T>> values, int[] places)
    {
        if (places.Length == 1) return [values[places[0]]];
        if (places.Length == 2) return [values[places[0]], values[places[1]]];
        var picked = new Tensor<T>[places.Length];
        for (int i = 0; i < picked.Length; i++) picked[i] = values[places[i]];
        return Tensors.Of<T>(picked);
    }

    private static Tensors<T> Pick(Tensors<T> values, int[] places)
    {
        if (places.Length == 1) return [values[places[0]]];
        if (places.Length == 2) return [values[places[0]], values[places[1]]];
        var picked = new Tensor<T>[places.Length];
        for (int i = 0; i < picked.Length; i++) picked[i] = values[places[i]];
        return Tensors.Of<T>(picked);
    }

    private static int[] Places(Layout layout, string owner, Seq<Parameter> parameters) =>
        [.. parameters.Map(parameter => layout.Find($"{owner}.{parameter.Name}"))];

    private sealed record Step(
        Node Node, Differentiable<T> Function, int[] Inputs, int[] Parameters, int[] States, ulong Unwanted, bool IsUseful);
}

/// <summary>What a forward run leaves for the backward run: the value on every wire and what every layer saved.</summary>
internal sealed record Tape<T>(Tensor<T>[] Values, Tensors<T>[] Saved, Tensors<T> State) where T : struct, IFloatingPointIeee754<T>;
