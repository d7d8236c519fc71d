using System.Numerics;
using LanguageExt;
using LanguageExt.Common;

namespace Functional.Core;

/// <summary>A run whose numbers left the finite: at which step, in which layer, which tensor first, and the last state before it.</summary>
/// <typeparam name="T">The number type of the run.</typeparam>
public sealed record Divergence<T> : Expected where T : struct, IFloatingPointIeee754<T>
{
    internal Divergence(string layer, string tensor, T value, TrainingState<T> lastGood, string advice)
        : base($"training diverged at step {lastGood.Step + 1}, in epoch {lastGood.Epoch + 1}: {(layer.Length == 0 ? "" : $"{layer}: ")}{tensor} holds {value} "
            + $"({advice}; the state before that step is in this error)", 0) =>
        (Layer, Tensor, Value, LastGood) = (layer, tensor, value, lastGood);

    /// <summary>The step that diverged, from 1.</summary>
    public long Step => LastGood.Step + 1;

    /// <summary>The path of the layer where the first number was that is not finite; empty for one of the examples.</summary>
    public string Layer { get; }

    /// <summary>The first tensor that holds one.</summary>
    public string Tensor { get; }

    /// <summary>The number: NaN or infinite.</summary>
    public T Value { get; }

    /// <summary>The state before that step, all finite.</summary>
    public TrainingState<T> LastGood { get; }

    /// <summary>As an exception that holds this error whole: <c>exception.ToError()</c> gives it back.</summary>
    public override ErrorException ToErrorException() => new Thrown(this);

    private sealed class Thrown(Divergence<T> divergence) : ErrorException(divergence.Code)
    {
        public override string Message => divergence.Message;

        public override int Code => divergence.Code;

        public override Option<ErrorException> Inner => default;

        public override bool IsExceptional => false;

        public override bool IsExpected => true;

        public override Error ToError() => divergence;

        public override ErrorException Append(ErrorException error) => Many(this, error);
    }
}

/// <summary>
/// Finds where a run diverged. A run costs nothing to watch, as only its losses are looked at; once one is not finite, the same steps are made again from
/// the state that the run began with, slowly, each number looked at. Steps are pure, so they go the same way again.
/// </summary>
internal static class Divergence
{
    private const string Smaller = "a smaller rate or clipping the gradient may help";
    private const string Unclean = "the examples are to be cleaned, or filled in";
    private const string Outside = "what the layer got is finite, but perhaps not of the kind that it takes: an index outside a table, a number below 0 under a logarithm";

    /// <summary>A number that is not finite was seen; where it came from is to be found.</summary>
    public static readonly Fault Suspected = new("numbers that are not finite", "finite ones", null, "training");

    /// <summary>Where a run diverged that began with a state.</summary>
    public static Error Explain<T, TSource>(
        Objective objective, Optimizer optimizer, TrainingState<T> state, IEnumerable<TSource> sources, Func<TSource, Batch<T>> batch)
        where T : struct, IFloatingPointIeee754<T>
    {
        foreach (var source in sources)
        {
            var (before, current) = (state, source);
            var step = Region.Run(() => Watched(objective, optimizer, before, batch(current)));
            if (step.Case is Error error) return error;
            state = step.ThrowIfFail();
        }
        // Sources that give other batches the second time.
        return Suspected;
    }

    // A step with every number looked at.
    private static Fin<TrainingState<T>> Watched<T>(Objective objective, Optimizer optimizer, TrainingState<T> state, Batch<T> batch)
        where T : struct, IFloatingPointIeee754<T> =>
        objective.ValueAndGradient(state.Parameters, batch.Inputs, batch.Targets, state.NextStep()).Bind<TrainingState<T>>(both =>
        {
            if (!T.IsFinite(both.Value))
                return FirstForward(objective, state, batch) is var (layer, tensor, value)
                    ? new Divergence<T>(layer, tensor, value, state, layer.Length == 0 ? Unclean : T.IsNaN(value) ? Outside : Smaller)
                    : new Divergence<T>("", "the loss", both.Value, state, Smaller);
            if (FirstOf(both.Gradients) is var (bad, element)) return new Divergence<T>(Owner(bad), $"the gradient of {bad}", element, state, Smaller);
            var (parameters, memory) = optimizer.Update(state.Parameters, both.Gradients, state.Optimizer);
            if (FirstOf(parameters) is var (left, infinite)) return new Divergence<T>(Owner(left), $"{left} after the step", infinite, state, Smaller);
            return state with { Parameters = parameters, Optimizer = memory, State = both.State, Step = state.Step + 1, Loss = both.Value };
        });

    // The network once more, layer by layer, in the order in which it runs.
    private static (string Layer, string Tensor, T Value)? FirstForward<T>(Objective objective, TrainingState<T> state, Batch<T> batch)
        where T : struct, IFloatingPointIeee754<T>
    {
        var network = objective.Combined;
        var step = state.NextStep();
        var values = new Tensor<T>[network.Slots];
        foreach (var (input, tensor) in network.Inputs.AsEnumerable().Zip(batch.Inputs.Append(batch.Targets)))
        {
            values[input.Slot] = tensor;
            if (NotFinite(tensor) is { } element) return ("", input.Name, element);
        }
        foreach (var node in network.Nodes)
        {
            Tensors<T> Owned(NamedTensors<T> all, Seq<Parameter> own) => [.. own.Select(parameter => all[$"{node.Owner}.{parameter.Name}"])];
            var result = node.Layer.At<T>().Forward(new ForwardCall<T>(
                [.. node.Inputs.Select(slot => values[slot])], Owned(state.Parameters, node.Layer.Parameters(node.InputShapes)),
                Owned(state.State, node.Layer.States(node.InputShapes)), step.Mode, step.Key.For(node.Path)));
            for (int i = 0; i < result.Outputs.Count; i++)
            {
                values[node.FirstOutput + i] = result.Outputs[i];
                if (NotFinite(result.Outputs[i]) is { } element) return (node.Path, result.Outputs.Count == 1 ? "its output" : $"its output {i + 1}", element);
            }
        }
        return null;
    }

    // Backward runs from the last layer to the first, and so does the search.
    private static (string Name, T Value)? FirstOf<T>(NamedTensors<T> tensors) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = tensors.Layout.Entries.Count - 1; i >= 0; i--)
            if (NotFinite(tensors[i]) is { } element) return (tensors.Layout.Entries[i].Name, element);
        return null;
    }

    private static T? NotFinite<T>(Tensor<T> tensor) where T : struct, IFloatingPointIeee754<T>
    {
        foreach (T element in tensor.Span)
            if (!T.IsFinite(element)) return element;
        return null;
    }

    private static string Owner(string parameter) => parameter[..parameter.LastIndexOf('.')];
}
