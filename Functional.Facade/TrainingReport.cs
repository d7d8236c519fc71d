using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Functional.Core.Storage;
using Functional.Facade.Reports;

namespace Functional.Facade;

/// <summary>An epoch's place on the curves of a report; NaN where a number was not measured.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Loss">The mean training loss of its steps.</param>
/// <param name="Accuracy">The share of training examples that are classified right after it, where they were handed in.</param>
/// <param name="HeldOutLoss">The loss of the held-out or validation examples after it.</param>
/// <param name="HeldOutAccuracy">The share of them that are classified right; NaN for target numbers.</param>
public sealed record ReportedEpoch(int Number, double Loss, double Accuracy, double HeldOutLoss, double HeldOutAccuracy);

/// <summary>
/// What there is to see of a training run: curves, confusion matrix, misclassified examples, network, weights. A value, and a page: one HTML file that needs nothing
/// else, holds no date and no path, and is the same for the same run.
/// </summary>
public sealed record TrainingReport
{
    private TrainingReport(string title, Model model, Examples heldOut, Evaluation evaluation, ImmutableArray<ReportedEpoch> epochs) =>
        (Title, Model, HeldOut, Evaluation, Epochs) = (title, model, heldOut, evaluation, epochs);

    /// <summary>What it is about: <see cref="TrainingOptions.Name"/>, unless you say otherwise.</summary>
    public string Title { get; init; }

    /// <summary>The model that was measured.</summary>
    public Model Model { get; }

    /// <summary>The examples that it was measured on.</summary>
    public Examples HeldOut { get; }

    /// <summary>How well it does on them.</summary>
    public Evaluation Evaluation { get; }

    /// <summary>The epochs, in order.</summary>
    public ImmutableArray<ReportedEpoch> Epochs { get; }

    /// <summary>How the model was trained, where that was handed in.</summary>
    public TrainingOptions? Options { get; private init; }

    /// <summary>Whether the measures of the curves are those of the run's validation examples, not of <see cref="HeldOut"/>.</summary>
    public bool IsValidated { get; private init; }

    /// <summary>The report of a run.</summary>
    /// <param name="epochs">The epochs. They are read once, in order, and only one model is held at a time, so a lazy run may be handed in.</param>
    /// <param name="heldOut">Examples that the run has not learned from. They measure the last model, and, where the run has no validation examples, every epoch's.</param>
    /// <param name="options">How the model was trained, to be shown.</param>
    /// <param name="training">The training examples, where their accuracy is to be measured after every epoch too.</param>
    /// <param name="model">The model to report on, such as the best; by default the last epoch's.</param>
    /// <exception cref="ArgumentException">There is no epoch, or the examples do not fit the model.</exception>
    public static TrainingReport Of(IEnumerable<Epoch> epochs, Examples heldOut, TrainingOptions? options = null, Examples? training = null, Model? model = null)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        ArgumentNullException.ThrowIfNull(heldOut);
        var reported = ImmutableArray.CreateBuilder<ReportedEpoch>();
        bool isValidated = false;
        Model? last = null;
        foreach (var epoch in epochs)
        {
            var measured = epoch.Validation ?? epoch.Model.Evaluate(heldOut, options?.Loss);
            isValidated = epoch.Validation is not null;
            reported.Add(new(
                epoch.Number, epoch.Loss, training is { AreLabelled: true } ? epoch.Model.Evaluate(training, options?.Loss).Accuracy : double.NaN, measured.Loss, measured.Accuracy));
            last = epoch.Model;
        }
        if (last is null) throw new ArgumentException("The run has no epochs; a report needs at least one.", nameof(epochs));
        model ??= last;
        return new(options?.Name ?? "training", model, heldOut, model.Evaluate(heldOut, options?.Loss), reported.ToImmutable()) { Options = options, IsValidated = isValidated };
    }

    /// <summary>The name of a class: the model's, else its number.</summary>
    public string ClassName(int label) => Model.ClassNames.IsDefaultOrEmpty ? $"{label}" : Model.ClassNames[label];

    /// <summary>
    /// The misclassified examples whose mistake is surest: in which the output of the predicted class is furthest above that of the label. At most
    /// <paramref name="most"/> indices into <see cref="HeldOut"/>, the surest first.
    /// </summary>
    public ImmutableArray<int> Worst(int most)
    {
        int[] mistakes = [.. Evaluation.Mistakes];
        if (mistakes.Length == 0) return [];
        var outputs = Model.Predict(HeldOut.Pick(mistakes).Inputs).Reshape([mistakes.Length, Model.OutputSize]);
        float Margin(int row) => outputs[row, Evaluation.Predictions[mistakes[row]]] - outputs[row, Evaluation.Labels[mistakes[row]]];
        return [.. Enumerable.Range(0, mistakes.Length).OrderByDescending(Margin).ThenBy(row => mistakes[row]).Take(most).Select(row => mistakes[row])];
    }

    /// <summary>The report as a page.</summary>
    public string ToHtml()
    {
        // Also what a user's own optimizer says of its numbers shall not depend on where it is said.
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            return ReportPage.Of(this).Markup;
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    /// <summary>Writes the page whole or not at all; on failure an older file of that name stays.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="IOException">It could not be written; the message says why.</exception>
    public void SaveHtml(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (AtomicFile.Write(path, Encoding.UTF8.GetBytes(ToHtml())).Case is LanguageExt.Common.Error error) throw new IOException(error.Message);
    }
}
