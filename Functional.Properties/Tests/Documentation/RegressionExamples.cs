using Functional.Core;
using Functional.Facade;
using Functional.Properties.Tests.Storage;
using Xunit;

namespace Functional.Properties.Tests.Documentation;

/// <summary>What docs/regression.md shows, run.</summary>
public sealed class RegressionExamples : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rents_in_euros()
    {
        string csv = _folder["rents.csv"];
        var key = new Key(7);

        var lines = Enumerable.Range(0, 400).Select(i =>
        {
            int area = 20 + key.Below(130, (ulong)(4 * i)), floor = key.Below(6, (ulong)(4 * i + 1)), age = key.Below(100, (ulong)(4 * i + 2));
            string town = key.Below(2, (ulong)(4 * i + 3)) == 0 ? "Aachen" : "Bonn";
            double rent = 150 + 9 * area + 12 * floor - 2 * age + (town == "Bonn" ? area * 2.5 : 0);
            return FormattableString.Invariant($"{area},{floor},{age},{town},{rent}");
        });
        File.WriteAllLines(csv, lines.Prepend("area,floor,age,town,rent"));

        var examples = Examples.FromCsv(csv, targets: ["rent"]);
        var (training, heldOut) = examples.Split(part: 0.25, seed: 1);

        var network = NetworkBuilder.Input(examples.Columns!.Width).Dense(32).Tanh().Dense(1).Build();
        Model model = Model.Create(network).Fit(training, new()
        {
            Epochs = 60,
            BatchSize = 16,
            Inputs = Transforms.Standardise,
            Targets = Transforms.Standardise,
            Optimizer = Optimizers.Adam(Schedules.Cosine(0.01, 0.0005, steps: 60 * 19)),
        });

        float rent = model.Predict(new Dictionary<string, string> { ["area"] = "60", ["floor"] = "2", ["age"] = "30", ["town"] = "Bonn" })[0];

        var evaluation = model.Evaluate(heldOut);
        double apart = evaluation.Errors.MeanAbsolute;                  // euros
        double typical = evaluation.Errors.RootMeanSquared;             // euros
        double explained = evaluation.Errors.RSquared;                  // 1 is perfect, 0 is as good as always answering the mean

        Assert.Equal(804, rent, 15.0);
        Assert.InRange(apart, 0, 12);
        Assert.InRange(typical, apart, 15);
        Assert.InRange(explained, 0.99, 1);

        var options = new TrainingOptions { Epochs = 5, Inputs = Transforms.Standardise, Targets = Transforms.Standardise };
        var both = Examples.FromCsv(csv, targets: ["rent", "age"], new() { Without = ["floor"] });
        Model two = Model.Create(NetworkBuilder.Input(both.Columns!.Width).Dense(16).Tanh().Dense(2).Build()).Fit(both, options);
        float[] rentAndAge = two.Predict([60f, 0f, 1f]);                // euros and years; the towns stand in order, so (0, 1) is Bonn

        Assert.InRange(rentAndAge[0], 400, 1200);
        Assert.InRange(rentAndAge[1], 20, 80);
    }
}
