using Functional.Core;
using Functional.Facade;
using static Functional.Core.Layers;

namespace DigitsExample;

/// <summary>A network for the digits and how it learns.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Network">From pixels to one number a digit.</param>
/// <param name="Epochs">How many times the network sees every digit.</param>
/// <param name="Optimizer">How its parameters follow gradients.</param>
public sealed record DigitsTraining(string Name, Pipeline<Wire> Network, int Epochs, Optimizer Optimizer)
{
    /// <summary>Two hidden layers, the second with a skip connection around it.</summary>
    public static DigitsTraining Dense { get; } = new(
        "dense",
        from image in Input(8, 8)
        from x in Flatten(image)
        from h in Dense(x, 128, weight: Initializer.HeNormal)
        from a in Relu(h)
        from r in Residual(a, v => from d in Dense(v, v.Size) from s in Relu(d) select s)
        from y in Dense(r, 10)
        select y,
        Epochs: 40, Optimizers.Adam(Schedules.Exponential(2e-3, 0.5, every: 450)));

    /// <summary>A small residual network: convolutions with batch normalisation, around every two a skip connection; 16 channels of 8 × 8, then 32 of 4 × 4.</summary>
    public static DigitsTraining Residual { get; } = new(
        "residual",
        Input(8, 8).Then(Reshape([1, 8, 8]) >> Convolution(16) >> Relu >> Block(16) >> MaxPool2d(2) >> Convolution(32) >> Relu >> Block(32) >> GlobalAveragePool() >> Functional.Core.Layers.Dense(10)),
        Epochs: 12, Optimizers.Adam(Schedules.OneCycle(1e-2, steps: 12 * 45)));

    /// <summary>The choices.</summary>
    public static IReadOnlyList<DigitsTraining> All { get; } = [Dense, Residual];

    /// <summary>The digits to learn from, and a stratified fifth held out.</summary>
    public static (Examples Training, Examples HeldOut) Split(ulong key) => DigitsData.Read().Split(part: 0.2, seed: key);

    /// <summary>How it learns.</summary>
    public TrainingOptions Options(ulong key) => new() { Name = $"digits, {Name}", Epochs = Epochs, Optimizer = Optimizer, Seed = key };

    /// <summary>Splits the digits, trains, and gives each epoch's model with the held-out digits.</summary>
    public (IEnumerable<Epoch> Epochs, Examples HeldOut) Start(ulong key, IProgress<TrainingProgress>? progress = null)
    {
        var (training, heldOut) = Split(key);
        return (Model.Create(Network, key).Train(training, Options(key) with { Progress = progress }).Take(Epochs), heldOut);
    }

    private static Layer Convolution(int channels) => Conv2d(channels, 3, padding: Padding.Same, bias: false, weight: Initializer.HeNormal) >> BatchNorm();

    private static Layer Block(int channels) => Functional.Core.Layers.Residual(Convolution(channels) >> Relu >> Convolution(channels)) >> Relu;
}
