using System.Numerics;
using System.Numerics.Tensors;

namespace Functional.Core;

/// <summary>A mean as a monoid: a sum over examples and their number.</summary>
/// <param name="Sum">The sum.</param>
/// <param name="Count">The number of examples.</param>
public readonly record struct Share(double Sum, long Count) : ITally<Share>
{
    /// <inheritdoc/>
    public static Share AdditiveIdentity => default;

    /// <summary>The mean; NaN of none.</summary>
    public double Value => Count == 0 ? double.NaN : Sum / Count;

    /// <summary>The mean over both.</summary>
    public static Share operator +(Share left, Share right) => new(left.Sum + right.Sum, left.Count + right.Count);

    /// <summary>The share of examples whose class, the largest target, is among the k largest outputs. Equal outputs rank by their place.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Share TopK<T>(Tensor<T> outputs, Tensor<T> targets, int k) where T : struct, IFloatingPointIeee754<T>
    {
        int width = Width(outputs, targets), hits = 0;
        for (int i = 0; i < outputs.Batch; i++)
        {
            var row = outputs.Span.Slice(i * width, width);
            int label = TensorPrimitives.IndexOfMax(targets.Span.Slice(i * width, width)), before = 0;
            for (int j = 0; j < width; j++)
                if (row[j] > row[label] || (row[j] == row[label] && j < label)) before++;
            if (before < k && !T.IsNaN(row[label])) hits++;
        }
        return new(hits, outputs.Batch);
    }

    /// <summary>
    /// −Σ t log p of each example, from probabilities; of one column −t log p − (1 − t) log(1 − p). Probabilities are kept ε from 0 and 1,
    /// ε the distance of 1 to the next number, as scikit-learn does.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Share LogLoss<T>(Tensor<T> probabilities, Tensor<T> targets) where T : struct, IFloatingPointIeee754<T>
    {
        int width = Width(probabilities, targets);
        double epsilon = typeof(T) == typeof(float) ? Math.Pow(2, -23) : Math.Pow(2, -52), sum = 0;
        for (int i = 0; i < probabilities.Size; i++)
        {
            double p = Math.Clamp(double.CreateChecked(probabilities.Span[i]), epsilon, 1 - epsilon), t = double.CreateChecked(targets.Span[i]);
            sum -= width == 1 ? t * Math.Log(p) + (1 - t) * Math.Log(1 - p) : t * Math.Log(p);
        }
        return new(sum, probabilities.Batch);
    }

    /// <summary>How many numbers an example has.</summary>
    internal static int Width<T>(Tensor<T> predictions, Tensor<T> targets) where T : struct, IFloatingPointIeee754<T> =>
        predictions.Shape.Rank > 0 && predictions.Shape == targets.Shape
            ? predictions.Shape.Example.Size
            : throw new ArgumentException($"Predictions of shape {predictions.Shape} and targets of shape {targets.Shape}; one shape with the batch in front is needed.", nameof(targets));
}
