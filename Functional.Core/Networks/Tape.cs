using System.Numerics;

namespace Functional.Core;

/// <summary>What a forward run leaves for the backward run: the parameters it used, the value on every wire, what every layer saved.</summary>
internal sealed class Tape<T>(int parameters, int states, int slots, int nodes) where T : struct, IFloatingPointIeee754<T>
{
    public Tensor<T>[] Parameters { get; } = new Tensor<T>[parameters];

    public Tensor<T>[] State { get; } = new Tensor<T>[states];

    public Tensor<T>[] Values { get; } = new Tensor<T>[slots];

    public Tensors<T>[] Saved { get; } = new Tensors<T>[nodes];

    /// <summary>Each layer's parameters as the list that it is given: made once for all runs with these parameters.</summary>
    public Tensors<T>[] ParameterLists { get; } = new Tensors<T>[nodes];

    /// <summary>Lets go of all tensors, so that a pooled tape keeps no memory alive.</summary>
    public void Clear()
    {
        Array.Clear(Parameters);
        Array.Clear(ParameterLists);
        Array.Clear(State);
        ClearRun();
    }

    /// <summary>Lets go of what a run made, and keeps what it started from.</summary>
    public void ClearRun()
    {
        Array.Clear(Values);
        Array.Clear(Saved);
    }
}

/// <summary>What a backward run works on: the gradient of every wire, and where each parameter's gradient lies.</summary>
internal sealed class BackTape<T>(int parameters, int slots, int nodes) where T : struct, IFloatingPointIeee754<T>
{
    public Tensor<T>[] Wires { get; } = new Tensor<T>[slots];

    public Tensor<T>[] Destinations { get; } = new Tensor<T>[parameters];

    /// <summary>The places of each layer's gradients as the list that it is given: made once for all runs with these places.</summary>
    public Tensors<T>[] DestinationLists { get; } = new Tensors<T>[nodes];

    public bool[] Written { get; } = new bool[parameters];

    public void Clear()
    {
        Array.Clear(Destinations);
        Array.Clear(DestinationLists);
        ClearRun();
    }

    /// <summary>Lets go of what a run made, and keeps where gradients go.</summary>
    public void ClearRun()
    {
        Array.Clear(Wires);
        Array.Clear(Written);
    }
}
