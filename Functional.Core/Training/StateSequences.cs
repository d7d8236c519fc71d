using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Functional.Core;

/// <summary>The usual questions to a sequence of states, by name. Those that do not look into states work for sequences of anything.</summary>
public static class StateSequences
{
    /// <summary>
    /// The sequence up to where a measure has not fallen below its least value for some elements in a row: early stopping. Those elements are still given;
    /// NaN is never better. <c>UntilNoBetterFor(5, s => s.Validation!.Loss)</c>.
    /// </summary>
    public static IEnumerable<A> UntilNoBetterFor<A>(this IEnumerable<A> states, int patience, Func<A, double> measure)
    {
        var (least, waited) = (double.PositiveInfinity, 0);
        foreach (var state in states)
        {
            yield return state;
            if (Ends(measure(state), patience, ref least, ref waited)) yield break;
        }
    }

    /// <inheritdoc cref="UntilNoBetterFor{A}(IEnumerable{A}, int, Func{A, double})"/>
    public static async IAsyncEnumerable<A> UntilNoBetterFor<A>(
        this IAsyncEnumerable<A> states, int patience, Func<A, double> measure, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var (least, waited) = (double.PositiveInfinity, 0);
        await foreach (var state in states.WithCancellation(cancellation).ConfigureAwait(false))
        {
            yield return state;
            if (Ends(measure(state), patience, ref least, ref waited)) yield break;
        }
    }

    /// <summary>The sequence up to the first element for which something holds, that one too: <c>Until(epoch => epoch.Loss &lt; 0.01)</c>. Nothing is learned after it.</summary>
    public static IEnumerable<A> Until<A>(this IEnumerable<A> states, Func<A, bool> isLast)
    {
        foreach (var state in states)
        {
            yield return state;
            if (isLast(state)) yield break;
        }
    }

    /// <inheritdoc cref="Until{A}(IEnumerable{A}, Func{A, bool})"/>
    public static async IAsyncEnumerable<A> Until<A>(
        this IAsyncEnumerable<A> states, Func<A, bool> isLast, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var state in states.WithCancellation(cancellation).ConfigureAwait(false))
        {
            yield return state;
            if (isLast(state)) yield break;
        }
    }

    /// <summary>The first element of the least measure; NaN counts as more than anything.</summary>
    /// <exception cref="InvalidOperationException">The sequence is empty.</exception>
    public static A Best<A>(this IEnumerable<A> states, Func<A, double> measure)
    {
        using var each = states.GetEnumerator();
        if (!each.MoveNext()) throw new InvalidOperationException("The sequence has no elements, so none is the best.");
        var (best, least) = (each.Current, measure(each.Current));
        while (each.MoveNext())
            if (measure(each.Current) is var value && (value < least || (double.IsNaN(least) && !double.IsNaN(value)))) (best, least) = (each.Current, value);
        return best;
    }

    /// <summary>
    /// The same states with an exponential moving average of their weights for weights, m′ = d m + (1 − d) w from m = the first w:
    /// to predict with, not to go on from. Over steps; beside an optimizer it costs less (<see cref="OptimizerComposition.Averaging"/>).
    /// </summary>
    /// <param name="states">The run.</param>
    /// <param name="decay">d, from 0 to below 1.</param>
    public static IEnumerable<TrainingState<T>> Ema<T>(this IEnumerable<TrainingState<T>> states, double decay) where T : struct, IFloatingPointIeee754<T>
    {
        Parameters<T>? mean = null;
        foreach (var state in states)
        {
            mean = mean is null ? state.Parameters : Mixed(mean, T.CreateChecked(decay), state.Parameters, T.CreateChecked(1 - decay));
            yield return state with { Parameters = mean };
        }
    }

    /// <summary>The last state with the mean of all states' weights: stochastic weight averaging.</summary>
    /// <remarks>P. Izmailov et al., Averaging Weights Leads to Wider Optima and Better Generalization, 2018.</remarks>
    /// <exception cref="InvalidOperationException">The sequence is empty.</exception>
    public static TrainingState<T> Averaged<T>(this IEnumerable<TrainingState<T>> states) where T : struct, IFloatingPointIeee754<T>
    {
        TrainingState<T>? mean = null;
        int count = 0;
        foreach (var state in states)
        {
            T share = T.One / T.CreateChecked(++count);
            mean = mean is null ? state : state with { Parameters = Mixed(mean.Parameters, T.One - share, state.Parameters, share) };
        }
        return mean ?? throw new InvalidOperationException("The sequence has no states to average.");
    }

    private static bool Ends(double value, int patience, ref double least, ref int waited)
    {
        (least, waited) = value < least ? (value, 0) : (least, waited + 1);
        return waited >= patience;
    }

    private static Parameters<T> Mixed<T>(Parameters<T> left, T a, Parameters<T> right, T b) where T : struct, IFloatingPointIeee754<T>
    {
        var sum = Tensor.Fresh<T>(left.Values.Shape);
        TensorPrimitives.Multiply(left.Values.Span, a, sum.Span);
        TensorPrimitives.MultiplyAdd(right.Values.Span, b, sum.Span, sum.Span);
        return new(left.Layout, sum.Done());
    }
}
