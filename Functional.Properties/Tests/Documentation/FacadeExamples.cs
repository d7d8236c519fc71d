using Functional.Core;
using Functional.Facade;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests.Documentation;

/// <summary>What the README shows of the facade, run.</summary>
public sealed class FacadeExamples : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("functional").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void From_arrays_to_a_file_and_back()
    {
        float[][] rows = [.. Enumerable.Range(0, 90).Select(i => new[] { i % 3, i % 2, MathF.Sin(i), MathF.Cos(i) })];
        int[] labels = [.. Enumerable.Range(0, 90).Select(i => i % 3)];
        float[] flower = rows[7];
        string file = Path.Combine(_folder, "flowers.safetensors");

        var network = NetworkBuilder.Input(4).Dense(16).Relu().Dense(3).Build();
        var (training, heldOut) = Examples.Labelled(rows, labels, classes: 3).Split(part: 0.2, seed: 1);

        Model model = Model.Create(network).Fit(training, new() { Epochs = 60, BatchSize = 16, Optimizer = Optimizers.Adam(0.01) });

        double accuracy = model.Evaluate(heldOut).Accuracy;
        int kind = model.PredictClass(flower);

        model.Save(file);
        Model same = Model.Load(file);                                   // needs nothing else: the file holds the network too

        Assert.InRange(accuracy, 0.9, 1);
        Assert.Equal(kind, same.PredictClass(flower));
    }

    [Fact]
    public void One_model_for_all_threads()
    {
        var model = Model.Create(Input(4) >> Dense(16) >> Relu >> Dense(3));
        float[][] requests = [.. Enumerable.Range(0, 100).Select(i => new[] { i, 1f, 2f, 3f })];
        var answers = new int[requests.Length];

        Parallel.For(0, requests.Length, i => answers[i] = model.PredictClass(requests[i]));    // no locks, nothing to dispose

        Assert.Equal(requests.Select(request => model.PredictClass(request)), answers);
    }

    [Fact]
    public void Stopping_and_choosing_are_LINQ()
    {
        var examples = Examples.Labelled([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], classes: 2);
        var validation = examples;
        var model = Model.Create(Input(2) >> Dense(8) >> Tanh >> Dense(2));

        Model best = model.Train(examples, new() { Validation = validation })       // a lazy sequence of epochs, each with its model
            .Take(100)
            .Until(epoch => epoch.Validation!.Loss < 0.01)
            .Best(epoch => epoch.Validation!.Loss)
            .Model;

        Assert.Equal(model.Network, best.Network);
    }
}
