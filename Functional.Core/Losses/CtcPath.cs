using System.Numerics;

namespace Functional.Core;

/// <summary>
/// Labels with blanks around them, and the sums over all ways through them: a step stays at a symbol, goes to the next, or leaves a blank out between two
/// labels that differ. Everything in logarithms, so that no probability is too small; a place that no way reaches has −∞.
/// </summary>
/// <param name="blank">The class number of the blank.</param>
/// <param name="labels">The labels.</param>
internal readonly ref struct CtcPath(int blank, ReadOnlySpan<int> labels)
{
    private readonly ReadOnlySpan<int> _labels = labels;

    private int Places => 2 * _labels.Length + 1;

    /// <summary>Whether there is a way in so many steps: one for each label, and for the blank between two that are equal.</summary>
    public bool Fits(int steps)
    {
        int least = _labels.Length;
        for (int i = 1; i < _labels.Length; i++)
            if (_labels[i] == _labels[i - 1]) least++;
        return steps >= least;
    }

    /// <summary>log α of every step and place, and as the result the logarithm of the sum over all ways.</summary>
    /// <param name="logs">Logarithms of the probabilities, <c>[steps, classes]</c>.</param>
    /// <param name="classes">How many classes.</param>
    /// <param name="alphas">To be written, <c>[steps, room]</c>.</param>
    /// <param name="room">The length of a row of them.</param>
    public T Forward<T>(ReadOnlySpan<T> logs, int classes, Span<T> alphas, int room) where T : struct, IFloatingPointIeee754<T>
    {
        int steps = logs.Length / classes;
        if (!Fits(steps)) return T.NegativeInfinity;
        if (steps == 0) return T.Zero;
        for (int step = 0; step < steps; step++)
        {
            var log = logs.Slice(step * classes, classes);
            var now = alphas.Slice(step * room, Places);
            var before = step == 0 ? default : alphas.Slice((step - 1) * room, Places);
            for (int s = 0; s < now.Length; s++)
            {
                T arrived = step == 0
                    ? s < 2 ? T.Zero : T.NegativeInfinity
                    : Sum(before[s], s > 0 ? before[s - 1] : T.NegativeInfinity, Skips(s) ? before[s - 2] : T.NegativeInfinity);
                now[s] = arrived + log[Symbol(s)];
            }
        }
        var last = alphas.Slice((steps - 1) * room, Places);
        return Sum(last[^1], last.Length > 1 ? last[^2] : T.NegativeInfinity, T.NegativeInfinity);
    }

    /// <summary>The gradient of −log of the sum by the logits.</summary>
    /// <param name="logs">As in forward.</param>
    /// <param name="classes">As in forward.</param>
    /// <param name="alphas">What forward wrote.</param>
    /// <param name="room">As in forward.</param>
    /// <param name="likelihood">What forward gave.</param>
    /// <param name="dy">What the gradient is multiplied by.</param>
    /// <param name="betas">Memory for log β of a step: the sum over the ways from a place to the end, without its own symbol.</param>
    /// <param name="dx">To be written.</param>
    public void Backward<T>(
        ReadOnlySpan<T> logs, int classes, ReadOnlySpan<T> alphas, int room, T likelihood, T dy, Span<T> betas, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        betas = betas[..Places];
        for (int s = 0; s < betas.Length; s++) betas[s] = s >= betas.Length - 2 ? T.Zero : T.NegativeInfinity;
        for (int step = logs.Length / classes - 1; step >= 0; step--)
        {
            var log = logs.Slice(step * classes, classes);
            var to = dx.Slice(step * classes, classes);
            for (int k = 0; k < classes; k++) to[k] = dy * T.Exp(log[k]);
            for (int s = 0; s < betas.Length; s++)
            {
                to[Symbol(s)] -= dy * T.Exp(alphas[step * room + s] + betas[s] - likelihood);
                betas[s] += log[Symbol(s)];
            }
            // Places are reached from those before them, so going up no sum is read after it was written.
            for (int s = 0; s < betas.Length; s++)
                betas[s] = Sum(
                    betas[s], s + 1 < betas.Length ? betas[s + 1] : T.NegativeInfinity, s + 2 < betas.Length && Skips(s + 2) ? betas[s + 2] : T.NegativeInfinity);
        }
    }

    private int Symbol(int place) => place % 2 == 0 ? blank : _labels[place / 2];

    /// <summary>Whether a place is reached from the one before the last.</summary>
    private bool Skips(int place) => place % 2 == 1 && place > 1 && _labels[place / 2] != _labels[place / 2 - 1];

    /// <summary>log(eᵃ + eᵇ + eᶜ).</summary>
    private static T Sum<T>(T a, T b, T c) where T : struct, IFloatingPointIeee754<T>
    {
        T max = a > b ? a : b;
        if (c > max) max = c;
        return T.IsNegativeInfinity(max) ? max : max + T.Log(T.Exp(a - max) + T.Exp(b - max) + T.Exp(c - max));
    }
}
