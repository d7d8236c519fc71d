using System.Collections.Immutable;
using Functional.Core;

namespace Functional.Facade;

/// <summary>A network cannot be built; the message and <see cref="Faults"/> hold every mistake in it.</summary>
public sealed class NetworkException : Exception
{
    internal NetworkException(IEnumerable<Fault> faults) : base($"The network cannot be built:\n{string.Join("\n", faults)}") => Faults = [.. faults];

    /// <summary>The mistakes, each with the layer's path, what it got, what it needed and the likely fix.</summary>
    public ImmutableArray<Fault> Faults { get; }
}

/// <summary>A training run whose numbers left the finite; the message says at which step, and in which layer first.</summary>
public sealed class DivergenceException : Exception
{
    internal DivergenceException(Divergence<float> divergence, Model lastGood) : base(divergence.Message) => (Divergence, LastGood) = (divergence, lastGood);

    /// <summary>The step, the layer, the tensor, and the last good training state.</summary>
    public Divergence<float> Divergence { get; }

    /// <summary>The model before the step that diverged.</summary>
    public Model LastGood { get; }
}

/// <summary>A model cannot be saved or loaded; the message says which file, and what is wrong with it.</summary>
public sealed class ModelFileException : IOException
{
    internal ModelFileException(string message) : base(message) { }
}
