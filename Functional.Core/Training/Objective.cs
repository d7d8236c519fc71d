using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A network with a loss on each of its outputs: what training minimises. Inside it is one network whose outputs are the
/// examples' losses, then the predictions, so that everything known about networks holds for it.
/// </summary>
public sealed record Objective
{
    // Which of the targets are each loss's: those of one follow those of the one before.
    private readonly (int First, int Count)[] _targets;

    private Objective(Network network, Network combined, Seq<Loss> losses)
    {
        (Network, Combined, Losses) = (network, combined, losses);
        _targets = new (int, int)[losses.Count];
        for (int i = 0, first = 0; i < _targets.Length; first += _targets[i++].Count)
            _targets[i] = (first, losses[i].Layer.Targets(network.OutputShapes[i]).Count);
    }

    /// <summary>Whether network, losses and penalties are equal.</summary>
    public bool Equals(Objective? other) => ReferenceEquals(this, other)
        || (other is not null && Network == other.Network && Losses == other.Losses && Penalties == other.Penalties);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Network, Losses, Penalties);

    /// <summary>The network that predicts.</summary>
    public Network Network { get; }

    /// <summary>The losses, one for each output, in order. The error is their sum.</summary>
    public Seq<Loss> Losses { get; }

    /// <summary>What is added to the error for the parameters themselves.</summary>
    public Seq<Penalty> Penalties { get; private init; } = Empty;

    /// <summary>The same with further penalties on the parameters.</summary>
    public Objective With(params ReadOnlySpan<Penalty> penalties) => this with { Penalties = (Penalties + toSeq(penalties.ToArray())).Strict() };

    /// <summary>The network with the losses' layers behind it and an input for each of their targets.</summary>
    public Network Combined { get; }

    /// <summary>A network with a loss for each output, or what does not fit.</summary>
    public static Validation<Fault, Objective> Of(Network network, params ReadOnlySpan<Loss> losses)
    {
        var all = toSeq(losses.ToArray()).Strict();
        if (all.Count != network.OutputSlots.Count)
            return Fail<Fault, Objective>(new Fault($"{all.Count} losses", $"{network.OutputSlots.Count}, one for each output of the network"));
        string Free(string name) => network.Inputs.Exists(input => input.Name == name) ? Free(name + "′") : name;
        var pipeline =
            from inputs in Pipeline.Sequence(network.Inputs.Map(input => Draft.AddInput(input.Name, input.Shape)))
            from targets in Pipeline.Sequence(toSeq(all.AsEnumerable().Select((loss, i) => Pipeline.Sequence(toSeq(
                loss.Layer.Targets(network.OutputShapes[i]).AsEnumerable().Select((shape, j) => Draft.AddInput(Free(j == 0 ? $"target{i + 1}" : $"target{i + 1}_{j + 1}"), shape)))))))
            from outputs in Draft.Splice(network, inputs)
            from errors in Pipeline.Sequence(toSeq(all.AsEnumerable().Select((loss, i) => loss.Layer.Apply(outputs[i].Cons(targets[i])).Single(loss.Layer))))
            select errors + outputs;
        return pipeline.Build().Map(combined => new Objective(network, combined, all));
    }

    /// <summary>The reduced error from the examples' losses, which are the first outputs of <see cref="Combined"/>, without penalties.</summary>
    internal T Reduce<T>(Tensors<T> outputs, Tensors<T> targets) where T : struct, IFloatingPointIeee754<T>
    {
        T total = T.Zero;
        for (int i = 0; i < Losses.Count; i++) total += Reduce(i, outputs[i], targets);
        return total;
    }

    /// <summary>The error of a batch as a sum over its examples.</summary>
    internal double OverExamples<T>(T error, int examples) where T : struct, IFloatingPointIeee754<T> =>
        double.CreateChecked(error) * (Losses.ForAll(loss => loss.Reduction == Reduction.Sum) ? 1 : examples);

    /// <summary>One loss over the batch.</summary>
    internal T Reduce<T>(int loss, Tensor<T> examples, Tensors<T> targets) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        foreach (T example in examples.Span) sum += example;
        return sum * Weight(loss, examples.Size, targets);
    }

    /// <summary>∂E/∂ of every output of <see cref="Combined"/>: the reduction's weight for a loss, nothing for a prediction.</summary>
    internal Tensors<T> Seed<T>(Tensors<T> outputs, Tensors<T> targets) where T : struct, IFloatingPointIeee754<T>
    {
        var seed = new Tensor<T>[Losses.Count];
        for (int i = 0; i < seed.Length; i++) seed[i] = Seed(i, outputs[i], targets);
        return Tensors.Owning(seed);
    }

    /// <summary>∂E/∂ of one loss of each example.</summary>
    internal Tensor<T> Seed<T>(int loss, Tensor<T> examples, Tensors<T> targets) where T : struct, IFloatingPointIeee754<T> =>
        Tensor.Filled(examples.Shape, Weight(loss, examples.Size, targets));

    /// <summary>What one loss's sum over a batch is multiplied by.</summary>
    internal T Weight<T>(int loss, int batch, Tensors<T> targets) where T : struct, IFloatingPointIeee754<T>
    {
        if (Losses[loss].Reduction == Reduction.Sum) return T.One;
        var (first, count) = _targets[loss];
        return T.One / Losses[loss].Layer.Weight(batch, count == 1 ? targets[first] : targets.Slice(first, count));
    }
}
