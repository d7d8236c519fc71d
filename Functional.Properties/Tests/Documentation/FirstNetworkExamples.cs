using Functional.Core;
using Functional.Facade;
using Xunit;

namespace Functional.Properties.Tests.Documentation;

/// <summary>What docs/first-network.md shows, run.</summary>
public sealed class FirstNetworkExamples : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("functional").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_first_network()
    {
        string page = Path.Combine(_folder, "rings.html"), file = Path.Combine(_folder, "rings.safetensors");

        var random = new Random(1);
        float[][] points = [.. Enumerable.Range(0, 1000).Select(_ => new[] { random.NextSingle() * 2 - 1, random.NextSingle() * 2 - 1 })];
        int[] answers = [.. points.Select(point => MathF.Sqrt(point[0] * point[0] + point[1] * point[1]) is > 0.4f and < 0.8f ? 1 : 0)];

        var (training, heldOut) = Examples.Labelled(points, answers, classes: 2).Split(part: 0.25, seed: 1);

        Network network = NetworkBuilder.Input(2).Dense(32).Tanh().Dense(32).Tanh().Dense(2).Build();

        Console.WriteLine(network.Summary);

        Model untrained = Model.Create(network, seed: 1);

        Model model = untrained.Fit(training, new() { Epochs = 100, BatchSize = 32, Optimizer = Optimizers.Adam(0.01) });

        Evaluation before = untrained.Evaluate(heldOut), after = model.Evaluate(heldOut);

        Console.WriteLine($"right before {before.Accuracy:P1}, after {after.Accuracy:P1}");
        Console.WriteLine(after.Confusion);                             // a row for each class, a column for each prediction

        var epochs = untrained.Train(training, new() { Optimizer = Optimizers.Adam(0.01), Validation = heldOut }).Take(100).ToList();

        Model best = epochs.MinBy(epoch => epoch.Validation!.Loss)!.Model;

        TrainingReport.Of(epochs, heldOut).SaveHtml(page);

        int inside = model.PredictClass([0.6f, 0.0f]);                  // in the ring: 1
        float[] outputs = model.Predict([0.0f, 0.0f]);                  // the numbers themselves: here the first is the larger

        model.Save(file);
        Model same = Model.Load(file);

        Assert.InRange(after.Accuracy, 0.92, 1);
        Assert.InRange(best.Evaluate(heldOut).Accuracy, 0.92, 1);
        Assert.Equal(1, inside);
        Assert.True(outputs[0] > outputs[1]);
        Assert.Equal(model.Parameters, same.Parameters);
        Assert.True(File.Exists(page));
    }

    [Fact]
    public void What_does_not_fit()
    {
        var before = Console.Out;
        using var text = new StringWriter();
        Console.SetOut(text);
        try
        {
            try
            {
                NetworkBuilder.Input(2).Dense(0).Dropout(2).Dense(2).Build();
            }
            catch (NetworkException error)
            {
                Console.WriteLine(error.Message);
            }
        }
        finally
        {
            Console.SetOut(before);
        }
        string shown = string.Join('\n', File.ReadAllLines(Path.Combine(DocumentationTests.RootFolder, "docs", "first-network.md")).Select(line => line.Trim()));
        Assert.Equal(3, text.ToString().Trim().Split('\n').Length);
        Assert.Contains(text.ToString().ReplaceLineEndings("\n"), shown, StringComparison.Ordinal);
    }
}
