using System.Numerics;
using System.Numerics.Tensors;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>How measures of single classes become one.</summary>
public enum Average
{
    /// <summary>The mean over the classes that occur as labels or predictions, each counting the same.</summary>
    Macro,

    /// <summary>From the counts of all classes together; for one label an example, the accuracy.</summary>
    Micro,

    /// <summary>The mean over classes, each counting as often as it occurs as a label.</summary>
    Weighted,
}

/// <summary>
/// The confusion matrix: how many examples of each class (row) were predicted to be of each class (column). A monoid under addition.
/// Measures follow from it; where nothing is to be divided by, they are 0, as in scikit-learn.
/// </summary>
public sealed record Confusion : ITally<Confusion>
{
    private readonly Seq<long> _counts;

    private Confusion(int classes, Seq<long> counts) => (Classes, _counts) = (classes, counts);

    /// <summary>No examples of no classes.</summary>
    public static Confusion AdditiveIdentity { get; } = new(0, Seq<long>());

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The number of examples.</summary>
    public long Count => _counts.Sum();

    /// <summary>How many examples of one class were predicted to be of another.</summary>
    public long this[int label, int predicted] => _counts[label * Classes + predicted];

    /// <summary>The share of examples whose class was predicted; NaN of none.</summary>
    public double Accuracy => Count == 0 ? double.NaN : Enumerable.Range(0, Classes).Sum(i => this[i, i]) / (double)Count;

    /// <summary>From labels and predictions, each from 0 to <paramref name="classes"/> − 1.</summary>
    /// <exception cref="ArgumentException">They differ in number, or one is out of range.</exception>
    public static Confusion Of(IReadOnlyList<int> labels, IReadOnlyList<int> predictions, int classes)
    {
        if (labels.Count != predictions.Count) throw new ArgumentException($"There are {labels.Count} labels but {predictions.Count} predictions.", nameof(predictions));
        long[] counts = new long[classes * classes];
        for (int i = 0; i < labels.Count; i++)
        {
            if ((uint)labels[i] >= (uint)classes || (uint)predictions[i] >= (uint)classes)
                throw new ArgumentException($"Example {i} has label {labels[i]} and prediction {predictions[i]}; both must be from 0 to {classes - 1}.", nameof(labels));
            counts[labels[i] * classes + predictions[i]]++;
        }
        return new(classes, toSeq(counts).Strict());
    }

    /// <summary>From outputs and one-hot targets, <c>[batch, classes]</c>: the largest of each row. Of one column: above ½ is class 1.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Confusion Of<T>(Tensor<T> predictions, Tensor<T> targets) where T : struct, IFloatingPointIeee754<T>
    {
        int width = Share.Width(predictions, targets);
        return Of(Largest(targets, width), Largest(predictions, width), Math.Max(2, width));
    }

    /// <summary>The counts of both; of the larger number of classes where one has more.</summary>
    public static Confusion operator +(Confusion left, Confusion right)
    {
        if (left.Classes < right.Classes) return right + left;
        if (right.Classes == 0) return left;
        long[] counts = [.. left._counts];
        for (int i = 0; i < right.Classes; i++)
            for (int j = 0; j < right.Classes; j++) counts[i * left.Classes + j] += right[i, j];
        return new(left.Classes, toSeq(counts).Strict());
    }

    /// <summary>Of those predicted to be of a class, the share that is.</summary>
    public double Precision(int label) => Ratio(this[label, label], Predicted(label));

    /// <summary>Of those of a class, the share that was found.</summary>
    public double Recall(int label) => Ratio(this[label, label], Labelled(label));

    /// <summary>F₁ = 2 hits / (labelled + predicted): the harmonic mean of precision and recall.</summary>
    public double F1(int label) => Ratio(2 * this[label, label], Labelled(label) + Predicted(label));

    /// <summary>Precision over all classes.</summary>
    public double Precision(Average average) => Over(average, Precision);

    /// <summary>Recall over all classes.</summary>
    public double Recall(Average average) => Over(average, Recall);

    /// <summary>F₁ over all classes.</summary>
    public double F1(Average average) => Over(average, F1);

    /// <summary>The matrix, a class a line.</summary>
    public override string ToString() =>
        string.Join(Environment.NewLine, Enumerable.Range(0, Classes).Select(i => string.Join(' ', Enumerable.Range(0, Classes).Select(j => this[i, j]))));

    // With one label an example every miss is a false positive of one class and a false negative of another, so micro averages all are the accuracy.
    private double Over(Average average, Func<int, double> measure)
    {
        if (average == Average.Micro) return Accuracy;
        double sum = 0, weight = 0;
        for (int i = 0; i < Classes; i++)
        {
            double share = average == Average.Weighted ? Labelled(i) : Labelled(i) + Predicted(i) > 0 ? 1 : 0;
            sum += share * measure(i);
            weight += share;
        }
        return weight == 0 ? double.NaN : sum / weight;
    }

    private long Labelled(int label) => Enumerable.Range(0, Classes).Sum(j => this[label, j]);

    private long Predicted(int label) => Enumerable.Range(0, Classes).Sum(i => this[i, label]);

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : part / (double)whole;

    private static int[] Largest<T>(Tensor<T> rows, int width) where T : struct, IFloatingPointIeee754<T>
    {
        int[] places = new int[rows.Batch];
        for (int i = 0; i < places.Length; i++)
            places[i] = width == 1 ? (rows.Span[i] > T.CreateChecked(0.5) ? 1 : 0) : TensorPrimitives.IndexOfMax(rows.Span.Slice(i * width, width));
        return places;
    }
}
