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

/// <summary>A model cannot be saved or loaded; the message says which file, and what is wrong with it.</summary>
public sealed class ModelFileException : IOException
{
    internal ModelFileException(string message) : base(message) { }
}
