using Functional.Core;
using Xunit;

namespace Functional.Properties.Tests;

/// <summary>Metrics against the examples in the documentation of scikit-learn 1.5 (sklearn.metrics), and the laws of monoids.</summary>
public class MetricTests
{
    private static readonly Confusion s_first = Confusion.Of([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1], 3);
    private static readonly Confusion s_report = Confusion.Of([0, 1, 2, 2, 2], [0, 0, 2, 2, 1], 3);

    // confusion_matrix([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2])
    [Fact]
    public void The_confusion_matrix_has_a_row_a_label()
    {
        var matrix = Confusion.Of([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2], 3);
        Assert.Equal("2 0 0\n0 0 1\n1 0 2", matrix.ToString().ReplaceLineEndings("\n"));
        Assert.Equal(6, matrix.Count);
        Assert.Equal(1, matrix[1, 2]);
    }

    // precision_score, recall_score and f1_score of [0, 1, 2, 0, 1, 2] and [0, 2, 1, 0, 0, 1].
    [Theory]
    [InlineData(Average.Macro, 0.2222222222, 0.3333333333, 0.2666666667)]
    [InlineData(Average.Micro, 0.3333333333, 0.3333333333, 0.3333333333)]
    [InlineData(Average.Weighted, 0.2222222222, 0.3333333333, 0.2666666667)]
    public void Averages_over_classes(Average average, double precision, double recall, double f1)
    {
        Assert.Equal(precision, s_first.Precision(average), 1e-10);
        Assert.Equal(recall, s_first.Recall(average), 1e-10);
        Assert.Equal(f1, s_first.F1(average), 1e-10);
    }

    // classification_report([0, 1, 2, 2, 2], [0, 0, 2, 2, 1])
    [Fact]
    public void A_report_class_by_class()
    {
        Assert.Equal([0.5, 0, 1], Enumerable.Range(0, 3).Select(s_report.Precision));
        Assert.Equal([1, 0, 0.67], Enumerable.Range(0, 3).Select(i => Math.Round(s_report.Recall(i), 2)));
        Assert.Equal([0.67, 0, 0.8], Enumerable.Range(0, 3).Select(i => Math.Round(s_report.F1(i), 2)));
        Assert.Equal(0.6, s_report.Accuracy);
        Assert.Equal([0.50, 0.56, 0.49], new[] { s_report.Precision(Average.Macro), s_report.Recall(Average.Macro), s_report.F1(Average.Macro) }.Select(x => Math.Round(x, 2)));
        Assert.Equal([0.70, 0.60, 0.61], new[] { s_report.Precision(Average.Weighted), s_report.Recall(Average.Weighted), s_report.F1(Average.Weighted) }.Select(x => Math.Round(x, 2)));
        // A class that nobody has nor predicts does not count.
        Assert.Equal(s_report.F1(Average.Macro), Confusion.Of([0, 1, 2, 2, 2], [0, 0, 2, 2, 1], 5).F1(Average.Macro));
    }

    // roc_auc_score and roc_curve of [0, 0, 1, 1] with [0.1, 0.4, 0.35, 0.8]; equal scores by the definition.
    [Fact]
    public void The_area_under_the_curve()
    {
        var curve = RocCurve.Of([0.1, 0.4, 0.35, 0.8], [false, false, true, true]);
        Assert.Equal(0.75, curve.Area);
        Assert.Equal([(0, 0), (0, 0.5), (0.5, 0.5), (0.5, 1), (1, 1)], curve.Points);
        Assert.Equal(0.5, RocCurve.Of([1, 1, 1], [true, false, true]).Area);
        Assert.Equal(0.875, RocCurve.Of([0.1, 0.4, 0.4, 0.8], [false, false, true, true]).Area);
        Assert.Equal(double.NaN, RocCurve.Of([1, 2], [true, true]).Area);
        Assert.Throws<ArgumentException>(() => RocCurve.Of([double.NaN], [true]));
        // The trapezoids below the points have the same area.
        var points = curve.Points.ToArray();
        Assert.Equal(curve.Area, points.Skip(1).Select((p, i) => (p.FalsePositives - points[i].FalsePositives) * (p.TruePositives + points[i].TruePositives) / 2).Sum(), 1e-15);
    }

    // top_k_accuracy_score([0, 1, 2, 2], …, k=2) and log_loss(["spam", "ham", "ham", "spam"], …).
    [Fact]
    public void Top_k_and_log_loss()
    {
        var scores = Tensor.From(new double[,] { { 0.5, 0.2, 0.2 }, { 0.3, 0.4, 0.2 }, { 0.2, 0.4, 0.3 }, { 0.7, 0.2, 0.1 } });
        var labels = OneHot([0, 1, 2, 2], 3);
        Assert.Equal(0.75, Share.TopK(scores, labels, 2).Value);
        Assert.Equal(0.5, Share.TopK(scores, labels, 1).Value);
        Assert.Equal(1, Share.TopK(scores, labels, 3).Value);

        var probabilities = Tensor.From(new double[,] { { 0.1, 0.9 }, { 0.9, 0.1 }, { 0.8, 0.2 }, { 0.35, 0.65 } });
        Assert.Equal(0.21616, Share.LogLoss(probabilities, OneHot([1, 0, 0, 1], 2)).Value, 1e-5);
        Assert.Equal(0.21616, Share.LogLoss(Tensor.From(new double[,] { { 0.9 }, { 0.1 }, { 0.2 }, { 0.65 } }), Tensor.From(new double[,] { { 1 }, { 0 }, { 0 }, { 1 } })).Value, 1e-5);
        Assert.Equal(-Math.Log(Math.Pow(2, -52)), Share.LogLoss(Tensor.From(new double[,] { { 1, 0 } }), OneHot([1], 2)).Value, 1e-12);
    }

