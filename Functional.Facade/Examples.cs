using System.Collections.Immutable;
using Functional.Core;

namespace Functional.Facade;

/// <summary>Examples to learn from or to be measured by: inputs with labels, or inputs with target numbers. Immutable and checked when made.</summary>
public sealed partial class Examples
{
    private Examples(Tensor<float> inputs, Tensor<float> targets, ImmutableArray<int> labels) => (Inputs, Targets, Labels) = (inputs, targets, labels);

    private Examples(Examples like, Tensor<float> inputs, Tensor<float> targets, ImmutableArray<int> labels) : this(inputs, targets, labels) =>
        (ClassNames, Columns, HaveMissing) = (like.ClassNames, like.Columns, like.HaveMissing);

    /// <summary>The inputs, <c>[count, …]</c>.</summary>
    public Tensor<float> Inputs { get; }

    /// <summary>The targets: one-hot rows for labels, else the target numbers; <c>[count, width]</c>.</summary>
    public Tensor<float> Targets { get; }

    /// <summary>The labels; empty for target numbers.</summary>
    public ImmutableArray<int> Labels { get; }

    /// <summary>The names of the classes, where they came with the examples; a model that learns from these takes them over.</summary>
    public ImmutableArray<string> ClassNames { get; private init; } = [];

    /// <summary>How the columns of a table became inputs and targets, where the examples came from one; a model that learns from these takes it over.</summary>
    public Columns? Columns { get; private init; }

    /// <summary>Whether there may be missing values (NaN) among the inputs.</summary>
    public bool HaveMissing { get; private init; }

    /// <summary>The number of examples.</summary>
    public int Count => Inputs.Batch;

    /// <summary>The number of classes, or of target numbers.</summary>
    public int Width => Targets.Shape[1];

    /// <summary>Whether these are labelled examples.</summary>
    public bool AreLabelled => !Labels.IsEmpty;

    /// <summary>Examples of classes.</summary>
    /// <param name="rows">The inputs, all of one length.</param>
    /// <param name="labels">A label for each row, from 0 to <paramref name="classes"/> − 1.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="ArgumentException">An empty set, sets of different lengths, a row of another width, NaN or infinity, or a label out of range; the message says where.</exception>
    public static Examples Labelled(IReadOnlyList<float[]> rows, IReadOnlyList<int> labels, int classes) => Labelled(Check.Rows(rows, nameof(rows)), labels, classes);

    /// <summary>Examples of classes from a tensor <c>[count, …]</c>.</summary>
    /// <inheritdoc cref="Labelled(IReadOnlyList{float[]}, IReadOnlyList{int}, int)"/>
    public static Examples Labelled(Tensor<float> inputs, IReadOnlyList<int> labels, int classes)
    {
        ArgumentNullException.ThrowIfNull(labels);
        Check.Inputs(inputs, nameof(inputs));
        Check.SameLength(inputs.Batch, labels.Count, nameof(labels));
        if (classes < 2) throw new ArgumentOutOfRangeException(nameof(classes), classes, "At least 2 classes are needed.");
        return new(inputs, OneHot.Of<float>(labels, classes), [.. labels]);
    }

