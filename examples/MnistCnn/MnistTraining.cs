using Functional.Core;
using Functional.Facade;
using static Functional.Core.Layers;

namespace MnistCnnExample;

/// <summary>The network and how it learns.</summary>
public static class MnistTraining
{
    /// <summary>How many times the network sees every digit.</summary>
    public const int Epochs = 4;

    /// <summary>Images a step learns from.</summary>
    public const int BatchSize = 128;

    private const int Piece = 500;

    /// <summary>Two convolutions, a maximum over 2 × 2, two dense layers: 1.2 million parameters.</summary>
    public static Layer Layers { get; } =
        Conv2d(32, 3, weight: Initializer.HeNormal) >> Relu >> Conv2d(64, 3, weight: Initializer.HeNormal) >> Relu >> MaxPool2d(2) >> Flatten
        >> Dense(128, weight: Initializer.HeNormal) >> Relu >> Dense(10);

    /// <summary>The untrained model.</summary>
    public static Model Create(ulong key) => Model.Create(Input(1, 28, 28).Then(Layers), key);

    /// <summary>Trains and gives each epoch's model; the step length falls to nearly nothing.</summary>
    public static IEnumerable<Epoch> Start(MnistData data, ulong key, IProgress<TrainingProgress>? progress = null)
    {
        int steps = Epochs * ((data.Labels.Length + BatchSize - 1) / BatchSize);
        var options = new TrainingOptions
        {
            Epochs = Epochs,
            BatchSize = BatchSize,
            Optimizer = Optimizers.Adam(Schedules.Polynomial(1e-3, 2e-5, steps)),
            Seed = key,
            Progress = progress,
        };
        return Create(key).Train(Examples.Labelled(data.Images, data.Labels, classes: 10), options).Take(Epochs);
    }

    /// <summary>The share of digits that a model reads right, some hundred images at a time.</summary>
    public static double Accuracy(Model model, MnistData data)
    {
        int right = 0;
        for (int start = 0; start < data.Labels.Length; start += Piece)
        {
            int[] guesses = model.PredictClasses(data.Images.Slice(start, Math.Min(Piece, data.Labels.Length - start)));
            right += guesses.Where((guess, i) => guess == data.Labels[start + i]).Count();
        }
        return right / (double)data.Labels.Length;
    }
}
