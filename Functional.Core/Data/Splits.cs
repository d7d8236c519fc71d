using System.Collections.Immutable;

namespace Functional.Core;

/// <summary>One of the ways to part a set: the indices of what is learned from, and of what is held out to measure by.</summary>
/// <param name="Training">Indices, in random order.</param>
/// <param name="HeldOut">The others, in random order.</param>
public readonly record struct Fold(ImmutableArray<int> Training, ImmutableArray<int> HeldOut);

/// <summary>Ways to part a set of examples by their indices. Pure: equal keys part alike.</summary>
public static class Splits
{
    /// <summary>
    /// k folds: every example is held out in exactly one, and the held-out parts differ by one example at most.
    /// </summary>
    /// <param name="count">How many examples there are.</param>
    /// <param name="folds">k, from 2 to <paramref name="count"/>.</param>
    /// <param name="key">Decides which examples go where.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is out of range.</exception>
    public static ImmutableArray<Fold> Folds(int count, int folds, Key key) => Dealt(key.Permutation(count), folds);

    /// <summary>
    /// k stratified folds: as <see cref="Folds(int, int, Key)"/>, and each holds out of every class its k-th part, to within one example.
    /// </summary>
    /// <param name="labels">The class of each example.</param>
    /// <param name="folds">k, from 2 to the number of examples.</param>
    /// <param name="key">Decides which examples go where.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is out of range.</exception>
    public static ImmutableArray<Fold> Folds(IReadOnlyList<int> labels, int folds, Key key) =>
        // Classes one after another, dealt out like cards: the deal goes on across classes, so that sizes are even too.
        Dealt([.. key.Permutation(labels.Count).OrderBy(i => labels[i])], folds);

    /// <summary>Parts of given shares: each has its share of the examples, to within one.</summary>
    /// <param name="count">How many examples there are.</param>
    /// <param name="shares">Of each part, above 0; they add up to 1.</param>
    /// <param name="key">Decides which examples go where.</param>
    /// <exception cref="ArgumentException">A share is 0 or below, or they do not add up to 1, or a part would be empty.</exception>
    public static ImmutableArray<ImmutableArray<int>> Parts(int count, IReadOnlyList<double> shares, Key key) => Parts([key.Permutation(count)], shares);

    /// <summary>Stratified parts of given shares: each has its share of every class, to within one example.</summary>
    /// <param name="labels">The class of each example.</param>
    /// <param name="shares">Of each part, above 0; they add up to 1.</param>
    /// <param name="key">Decides which examples go where.</param>
    /// <exception cref="ArgumentException">A share is 0 or below, or they do not add up to 1, or a part would be empty.</exception>
    public static ImmutableArray<ImmutableArray<int>> Parts(IReadOnlyList<int> labels, IReadOnlyList<double> shares, Key key) =>
        Parts([.. key.Permutation(labels.Count).GroupBy(i => labels[i]).OrderBy(group => group.Key).Select(group => group.ToImmutableArray())], shares);

    private static ImmutableArray<Fold> Dealt(ImmutableArray<int> order, int folds)
    {
        if (folds < 2 || folds > order.Length)
            throw new ArgumentOutOfRangeException(nameof(folds), folds, $"From 2 folds to as many as there are examples, {order.Length}, are possible.");
        return [.. Enumerable.Range(0, folds).Select(fold => new Fold(
            [.. order.Where((_, place) => place % folds != fold)], [.. order.Where((_, place) => place % folds == fold)]))];
    }

    private static ImmutableArray<ImmutableArray<int>> Parts(ImmutableArray<ImmutableArray<int>> groups, IReadOnlyList<double> shares)
    {
        if (shares.Count == 0 || shares.Any(share => !(share > 0)) || Math.Abs(shares.Sum() - 1) > 1e-9)
            throw new ArgumentException($"The shares are {string.Join(", ", shares)}; numbers above 0 that add up to 1 are needed.", nameof(shares));
        double[] ends = [.. shares.Select((_, part) => part == shares.Count - 1 ? 1 : shares.Take(part + 1).Sum())];
        ImmutableArray<ImmutableArray<int>> parts =
            [.. shares.Select((_, part) => groups.SelectMany(group => group[End(group, part - 1)..End(group, part)]).ToImmutableArray())];
        if (parts.Any(part => part.IsEmpty))
            throw new ArgumentException($"{groups.Sum(group => group.Length)} examples are too few for shares of {string.Join(", ", shares)}: a part would be empty.", nameof(shares));
        return parts;

        int End(ImmutableArray<int> group, int part) => part < 0 ? 0 : (int)Math.Round(group.Length * ends[part]);
    }
}
