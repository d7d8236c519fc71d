using System.Numerics;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// Steps of training on numbers that this run alone holds, and so may write over: nobody can see it. It begins with copies of a state's
/// and ends by giving them away as a new state, the same bit for bit as if every step had made a state of its own.
/// </summary>
internal sealed class TrainingRun<T> where T : struct, IFloatingPointIeee754<T>
{
    private readonly Objective _objective;
    private readonly Optimizer _optimizer;
    private readonly TrainingState<T> _start;
    private readonly Engine<T> _engine;
    private readonly Tape<T> _tape;
    private readonly BackTape<T> _back;
    private readonly Parameters<T> _parameters;
    private readonly State<T> _state;
    private readonly Tensor<T> _gradients;
    private readonly Tensors<T> _slots;
    private readonly Key _key;

    /// <summary>A run from a state on. It is not checked whether the state's parts belong together: see <see cref="Training"/>.</summary>
    public TrainingRun(Objective objective, Optimizer optimizer, TrainingState<T> start)
    {
        (_objective, _optimizer, _start) = (objective, optimizer, start);
        _key = start.Key.For("step");
        int buffer = 0;
        _parameters = start.Parameters with { Values = Copy(start.Parameters.Values) };
        _state = start.State with { Values = Copy(start.State.Values) };
        _slots = Tensors.Of<T>([.. start.Optimizer.Slots.Select(Copy)]);
        _gradients = Buffer(start.Parameters.Values.Shape).Done();

        Tensor<T> Copy(Tensor<T> values)
        {
            var copy = Buffer(values.Shape);
            values.Span.CopyTo(copy.Span);
            return copy.Done();
        }

        // A processor tells a read from an earlier write by the low bits of their addresses, so buffers that are walked through
        // side by side begin at different ones.
        Fresh<T> Buffer(Shape shape) => Tensor.Staggered<T>(shape, buffer++);

        var network = objective.Combined;
        _engine = network.Engine<T>();
        _tape = new(network.Layout.Entries.Count, network.StateLayout.Entries.Count, network.Slots, network.Nodes.Count);
        _back = new(network.Layout.Entries.Count, network.Slots, network.Nodes.Count);
        _parameters.CopyTo(_tape.Parameters);
        new Gradients<T>(network.Layout, _gradients).CopyTo(_back.Destinations);
    }

    /// <summary>How many steps were made.</summary>
    public long Steps { get; private set; }

    /// <summary>The loss of the last step.</summary>
    public T Loss { get; private set; } = T.NaN;

    /// <summary>The norm of the last step's gradient, where it was asked for.</summary>
    public double GradientNorm { get; private set; } = double.NaN;

    /// <summary>A step along the gradient of a batch, or what is wrong with the batch; then nothing has changed.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="takesNorm">Whether to take the gradient's norm.</param>
    public Fault? Step(Tensors<T> inputs, Tensors<T> targets, bool takesNorm)
    {
        if (Differentiation.CheckBatch(_objective.Combined, inputs, targets) is { } fault) return fault;
        using var region = Region.Enter();
        var (network, number) = (_objective.Combined, _start.Step + Steps);
        for (int i = 0; i < inputs.Count; i++) _tape.Values[network.Inputs[i].Slot] = inputs[i];
        for (int i = 0; i < targets.Count; i++) _tape.Values[network.Inputs[inputs.Count + i].Slot] = targets[i];
        _state.CopyTo(_tape.State);
        var key = _key.Split((ulong)number);
        _engine.Forward(_tape, Mode.Train, key);

        T loss = T.Zero;
        var seeds = new Tensor<T>[_objective.Losses.Count];
        for (int i = 0; i < _objective.Losses.Count; i++)
        {
            var examples = _tape.Values[network.OutputSlots[i]];
            loss += _objective.Reduce(i, examples, targets);
            seeds[i] = _objective.Seed(i, examples, targets);
        }
        if (!T.IsFinite(loss))
        {
            _tape.ClearRun();
            return Divergence.Suspected;
        }
        _engine.Backward(_tape, _back, Tensors.Owning(seeds), Mode.Train, key, wantInputs: false);
        if (!_objective.Penalties.IsEmpty)
        {
            loss += _objective.Penalties.Value(_parameters);
            _objective.Penalties.Accumulate(_parameters, new(network.Layout, _gradients));
        }
        GradientNorm = takesNorm ? Norm.Of(_gradients.Span) : double.NaN;
        _optimizer.UpdateInPlace(network.Layout, _parameters.Values, _gradients, _start.Optimizer.Step + Steps, _slots);
        for (int i = 0; i < _tape.State.Length; i++) _tape.State[i].Span.CopyTo(_state[i].Writable);
        _tape.ClearRun();
        _back.ClearRun();
        Loss = loss;
        Steps++;
        return null;
    }

    /// <summary>The state that was reached. The run must not go on after it.</summary>
    public TrainingState<T> End() => _start with
    {
        Parameters = _parameters,
        State = _state,
        Optimizer = new(_start.Optimizer.Step + Steps, _slots),
        Step = _start.Step + Steps,
        Loss = Loss,
        Rate = _optimizer.RateAt(_start.Optimizer.Step + Steps - 1),
        GradientNorm = GradientNorm,
    };
}
