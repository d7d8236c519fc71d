using Functional.Core;
using Functional.Facade;
using static Functional.Core.Layers;

namespace TablesExample;

/// <summary>A table of measures and classes beside the program, and a network for it.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="File">Its file.</param>
/// <param name="Label">The column of the class.</param>
/// <param name="Hidden">The network before its last layer.</param>
/// <param name="Options">How it is learned.</param>
public sealed record TableData(string Name, string File, string Label, Layer Hidden, TrainingOptions Options)
{
    /// <summary>The tables. Transforms are fitted to the training part of each fold.</summary>
    public static IReadOnlyList<TableData> All { get; } =
    [
        new("iris", "iris.csv", "column5", Dense(16) >> Relu, Standardised(epochs: 60, rate: 1e-2)),
        new("wine", "wine.csv", "column14", Dense(16) >> Relu, Standardised(epochs: 40, rate: 1e-2)),
        new("cancer", "breast_cancer.csv", "column31", Dense(16) >> Relu, Standardised(epochs: 30, rate: 1e-2)),
        // Pixels have one scale already, and neighbours belong together.
        new("digits", "digits.csv.gz", "column65",
            Reshape([1, 8, 8]) >> Convolution(16) >> Relu >> MaxPool2d(2) >> Convolution(32) >> Relu >> Flatten >> Dense(64) >> Relu,
            new() { Epochs = 12, Optimizer = Optimizers.Adam(Schedules.OneCycle(5e-3, steps: 12 * 45)) }),
    ];

    // The three tables of measures have a line of their own in front, of counts and class names.
    private bool HasNamesInFront => Name != "digits";

    /// <summary>Reads the table.</summary>
    public Examples Read() => Examples.FromCsv(
        Path.Combine(AppContext.BaseDirectory, File), Label, new() { HasHeader = false, SkipLines = HasNamesInFront ? 1 : 0 });

    /// <summary>The names of the classes.</summary>
    public string[] ClassNames => HasNamesInFront
        ? System.IO.File.ReadLines(Path.Combine(AppContext.BaseDirectory, File)).First().Split(',')[2..]
        : [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];

    /// <summary>The untrained model.</summary>
    public Model Create(Examples examples, ulong key) => Model.Create(
        Input(examples.Inputs.Shape.Example) >> Hidden >> Dense(examples.Width), key);

    /// <summary>
    /// Stratified k-fold cross-validation: a model for each fold, measured on the examples that it has not seen. Each fold's evaluation comes as soon as it is there.
    /// </summary>
    public IEnumerable<(Model Model, Evaluation Evaluation)> CrossValidate(int folds, ulong key)
    {
        var examples = Read();
        return examples.Folds(folds, key).Select((fold, number) =>
        {
            var model = Create(examples, key + (ulong)number).Fit(fold.Training, Options with { Seed = key });
            return (model, model.Evaluate(fold.HeldOut));
        });
    }

    private static TrainingOptions Standardised(int epochs, double rate) => new()
    {
        Epochs = epochs,
        BatchSize = 16,
        Inputs = Transforms.Standardise,
        Optimizer = Optimizers.AdamW(rate, weightDecay: 0.05),
    };

    private static Layer Convolution(int channels) => Conv2d(channels, 3, padding: Padding.Same, bias: false, weight: Initializer.HeNormal) >> BatchNorm();
}
