using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>How many examples of each class have a score.</summary>
/// <param name="Score">The score.</param>
/// <param name="Positives">Examples of the class sought.</param>
/// <param name="Negatives">The others.</param>
public readonly record struct ScoreCount(double Score, long Positives, long Negatives);

/// <summary>
/// The scores of a binary classifier with what was true, sorted, equal scores counted together: a monoid under merging. The ROC curve and the area
/// below it follow. As large as the number of different scores.
/// </summary>
public sealed record RocCurve : ITally<RocCurve>
{
    private RocCurve(Seq<ScoreCount> scores) => Scores = scores;

    /// <summary>No examples.</summary>
    public static RocCurve AdditiveIdentity { get; } = new(Seq<ScoreCount>());

    /// <summary>The different scores, ascending.</summary>
    public Seq<ScoreCount> Scores { get; }

    /// <summary>
    /// The probability that a positive example has a higher score than a negative one, equal scores counting half (Mann and Whitney): the area under the ROC curve.
    /// NaN without examples of both kinds.
    /// </summary>
    public double Area
    {
        get
        {
            double below = 0, pairs = 0, positives = 0;
            foreach (var (_, positive, negative) in Scores)
            {
                pairs += positive * (below + negative / 2.0);
                below += negative;
                positives += positive;
            }
            return pairs / (positives * below);
        }
    }

    /// <summary>The curve from (0, 0) to (1, 1): the shares of negatives and positives with at least a score, from the highest score down.</summary>
    public IEnumerable<(double FalsePositives, double TruePositives)> Points
    {
        get
        {
            double positives = Scores.Sum(score => score.Positives), negatives = Scores.Sum(score => score.Negatives), seen = 0, wrong = 0;
            yield return (0, 0);
            foreach (var (_, positive, negative) in Scores.Rev())
            {
                seen += positive;
                wrong += negative;
                yield return (wrong / negatives, seen / positives);
            }
        }
    }

    /// <summary>From scores and whether each example is positive.</summary>
    /// <exception cref="ArgumentException">They differ in number, or a score is NaN.</exception>
    public static RocCurve Of(IReadOnlyList<double> scores, IReadOnlyList<bool> positives)
    {
        if (scores.Count != positives.Count) throw new ArgumentException($"There are {scores.Count} scores but {positives.Count} labels.", nameof(positives));
        if (scores.Any(double.IsNaN)) throw new ArgumentException("A score is NaN, which has no rank.", nameof(scores));
        return new(toSeq(scores.Select((score, i) => (score, positive: positives[i])).GroupBy(pair => pair.score).OrderBy(group => group.Key)
            .Select(group => new ScoreCount(group.Key, group.Count(pair => pair.positive), group.Count(pair => !pair.positive)))).Strict());
    }

    /// <summary>From one column of outputs and targets of 0 or 1, or from two one-hot columns, of which the second is the class sought.</summary>
    /// <exception cref="ArgumentException">The shapes differ or have more columns, or an output is NaN.</exception>
    public static RocCurve Of<T>(Tensor<T> outputs, Tensor<T> targets) where T : struct, IFloatingPointIeee754<T>
    {
        int width = Share.Width(outputs, targets);
        if (width > 2) throw new ArgumentException($"A ROC curve is of two classes; there are {width} columns.", nameof(outputs));
        // Of two logits the difference ranks as the probability does.
        double Score(int row) => double.CreateChecked(width == 1 ? outputs.Span[row] : outputs.Span[2 * row + 1] - outputs.Span[2 * row]);
        return Of([.. Enumerable.Range(0, outputs.Batch).Select(Score)], [.. Enumerable.Range(0, outputs.Batch).Select(row => targets.Span[row * width + width - 1] > T.CreateChecked(0.5))]);
    }

    /// <summary>The examples of both.</summary>
    public static RocCurve operator +(RocCurve left, RocCurve right)
    {
        var merged = new List<ScoreCount>(left.Scores.Count + right.Scores.Count);
        foreach (var next in left.Scores.Concat(right.Scores).OrderBy(score => score.Score))
            if (merged.Count > 0 && merged[^1] is var last && last.Score == next.Score)
                merged[^1] = new(last.Score, last.Positives + next.Positives, last.Negatives + next.Negatives);
            else merged.Add(next);
        return new(toSeq(merged).Strict());
    }
}
