using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>The outputs of a network and the way back: from gradients of the outputs to those of inputs and parameters.</summary>
/// <param name="Outputs">y.</param>
/// <param name="Back">δy → (δx, δw), as often as you like. Gradients of other shapes than the outputs throw an <see cref="ArgumentException"/>.</param>
/// <param name="State">The running statistics after this step.</param>
public sealed record Pullback<T>(Tensors<T> Outputs, Func<Tensors<T>, (Tensors<T> Inputs, Gradients<T> Parameters)> Back, State<T> State)
    where T : struct, IFloatingPointIeee754<T>;

/// <summary>An error with its gradient.</summary>
/// <param name="Value">E.</param>
/// <param name="Gradients">∂E/∂w.</param>
/// <param name="Outputs">The predictions, which come for free.</param>
/// <param name="State">The running statistics after this step.</param>
public sealed record ValueAndGradient<T>(T Value, Gradients<T> Gradients, Tensors<T> Outputs, State<T> State)
    : IPromotable<ValueAndGradient<T>> where T : struct, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public ValueAndGradient<T> Promote() => new(Value, Gradients.Promote(), Outputs.Promote(), State.Promote());
}

/// <summary>How a step is to be run: values handed in, with those of inference as the default.</summary>
/// <param name="State">Running statistics; <c>null</c> for the starting ones.</param>
/// <param name="Mode">Training or inference.</param>
/// <param name="Key">Randomness of the step.</param>
public readonly record struct Step<T>(State<T>? State = null, Mode Mode = Mode.Inference, Key Key = default) where T : struct, IFloatingPointIeee754<T>;

