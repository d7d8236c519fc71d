using System.Numerics;

namespace Functional.Core;

/// <summary>
/// One step of a recurrent layer for one example: what tells a simple recurrent network, a GRU and an LSTM apart. Its gates see
/// a = W_ih x + b_ih and b = W_hh h′ + b_hh, each one block of <c>width</c> numbers a gate, h′ being the state before the step.
/// </summary>
public interface IRecurrentCell
{
    /// <summary>How many gates.</summary>
    int Gates { get; }

    /// <summary>Whether there is a second state, the cell c, beside h.</summary>
    bool HasCell { get; }

    /// <summary>Whether a and b meet otherwise than as their sum, so that they and their gradients are kept apart.</summary>
    bool IsApart { get; }

    /// <summary>Computes a step.</summary>
    /// <param name="gates">a, or a + b where the two are not kept apart; to be replaced by the gates' values.</param>
    /// <param name="b">b where it is kept apart.</param>
    /// <param name="before">h′.</param>
    /// <param name="cellBefore">c′.</param>
    /// <param name="h">The new state, to be written.</param>
    /// <param name="cell">The new cell, to be written.</param>
    void Forward<T>(Span<T> gates, ReadOnlySpan<T> b, ReadOnlySpan<T> before, ReadOnlySpan<T> cellBefore, Span<T> h, Span<T> cell)
        where T : struct, IFloatingPointIeee754<T>;

    /// <summary>The gradients of a step.</summary>
    /// <param name="gates">The gates' values.</param>
    /// <param name="b">b where it is kept apart.</param>
    /// <param name="before">h′.</param>
    /// <param name="cellBefore">c′.</param>
    /// <param name="h">The new state.</param>
    /// <param name="cell">The new cell.</param>
    /// <param name="dh">δh; to be replaced by what reaches δh′ other than through b.</param>
    /// <param name="dcell">δc; to be replaced by δc′.</param>
    /// <param name="da">δa, to be written; also δb where the two are not kept apart.</param>
    /// <param name="db">δb where it is kept apart, to be written.</param>
    void Backward<T>(
        ReadOnlySpan<T> gates, ReadOnlySpan<T> b, ReadOnlySpan<T> before, ReadOnlySpan<T> cellBefore, ReadOnlySpan<T> h, ReadOnlySpan<T> cell,
        Span<T> dh, Span<T> dcell, Span<T> da, Span<T> db) where T : struct, IFloatingPointIeee754<T>;
}

/// <summary>The functions of gates, in place.</summary>
internal static class Gate
{
    public static void Sigmoid<T>(Span<T> x) where T : struct, IFloatingPointIeee754<T> => Apply(default(SigmoidFunction), x);

    public static void Tanh<T>(Span<T> x) where T : struct, IFloatingPointIeee754<T> => Apply(default(TanhFunction), x);

    // ElementwiseMap asks whether a function has a vector form, which may make an object of it: here that would be one an example and step.
    private static void Apply<TFunction, T>(TFunction function, Span<T> x)
        where TFunction : struct, IVectorElementwise where T : struct, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float)) function.Values<T>(x, x);
        else
            for (int i = 0; i < x.Length; i++) x[i] = function.Value(x[i]);
    }
}
