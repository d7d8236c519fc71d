using System.Collections.Immutable;
using Functional.Core;

namespace Functional.Facade;

/// <summary>How well a model does on examples.</summary>
/// <param name="Loss">The mean loss, of what the network learned: where <see cref="TrainingOptions.Targets"/> were transformed, of the transformed targets.</param>
/// <param name="Predictions">The most probable class of each example; empty for target numbers.</param>
/// <param name="Labels">The label of each example; empty for target numbers.</param>
/// <param name="Classes">The number of classes, or of target numbers.</param>
public sealed record Evaluation(float Loss, ImmutableArray<int> Predictions, ImmutableArray<int> Labels, int Classes)
{
    /// <summary>The share of examples whose class was predicted; NaN for target numbers.</summary>
    public double Accuracy => Labels.IsEmpty ? double.NaN : 1 - Mistakes.Length / (double)Labels.Length;

    /// <summary>How many examples of each class (row) were predicted to be of each class (column).</summary>
    public int[,] ConfusionMatrix()
    {
        var counts = new int[Classes, Classes];
        for (int i = 0; i < Labels.Length; i++) counts[Labels[i], Predictions[i]]++;
        return counts;
    }

    /// <summary>The confusion matrix as a value, from which precision, recall and F₁ follow; empty for target numbers.</summary>
    public Confusion Confusion => Labels.IsEmpty ? Confusion.AdditiveIdentity : Confusion.Of(Labels, Predictions, Classes);

    /// <summary>The errors of predicted target numbers, from which the mean absolute error, its root mean square and R² follow, in the targets' own units; empty for labels.</summary>
    public RegressionErrors Errors { get; init; } = RegressionErrors.AdditiveIdentity;

    /// <summary>The indices of the examples whose class was not predicted.</summary>
    public ImmutableArray<int> Mistakes => [.. Enumerable.Range(0, Labels.Length).Where(i => Labels[i] != Predictions[i])];
}