    /// <summary>Examples of classes from a rectangular array, a row each.</summary>
    /// <inheritdoc cref="Labelled(IReadOnlyList{float[]}, IReadOnlyList{int}, int)"/>
    public static Examples Labelled(float[,] rows, IReadOnlyList<int> labels, int classes)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Labelled(Tensor.From(rows), labels, classes);
    }

    /// <summary>Examples with target numbers, for regression.</summary>
    /// <param name="rows">The inputs, all of one length.</param>
    /// <param name="targets">The target numbers of each row, all of one length.</param>
    /// <exception cref="ArgumentException">An empty set, sets of different lengths, a row of another width, NaN or infinity; the message says where.</exception>
    public static Examples Regression(IReadOnlyList<float[]> rows, IReadOnlyList<float[]> targets)
    {
        var (x, t) = (Check.Rows(rows, nameof(rows)), Check.Rows(targets, nameof(targets)));
        Check.SameLength(x.Batch, t.Batch, nameof(targets));
        return new(x, t, []);
    }

    /// <summary>Examples with one target number each, for regression.</summary>
    /// <inheritdoc cref="Regression(IReadOnlyList{float[]}, IReadOnlyList{float[]})"/>
    public static Examples Regression(IReadOnlyList<float[]> rows, IReadOnlyList<float> targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        return Regression(rows, [.. targets.Select(target => new[] { target })]);
    }

    /// <summary>Examples with target numbers from rectangular arrays, a row each, for regression.</summary>
    /// <inheritdoc cref="Regression(IReadOnlyList{float[]}, IReadOnlyList{float[]})"/>
    public static Examples Regression(float[,] rows, float[,] targets)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(targets);
        return Regression(Tensor.From(rows), Tensor.From(targets));
    }

    /// <summary>Examples with target numbers from tensors, <c>[count, …]</c> and <c>[count, width]</c>, for regression.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="targets">The target numbers of each.</param>
    /// <exception cref="ArgumentException">An empty set, sets of different lengths, NaN or infinity; the message says where.</exception>
    public static Examples Regression(Tensor<float> inputs, Tensor<float> targets)
    {
        Check.Inputs(inputs, nameof(inputs));
        Check.Inputs(targets, nameof(targets));
        Check.SameLength(inputs.Batch, targets.Batch, nameof(targets));
        return new(inputs, targets.Reshape([targets.Batch, targets.Size / targets.Batch]), []);
    }

    /// <summary>The examples at these indices, in that order.</summary>
    public Examples Pick(params ReadOnlySpan<int> indices)
    {
        int[] chosen = indices.ToArray();
        return new(this, Inputs.Gather(chosen), Targets.Gather(chosen), AreLabelled ? [.. chosen.Select(i => Labels[i])] : []);
    }

    /// <summary>
    /// Splits off a random part to measure by: labelled examples class by class (stratified), so that every class is on both sides, with its share to within
    /// one example, and with at least one; the only example of a class stays to learn from.
    /// </summary>
    /// <param name="part">The share that is split off, above 0 and below 1.</param>
    /// <param name="seed">Equal seeds split alike.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of range.</exception>
    /// <exception cref="ArgumentException">There is nothing to split: a single example, or one of each class.</exception>
    public (Examples Training, Examples HeldOut) Split(double part, ulong seed)
    {
        if (!(part > 0 && part < 1)) throw new ArgumentOutOfRangeException(nameof(part), part, "The part must be above 0 and below 1.");
        var order = new Key(seed).For("split").Permutation(Count);
        int[][] groups = AreLabelled ? [.. order.GroupBy(i => Labels[i]).OrderBy(group => group.Key).Select(group => group.ToArray())] : [[.. order]];
        if (groups.All(group => group.Length < 2))
            throw new ArgumentException(AreLabelled
                ? "Every class has 1 example; at least 2 of one are needed to split, one for either side."
                : "There is 1 example; at least 2 are needed to split, one for either side.");
        int[] counts = SplitCounts([.. groups.Select(group => group.Length)], part);
        return (Pick([.. groups.SelectMany((group, i) => group[counts[i]..])]), Pick([.. groups.SelectMany((group, i) => group[..counts[i]])]));
    }

    // Rounded down, and then up where most is lacking until all classes together have their share; so ties are not rounded all one way.
    private static int[] SplitCounts(int[] sizes, double part)
    {
        // 0.29 · 100 is a little less than 29.
        int[] counts = [.. sizes.Select(size => (int)(size * part + 1e-9))];
        int left = (int)Math.Round(sizes.Sum() * part, MidpointRounding.AwayFromZero) - counts.Sum();
        foreach (int i in Enumerable.Range(0, sizes.Length).OrderByDescending(i => sizes[i] * part - counts[i]).Take(left)) counts[i]++;
        return [.. counts.Zip(sizes, (count, size) => size < 2 ? 0 : Math.Clamp(count, 1, size - 1))];
    }

    /// <summary>
    /// Splits the examples in three: to learn from, to choose and stop by, and to measure by at the very end; labelled examples class by class (stratified).
    /// </summary>
    /// <param name="validation">The share to choose by, above 0.</param>
    /// <param name="test">The share to measure by, above 0; both together below 1.</param>
    /// <param name="seed">Equal seeds split alike.</param>
    /// <exception cref="ArgumentException">A share is out of range, or leaves a part empty.</exception>
    public (Examples Training, Examples Validation, Examples Test) Split(double validation, double test, ulong seed)
    {
        double[] shares = [1 - validation - test, validation, test];
        var key = new Key(seed).For("split");
        var parts = AreLabelled ? Splits.Parts(Labels, shares, key) : Splits.Parts(Count, shares, key);
        return (Pick(parts[0].AsSpan()), Pick(parts[1].AsSpan()), Pick(parts[2].AsSpan()));
    }

    /// <summary>
    /// The k pairs of k-fold cross-validation: every example is held out in exactly one; labelled examples class by class (stratified), so that every held-out part has
    /// its share of each class, to within one example. A pair is gathered when it is asked for.
    /// </summary>
    /// <param name="folds">k, from 2 to the number of examples.</param>
    /// <param name="seed">Equal seeds split alike.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is out of range.</exception>
    public IEnumerable<(Examples Training, Examples HeldOut)> Folds(int folds, ulong seed)
    {
        var key = new Key(seed).For("folds");
        var parted = AreLabelled ? Splits.Folds(Labels, folds, key) : Splits.Folds(Count, folds, key);
        return parted.Select(fold => (Pick(fold.Training.AsSpan()), Pick(fold.HeldOut.AsSpan())));
    }
}