/// <summary>A network as pure functions of its parameters and inputs: values, gradients and pullbacks. Wrong shapes are <see cref="Fault"/>s.</summary>
public static class Differentiation
{
    /// <summary>The network's outputs.</summary>
    public static Fin<Tensors<T>> Forward<T>(this Network network, Parameters<T> parameters, Tensors<T> inputs, Step<T> step = default)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (Check(network, parameters, inputs) is { } fault) return fault;
        var engine = network.Engine<T>();
        var tape = Run(engine, network, parameters, inputs, step);
        var outputs = engine.Outputs(tape);
        engine.Return(tape);
        return outputs;
    }

    /// <summary>
    /// The output of a network that has one, written to memory of the caller's: what a server that answers many requests keeps for the purpose.
    /// Nothing lasting is allocated.
    /// </summary>
    /// <param name="network">A network of one output.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="inputs">Its inputs, batch first.</param>
    /// <param name="output">As many numbers as the output has, row-major, batch first; untouched where the result is a fault.</param>
    /// <param name="step">State and mode, where they are not those of inference.</param>
    public static Fin<Unit> ForwardInto<T>(this Network network, Parameters<T> parameters, Tensors<T> inputs, Span<T> output, Step<T> step = default)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (network.OutputSlots.Count != 1) return new Fault($"a network of {network.OutputSlots.Count} outputs", "one of a single output", "Forward gives all of them");
        if (Check(network, parameters, inputs) is { } fault) return fault;
        long size = network.OutputShapes[0].LongSize * inputs[0].Batch;
        if (output.Length != size) return new Fault($"memory for {output.Length} numbers", $"{size}: {network.OutputShapes[0].Batched(inputs[0].Batch)}", null, "output");
        using var region = Region.Enter();
        var engine = network.Engine<T>();
        var tape = Run(engine, network, parameters, inputs, step);
        tape.Values[network.OutputSlots[0]].Span.CopyTo(output);
        engine.Return(tape);
        return unit;
    }

    /// <summary>The network's outputs and the function that takes their gradients back to inputs and parameters.</summary>
    public static Fin<Pullback<T>> Pullback<T>(this Network network, Parameters<T> parameters, Tensors<T> inputs, Step<T> step = default)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (Check(network, parameters, inputs) is { } fault) return fault;
        var engine = network.Engine<T>();
        var tape = Run(engine, network, parameters, inputs, step);
        return new Pullback<T>(engine.Outputs(tape), Back, NewState(network, tape));

        (Tensors<T>, Gradients<T>) Back(Tensors<T> outputGradients)
        {
            CheckGradients(network, inputs[0].Batch, outputGradients);
            var back = engine.RentBackTape();
            var gradients = Backward(engine, network, tape, back, outputGradients, step, wantInputs: true);
            var result = (engine.InputGradients(back, outputGradients[0].Batch), gradients);
            engine.Return(back);
            return result;
        }
    }

    /// <summary>The error E of the predictions for these inputs against these targets.</summary>
    public static Fin<T> Value<T>(this Objective objective, Parameters<T> parameters, Tensors<T> inputs, Tensors<T> targets, Step<T> step = default)
        where T : struct, IFloatingPointIeee754<T> =>
        objective.Combined.Forward(parameters, inputs.Append(targets), step)
            .Map(outputs => objective.Reduce(outputs, targets) + objective.Penalties.Value(parameters));

    /// <summary>∂E/∂w.</summary>
    public static Fin<Gradients<T>> Gradient<T>(this Objective objective, Parameters<T> parameters, Tensors<T> inputs, Tensors<T> targets, Step<T> step = default)
        where T : struct, IFloatingPointIeee754<T> =>
        objective.ValueAndGradient(parameters, inputs, targets, step).Map(both => both.Gradients);

    /// <summary>E and ∂E/∂w.</summary>
    public static Fin<ValueAndGradient<T>> ValueAndGradient<T>(
        this Objective objective, Parameters<T> parameters, Tensors<T> inputs, Tensors<T> targets, Step<T> step = default)
        where T : struct, IFloatingPointIeee754<T>
    {
        var (network, all) = (objective.Combined, inputs.Append(targets));
        if (Check(network, parameters, all) is { } fault) return fault;
        var engine = network.Engine<T>();
        var tape = Run(engine, network, parameters, all, step);
        var outputs = engine.Outputs(tape);
        var back = engine.RentBackTape();
        var gradients = Backward(engine, network, tape, back, objective.Seed(outputs, targets), step, wantInputs: false);
        objective.Penalties.Accumulate(parameters, gradients);
        var state = NewState(network, tape);
        engine.Return(back);
        engine.Return(tape);
        int losses = objective.Losses.Count;
        return new ValueAndGradient<T>(objective.Reduce(outputs, targets) + objective.Penalties.Value(parameters), gradients, outputs.Slice(losses, outputs.Count - losses), state);
    }

    /// <summary>E and ∂E/∂w of a network of one output with a loss.</summary>
    public static Fin<ValueAndGradient<T>> ValueAndGradient<T>(
        this Network network, Loss loss, Parameters<T> parameters, Tensors<T> inputs, Tensors<T> targets, Step<T> step = default)
        where T : struct, IFloatingPointIeee754<T> =>
        Objective.Of(network, loss).ToFin().Bind(objective => objective.ValueAndGradient(parameters, inputs, targets, step));

    /// <summary>∂E/∂w of a network of one output with a loss.</summary>
    public static Fin<Gradients<T>> Gradient<T>(
        this Network network, Loss loss, Parameters<T> parameters, Tensors<T> inputs, Tensors<T> targets, Step<T> step = default)
        where T : struct, IFloatingPointIeee754<T> =>
        network.ValueAndGradient(loss, parameters, inputs, targets, step).Map(both => both.Gradients);

    /// <summary>A validation as a <see cref="Fin{A}"/>, its faults as one error.</summary>
    public static Fin<A> ToFin<A>(this Validation<Fault, A> validation) =>
        validation.Match(FinSucc, faults => FinFail<A>(faults.Count == 1 ? faults.Head : LanguageExt.Common.Error.Many(faults.Map(fault => (LanguageExt.Common.Error)fault))));

    private static Tape<T> Run<T>(Engine<T> engine, Network network, Parameters<T> parameters, Tensors<T> inputs, Step<T> step)
        where T : struct, IFloatingPointIeee754<T>
    {
        var tape = engine.RentTape();
        parameters.CopyTo(tape.Parameters);
        if (tape.State.Length > 0) (step.State ?? network.InitializeState<T>()).CopyTo(tape.State);
        engine.Forward(tape, inputs, step.Mode, step.Key);
        return tape;
    }

    private static Gradients<T> Backward<T>(
        Engine<T> engine, Network network, Tape<T> tape, BackTape<T> back, Tensors<T> outputGradients, Step<T> step, bool wantInputs)
        where T : struct, IFloatingPointIeee754<T>
    {
        var gradients = new Gradients<T>(network.Layout, Tensor.Fresh<T>([network.Layout.Size]).Done());
        gradients.CopyTo(back.Destinations);
        engine.Backward(tape, back, outputGradients, step.Mode, step.Key, wantInputs);
        return gradients;
    }

    private static State<T> NewState<T>(Network network, Tape<T> tape) where T : struct, IFloatingPointIeee754<T>
    {
        var values = Tensor.Fresh<T>([network.StateLayout.Size]);
        for (int i = 0; i < tape.State.Length; i++) tape.State[i].Span.CopyTo(values.Span[network.StateLayout.Entries[i].Offset..]);
        return new(network.StateLayout, values.Done());
    }

    // A pullback's argument has the shapes of the outputs that it came with: anything else is a slip of the program, not bad input.
    private static void CheckGradients<T>(Network network, int batch, Tensors<T> outputGradients) where T : struct, IFloatingPointIeee754<T>
    {
        if (outputGradients.Count < 1 || outputGradients.Count > network.OutputShapes.Count)
            throw new ArgumentException($"{outputGradients.Count} output gradients were given; from 1 to {network.OutputShapes.Count}, the number of outputs, are needed.", nameof(outputGradients));
        for (int i = 0; i < outputGradients.Count; i++)
            if (outputGradients[i].Shape != network.OutputShapes[i].Batched(batch))
                throw new ArgumentException($"The gradient of output {i + 1} has shape {outputGradients[i].Shape}; {network.OutputShapes[i].Batched(batch)} is needed.", nameof(outputGradients));
    }

    private static Fault? Check<T>(Network network, Parameters<T> parameters, Tensors<T> inputs) where T : struct, IFloatingPointIeee754<T> =>
        CheckParameters(network, parameters) ?? CheckBatch(network, inputs, default);

    /// <summary>What keeps numbers from being a network's parameters.</summary>
    internal static Fault? CheckParameters<T>(Network network, Parameters<T> parameters) where T : struct, IFloatingPointIeee754<T>
    {
        if (!network.Layout.Equals(parameters.Layout))
            return new Fault("parameters of another network", "those that this network's Initialize or a file of it gives", null, "parameters");
        if (parameters.Values.Size != network.Layout.Size)
            return new Fault($"values of shape {parameters.Values.Shape}", $"[{network.Layout.Size}]", null, "parameters");
        return null;
    }

    /// <summary>What keeps tensors from being the inputs of a network, the first list before the second.</summary>
    internal static Fault? CheckBatch<T>(Network network, Tensors<T> first, Tensors<T> second) where T : struct, IFloatingPointIeee754<T>
    {
        int count = first.Count + second.Count;
        if (count != network.Inputs.Count)
            return new Fault($"{count} tensors", $"{network.Inputs.Count}: {string.Join(", ", network.Inputs.Map(input => $"{input.Name} {input.Shape}"))}", null, "inputs");
        for (int i = 0; i < count; i++)
        {
            var input = network.Inputs[i];
            var tensor = i < first.Count ? first[i] : second[i - first.Count];
            if (tensor.IsDefault) return new Fault("no tensor", Batched(input.Shape), null, input.Name);
            var shape = tensor.Shape;
            if (shape.Rank == 0 || shape.Example != input.Shape)
                return new Fault($"a tensor of shape {shape}", Batched(input.Shape), shape == input.Shape ? "put the batch in front, even of one example" : OneHotFix(network, input, shape), input.Name);
            // The first tensor is seen first, so it has a batch when others are compared with it.
            int batch = (first.Count > 0 ? first[0] : second[0]).Batch;
            if (shape[0] < 1 || shape[0] != batch)
                return new Fault($"{shape[0]} examples", batch < 1 ? "at least one" : $"{batch}, as many as {network.Inputs[0].Name} has", null, input.Name);
        }
        return null;
    }

    private static string Batched(Shape example) => $"[{string.Join(", ", example.Select(size => $"{size}").Prepend("batch"))}]";

    // Targets of the logits' own shape are one-hot, or probabilities. The loss that takes them takes an example for one row, so it helps only where it is one.
    private static string? OneHotFix(Network network, NetworkInput input, Shape given)
    {
        static Layer Innermost(Layer layer) => layer is WeightedLossLayer weighted ? Innermost(weighted.Inner) : layer;
        return given.Rank == 0 || !network.Nodes.Exists(node => Innermost(node.Layer) is CrossEntropyLayer && node.Inputs[1] == input.Slot && node.InputShapes[0] == given.Example) ? null
            : input.Shape.Rank == 0 ? "CrossEntropy takes class numbers; for one-hot targets take SoftmaxLogLoss"
            : "CrossEntropy takes class numbers, one for each one-hot row";
    }
}
