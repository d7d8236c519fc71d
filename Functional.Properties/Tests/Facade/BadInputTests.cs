using Functional.Core;
using Functional.Facade;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests.Facade;

/// <summary>Bad input is named: what was wrong, and where.</summary>
public class BadInputTests
{
    private static readonly Model s_model = Model.Create(Input(2) >> Dense(3));

    private static readonly Examples s_good = Examples.Labelled([[0, 1], [1, 0], [1, 1]], [0, 1, 2], classes: 3);

    public static TheoryData<string, Action> Mistakes => new()
    {
        { "Row 1 has 3 numbers; row 0 has 2", () => Examples.Labelled([[1, 2], [1, 2, 3]], [0, 1], 2) },
        { "Row 1, column 0 is NaN", () => Examples.Labelled([[1, 2], [float.NaN, 2]], [0, 1], 2) },
        { "Row 0, column 1 is Infinity", () => Examples.Labelled([[1, float.PositiveInfinity]], [0], 2) },
        { "Row 1 has label 2; labels must be from 0 to 1", () => Examples.Labelled([[1], [2]], [0, 2], 2) },
        { "Row 0 has label -1", () => Examples.Labelled([[1]], [-1], 2) },
        { "The set is empty", () => Examples.Labelled(Array.Empty<float[]>(), [], 2) },
        { "There are 2 inputs but 1 labels", () => Examples.Labelled([[1], [2]], [0], 2) },
        { "There are 1 inputs but 2 targets", () => Examples.Regression([[1]], [[1], [2]]) },
        { "At least 2 classes", () => Examples.Labelled([[1]], [0], 1) },
        { "The batch size is 0", () => s_model.Train(s_good, new() { BatchSize = 0 }) },
        { "The number of epochs is 0", () => s_model.Train(s_good, new() { Epochs = 0 }) },
        { "The examples have 1 numbers each; the network's input [2] needs 2", () => s_model.Train(Examples.Labelled([[1]], [0], 3)) },
        { "The examples have 2 classes; the network gives 3 numbers", () => s_model.Evaluate(Examples.Labelled([[1, 2]], [0], 2)) },
        { "Row 1 has 1 numbers; the network's input [2] needs 2", () => s_model.Predict([[1, 2], [1]]) },
        { "Row 0, column 1 is NaN", () => s_model.Predict([1f, float.NaN]) },
        { "3 numbers were given; the network's input [2] needs 2", () => s_model.Predict([1f, 2f, 3f]) },
        { "There is room for 2 numbers", () => s_model.Predict([1f, 2f], new float[2]) },
        { "Row 1, column 1 is NaN", () => s_model.Predict(new float[,] { { 1, 2 }, { 3, float.NaN } }) },
        { "Each example has shape [1]", () => s_model.Predict(new float[,] { { 1 } }) },
        { "The set is empty", () => s_model.Predict(new float[0, 2]) },
        { "Row 1, column 0 is NaN", () => Examples.Regression([[1], [2]], [1, float.NaN]) },
        { "There are 1 inputs but 2 targets", () => Examples.Regression(new float[,] { { 1 } }, new float[,] { { 1 }, { 2 } }) },
        { "2 names were given for 3 outputs", () => s_model.WithClassNames("a", "b") },
        { "The part must be above 0 and below 1", () => s_good.Split(1, 0) },
        { "The optimizer: got rate -0.01, needed a finite rate of at least 0. got limit 0", () => s_model.Fit(s_good, new() { Optimizer = Optimizers.Adam(-0.01).ClippedByNorm(0) }) },
        { "The optimizer is null", () => s_model.Fit(s_good, new() { Optimizer = null! }) },
        { "optimizer: got the names \"dens3.*\"", () => s_model.Fit(s_good, new() { Optimizer = Optimizers.Adam(0.01).Freeze("dens3.*") }) },
        { "optimizer: got batches 0", () => s_model.Fit(s_good, new() { OptimizerFrom = _ => Optimizers.Adam(0.01).Accumulating(0) }) },
        { "needed [batch", () => s_model.Evaluate(s_good, Losses.CrossEntropy()) },
        { "needed [batch", () => s_model.Fit(s_good, new() { Loss = Losses.CrossEntropy() }) },
        { "8 numbers were given; the network's input [2] needs 2", () => s_model.PredictClass(new float[8]) },
        { "Every class has 1 example; at least 2 of one are needed to split", () => s_good.Split(0.1, 0) },
        { "There is 1 example; at least 2 are needed to split", () => Examples.Regression([[1f]], [1f]).Split(0.5, 0) },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void It_says_what_is_wrong_and_where(string message, Action mistake)
    {
        var error = Assert.ThrowsAny<ArgumentException>(mistake);
        Assert.Contains(message, error.Message);
    }
}