    // mean_absolute_error, root_mean_squared_error and r2_score of [3, -0.5, 2, 7] and [2.5, 0, 2, 8], and of two columns.
    [Fact]
    public void Errors_of_predicted_numbers()
    {
        var errors = RegressionErrors.Of(Column(2.5, 0, 2, 8), Column(3, -0.5, 2, 7));
        Assert.Equal(0.5, errors.MeanAbsolute);
        Assert.Equal(0.6123724356957945, errors.RootMeanSquared, 1e-15);
        Assert.Equal(0.948608137, errors.RSquared, 1e-9);
        var two = RegressionErrors.Of(Tensor.From(new double[,] { { 0, 2 }, { -1, 2 }, { 8, -5 } }), Tensor.From(new double[,] { { 0.5, 1 }, { -1, 1 }, { 7, -6 } }));
        Assert.Equal(0.75, two.MeanAbsolute);
        Assert.Equal(0.9368, two.RSquared, 1e-4);
        Assert.Equal(-3, RegressionErrors.Of(Column(3, 2, 1), Column(1, 2, 3)).RSquared);
        Assert.Equal(0, RegressionErrors.Of(Column(2, 2, 2), Column(1, 2, 3)).RSquared);
        Assert.Equal(1, RegressionErrors.Of(Column(2, 2), Column(2, 2)).RSquared);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Tallies_are_monoids_and_of_batches_add_up_to_those_of_the_whole(int seed)
    {
        var key = new Key((ulong)seed);
        double[] numbers = new double[60];
        key.Uniform<double>(numbers);
        var outputs = Tensor.From<double>([30, 2], [.. numbers.Select(x => Math.Round(x, 1))]);
        var targets = OneHot([.. Enumerable.Range(0, 30).Select(i => key.For("t").Below(2, (ulong)i))], 2);
        Laws(Confusion.Of, outputs, targets, (a, b) => Assert.Equal(a, b));
        Laws(RocCurve.Of, outputs, targets, (a, b) => Assert.Equal(a, b));
        Laws((o, t) => Share.TopK(o, t, 1), outputs, targets, (a, b) => Assert.Equal(a, b));
        Laws(Share.LogLoss, outputs, targets, (a, b) => Assert.Equal(a.Value, b.Value, 1e-13));
        Laws(RegressionErrors.Of, outputs, targets, (a, b) =>
        {
            Assert.Equal(a.Columns.Count, b.Columns.Count);
            for (int i = 0; i < a.Columns.Count; i++)
            {
                Assert.Equal(a.Columns[i].Count, b.Columns[i].Count);
                Assert.Equal(a.Columns[i].Squared, b.Columns[i].Squared, 1e-13);
                Assert.Equal(a.Columns[i].Mean, b.Columns[i].Mean, 1e-13);
                Assert.Equal(a.Columns[i].Spread, b.Columns[i].Spread, 1e-12);
            }
        });
    }

    [Fact]
    public void Matrices_of_fewer_classes_fit_into_larger_ones()
    {
        var sum = Confusion.Of([0, 1], [1, 1], 2) + Confusion.Of([2], [0], 3);
        Assert.Equal("0 1 0\n0 1 0\n1 0 0", sum.ToString().ReplaceLineEndings("\n"));
        Assert.Equal(sum, Confusion.Of([2], [0], 3) + Confusion.Of([0, 1], [1, 1], 2));
    }

    [Fact]
    public void What_cannot_be_measured_says_so()
    {
        Assert.Contains("Example 1 has label 3 and prediction 0", Assert.Throws<ArgumentException>(() => Confusion.Of([0, 3], [0, 0], 3)).Message);
        Assert.Contains("[2, 3]", Assert.Throws<ArgumentException>(() => Confusion.Of(Tensor.Zeros<float>([2, 3]), Tensor.Zeros<float>([2, 2]))).Message);
        Assert.Contains("two classes", Assert.Throws<ArgumentException>(() => RocCurve.Of(Tensor.Zeros<float>([2, 3]), Tensor.Zeros<float>([2, 3]))).Message);
    }

    private static void Laws<TTally>(Func<Tensor<double>, Tensor<double>, TTally> tally, Tensor<double> outputs, Tensor<double> targets, Action<TTally, TTally> equal)
        where TTally : ITally<TTally>
    {
        TTally Part(int start, int count) => tally(outputs.Slice(start, count), targets.Slice(start, count));
        TTally a = Part(0, 7), b = Part(7, 12), c = Part(19, 11), whole = tally(outputs, targets);
        equal(whole, a + b + c);
        equal(a + (b + c), a + b + c);
        equal(a, a + TTally.AdditiveIdentity);
        equal(a, TTally.AdditiveIdentity + a);
        equal(whole, new[] { a, b, c }.Total());
        equal(TTally.AdditiveIdentity, Array.Empty<TTally>().Total());
    }

    private static Tensor<double> OneHot(int[] labels, int classes) => Tensor.Build<double>([labels.Length, classes], at => labels[at[0]] == at[1] ? 1 : 0);

    private static Tensor<double> Column(params double[] numbers) => Tensor.From<double>([numbers.Length, 1], numbers);
}
