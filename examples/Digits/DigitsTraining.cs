using Functional.Core;
using Functional.Facade;
using static Functional.Core.Layers;

namespace DigitsExample;

/// <summary>The network and how it learns.</summary>
public static class DigitsTraining
{
    /// <summary>How many times the network sees every digit.</summary>
    public const int Epochs = 40;

    /// <summary>The network: two hidden layers, the second with a skip connection around it.</summary>
    public static Pipeline<Wire> Network { get; } =
        from image in Input(8, 8)
        from x in Flatten(image)
        from h in Dense(x, 128, weight: Initializer.HeNormal)
        from a in Relu(h)
        from r in Residual(a, v => from d in Dense(v, v.Size) from s in Relu(d) select s)
        from y in Dense(r, 10)
        select y;

    /// <summary>Splits the digits, trains, and gives each epoch's model with the held-out digits.</summary>
    public static (IEnumerable<Epoch> Epochs, Examples HeldOut) Start(ulong key, IProgress<TrainingProgress>? progress = null)
    {
        var (training, heldOut) = DigitsData.Read().Split(part: 0.2, seed: key);
        var options = new TrainingOptions
        {
            Epochs = Epochs,
            Optimizer = Optimizers.Adam(Schedules.Exponential(2e-3, 0.5, every: 450)),
            Seed = key,
            Progress = progress,
        };
        return (Model.Create(Network, key).Train(training, options).Take(Epochs), heldOut);
    }
}
