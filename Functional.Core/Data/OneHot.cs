using System.Numerics;

namespace Functional.Core;

/// <summary>Classes as targets.</summary>
public static class OneHot
{
    /// <summary>A row for each label, with a 1 at its place and 0 elsewhere: <c>[count, classes]</c>.</summary>
    /// <param name="labels">From 0 to <paramref name="classes"/> − 1.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">A label is out of range; the message says which.</exception>
    public static Tensor<T> Of<T>(IReadOnlyList<int> labels, int classes) where T : struct, IFloatingPointIeee754<T>
    {
        for (int row = 0; row < labels.Count; row++)
            if ((uint)labels[row] >= (uint)classes)
                throw new ArgumentOutOfRangeException(nameof(labels), $"Row {row} has label {labels[row]}; labels must be from 0 to {classes - 1}.");
        var fresh = Tensor.Fresh<T>([labels.Count, classes]);
        fresh.Span.Clear();
        for (int row = 0; row < labels.Count; row++) fresh.Span[row * classes + labels[row]] = T.One;
        return fresh.Done();
    }

    /// <summary>The labels of one-hot rows, or the most probable classes of rows of probabilities: the place of each row's largest number.</summary>
    /// <param name="rows"><c>[count, classes]</c>.</param>
    public static int[] Labels<T>(Tensor<T> rows) where T : struct, IFloatingPointIeee754<T>
    {
        int[] labels = new int[rows.Batch];
        int classes = rows.Size / rows.Batch;
        for (int row = 0; row < labels.Length; row++) labels[row] = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(rows.Span.Slice(row * classes, classes));
        return labels;
    }
}
