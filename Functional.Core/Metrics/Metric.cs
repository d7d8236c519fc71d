using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// A measure that is combined from the measures of parts: a monoid in the base library's words, with <c>+</c> and <c>AdditiveIdentity</c>.
/// Laws: <c>+</c> is associative, the identity changes nothing, and what is tallied of two sets together is the sum of what is tallied of each.
/// </summary>
public interface ITally<TSelf> : IAdditionOperators<TSelf, TSelf, TSelf>, IAdditiveIdentity<TSelf, TSelf> where TSelf : ITally<TSelf>;

/// <summary>Tallies as sums.</summary>
public static class Tallies
{
    /// <summary>The sum of tallies; the identity of none.</summary>
    public static TTally Total<TTally>(this IEnumerable<TTally> tallies) where TTally : ITally<TTally> =>
        tallies.Aggregate(TTally.AdditiveIdentity, (sum, next) => sum + next);
}

/// <summary>A named measure of predictions against targets, tallied batch by batch.</summary>
/// <typeparam name="T">The number type of predictions.</typeparam>
public abstract class Metric<T> where T : struct, IFloatingPointIeee754<T>
{
    private protected Metric(string name) => Name = name;

    /// <summary>Under which it is found in <see cref="Measures"/>.</summary>
    public string Name { get; }

    internal abstract IRunning<T> Start();
}

/// <summary>A tally under way.</summary>
internal interface IRunning<T> where T : struct, IFloatingPointIeee754<T>
{
    double Value { get; }

    IRunning<T> Add(Tensor<T> predictions, Tensor<T> targets);
}

/// <summary>The metrics, by name; those of classes take the largest output for the prediction, so logits do as well as probabilities.</summary>
public static class Metrics
{
    /// <summary>A metric from its tally of a batch, and its value. Both are pure functions.</summary>
    public static Metric<T> Of<T, TTally>(string name, Func<Tensor<T>, Tensor<T>, TTally> tally, Func<TTally, double> value)
        where T : struct, IFloatingPointIeee754<T> where TTally : ITally<TTally> => new TallyMetric<T, TTally>(name, tally, value);

    /// <summary>The share of right classes, <c>accuracy</c>.</summary>
    public static Metric<T> Accuracy<T>() where T : struct, IFloatingPointIeee754<T> => Of<T, Confusion>("accuracy", Confusion.Of, confusion => confusion.Accuracy);

    /// <summary>Precision over classes, <c>precision</c>.</summary>
    public static Metric<T> Precision<T>(Average average = Average.Macro) where T : struct, IFloatingPointIeee754<T> =>
        Of<T, Confusion>("precision", Confusion.Of, confusion => confusion.Precision(average));

    /// <summary>Recall over classes, <c>recall</c>.</summary>
    public static Metric<T> Recall<T>(Average average = Average.Macro) where T : struct, IFloatingPointIeee754<T> =>
        Of<T, Confusion>("recall", Confusion.Of, confusion => confusion.Recall(average));

    /// <summary>F₁ over classes, <c>f1</c>.</summary>
    public static Metric<T> F1<T>(Average average = Average.Macro) where T : struct, IFloatingPointIeee754<T> =>
        Of<T, Confusion>("f1", Confusion.Of, confusion => confusion.F1(average));

    /// <summary>The share of examples whose class is among the k largest outputs, <c>top3</c> for k = 3.</summary>
    public static Metric<T> TopK<T>(int k) where T : struct, IFloatingPointIeee754<T> =>
        Of<T, Share>($"top{k}", (outputs, targets) => Share.TopK(outputs, targets, k), share => share.Value);

    /// <summary>The area under the ROC curve of one output, or of the second of two, against targets of 0 and 1: <c>auc</c>.</summary>
    public static Metric<T> RocAuc<T>() where T : struct, IFloatingPointIeee754<T> => Of<T, RocCurve>("auc", RocCurve.Of, curve => curve.Area);

    /// <summary>−mean Σ t log p of outputs that are probabilities, <c>logloss</c>.</summary>
    public static Metric<T> LogLoss<T>() where T : struct, IFloatingPointIeee754<T> => Of<T, Share>("logloss", Share.LogLoss, share => share.Value);

    /// <summary>The mean absolute error, <c>mae</c>.</summary>
    public static Metric<T> MeanAbsoluteError<T>() where T : struct, IFloatingPointIeee754<T> =>
        Of<T, RegressionErrors>("mae", RegressionErrors.Of, errors => errors.MeanAbsolute);

    /// <summary>The root of the mean squared error, <c>rmse</c>.</summary>
    public static Metric<T> RootMeanSquaredError<T>() where T : struct, IFloatingPointIeee754<T> =>
        Of<T, RegressionErrors>("rmse", RegressionErrors.Of, errors => errors.RootMeanSquared);

    /// <summary>The coefficient of determination R², <c>r2</c>.</summary>
    public static Metric<T> RSquared<T>() where T : struct, IFloatingPointIeee754<T> => Of<T, RegressionErrors>("r2", RegressionErrors.Of, errors => errors.RSquared);

    private sealed class TallyMetric<T, TTally>(string name, Func<Tensor<T>, Tensor<T>, TTally> tally, Func<TTally, double> value) : Metric<T>(name)
        where T : struct, IFloatingPointIeee754<T> where TTally : ITally<TTally>
    {
        internal override IRunning<T> Start() => new Running(this, TTally.AdditiveIdentity);

        private Func<Tensor<T>, Tensor<T>, TTally> Tally => tally;

        private Func<TTally, double> ValueOf => value;

        private sealed record Running(TallyMetric<T, TTally> Metric, TTally Sum) : IRunning<T>
        {
            public double Value => Metric.ValueOf(Sum);

            public IRunning<T> Add(Tensor<T> predictions, Tensor<T> targets) => this with { Sum = Sum + Metric.Tally(predictions, targets) };
        }
    }
}
