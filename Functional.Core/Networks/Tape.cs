using System.Numerics;

namespace Functional.Core;

/// <summary>What a forward run leaves for the backward run: the parameters it used, the value on every wire, what every layer saved.</summary>
internal sealed class Tape<T>(int parameters, int states, int slots, int nodes) where T : struct, IFloatingPointIeee754<T>
{
    public Tensor<T>[] Parameters { get; } = new Tensor<T>[parameters];

    public Tensor<T>[] State { get; } = new Tensor<T>[states];

    public Tensor<T>[] Values { get; } = new Tensor<T>[slots];

    public Tensors<T>[] Saved { get; } = new Tensors<T>[nodes];

    /// <summary>Lets go of all tensors, so that a pooled tape keeps no memory alive.</summary>
    public void Clear()
    {
        Array.Clear(Parameters);
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

/// <summary>A gradient as the factors of a product: δw = leftᵀ · right, summed over the rows of both.</summary>
internal readonly record struct GradientFactors<T>(Tensor<T> Left, Tensor<T> Right) where T : struct, IFloatingPointIeee754<T>;

/// <summary>What a backward run works on: the gradient of every wire, and where each parameter's gradient lies.</summary>
internal sealed class BackTape<T>(int parameters, int slots) where T : struct, IFloatingPointIeee754<T>
{
    // With more rows than this, multiplying a few rows of w at a time costs more than writing δw and reading it again.
    private const int MostRows = 32;

    /// <summary>Whether gradients may be handed over as factors; true for parameters that have one use.</summary>
    public bool[]? TakesFactors { get; set; }

    /// <summary>The factors of the gradients that were handed over so; the numbers of these are not written.</summary>
    public GradientFactors<T>[] Factors { get; } = new GradientFactors<T>[parameters];

    public Tensor<T>[] Wires { get; } = new Tensor<T>[slots];

    public Tensor<T>[] Destinations { get; } = new Tensor<T>[parameters];

    public bool[] Written { get; } = new bool[parameters];

    public bool TryTake(int place, Tensor<T> left, Tensor<T> right)
    {
        if (TakesFactors is null || !TakesFactors[place] || left.Size > MostRows * (long)Destinations[place].Shape[0]) return false;
        Factors[place] = new(left, right);
        return true;
    }

    public void Clear()
    {
        Array.Clear(Destinations);
        TakesFactors = null;
        ClearRun();
    }

    /// <summary>Lets go of what a run made, and keeps where gradients go.</summary>
    public void ClearRun()
    {
        Array.Clear(Wires);
        Array.Clear(Written);
        Array.Clear(Factors);
    }
}
