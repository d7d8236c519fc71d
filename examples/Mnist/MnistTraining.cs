using Functional.Core;
using Functional.Facade;
using static Functional.Core.Layers;

namespace MnistExample;

/// <summary>A network for MNIST and how it learns.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Network">From pixels to one number a digit.</param>
/// <param name="Epochs">How many times the network sees every digit.</param>
/// <param name="BatchSize">Images a step learns from.</param>
/// <param name="Optimizer">How parameters follow gradients, for a number of steps: the step length falls to nearly nothing.</param>
public sealed record MnistTraining(string Name, Pipeline<Wire> Network, int Epochs, int BatchSize, Func<int, Optimizer> Optimizer)
{
    /// <summary>Two dense layers: 0.2 million parameters, some seconds of training.</summary>
    public static MnistTraining Mlp { get; } = new(
        "mlp",
        Input(28, 28) >> Flatten >> Dense(256, weight: Initializer.HeNormal) >> Relu >> Dense(10),
        Epochs: 6, BatchSize: 128, steps => Optimizers.Adam(Schedules.OneCycle(4e-3, steps)));

    /// <summary>Two convolutions, a maximum over 2 × 2, two dense layers: 1.2 million parameters, some minutes of training.</summary>
    public static MnistTraining Cnn { get; } = new(
        "cnn",
        Input(1, 28, 28).Then(
            Conv2d(32, 3, weight: Initializer.HeNormal) >> Relu >> Conv2d(64, 3, weight: Initializer.HeNormal) >> Relu >> MaxPool2d(2) >> Flatten
            >> Dense(128, weight: Initializer.HeNormal) >> Relu >> Dense(10)),
        Epochs: 4, BatchSize: 128, steps => Optimizers.Adam(Schedules.Polynomial(1e-3, 2e-5, steps)));

    /// <summary>The choices.</summary>
    public static IReadOnlyList<MnistTraining> All { get; } = [Mlp, Cnn];

    /// <summary>The untrained model.</summary>
    public Model Create(ulong key) => Model.Create(Network, key);

    /// <summary>Trains and gives each epoch's model.</summary>
    public IEnumerable<Epoch> Start(Examples training, ulong key, IProgress<TrainingProgress>? progress = null)
    {
        int steps = Epochs * ((training.Count + BatchSize - 1) / BatchSize);
        var options = new TrainingOptions { Epochs = Epochs, BatchSize = BatchSize, Optimizer = Optimizer(steps), Seed = key, Progress = progress };
        return Create(key).Train(training, options).Take(Epochs);
    }
}
