using Functional.Core;
using Functional.Facade;
using Functional.Properties.Tests.Storage;
using Xunit;

namespace Functional.Properties.Tests.Documentation;

/// <summary>What docs/data.md shows, run.</summary>
public sealed class DataExamples : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Penguins()
    {
        string csv = _folder["penguins.csv"];
        File.WriteAllLines(csv, Enumerable.Range(0, 120).Select(i => (i % 3) switch
        {
            0 => $"Biscoe,{48 + i % 5},{5000 + i},gentoo",
            1 => $"Torgersen,{38 + i % 4},{3700 + i},adelie",
            _ => $"Dream,{(i % 11 == 0 ? "" : $"{37 + i % 4}")},{3600 + i},adelie",
        }).Prepend("island,bill,mass,species"));
        return csv;
    }

    [Fact]
    public void From_a_table_to_a_model_that_knows_its_columns()
    {
        string csv = Penguins(), file = _folder["penguins"], newCsv = _folder["new.csv"];
        File.WriteAllText(newCsv, "mass,island,bill\n5100,Biscoe,49\n3700,Dream,38\n");

        var examples = Examples.FromCsv(csv, label: "species", new() { Missing = MissingValues.Keep });
        var (training, validation, test) = examples.Split(validation: 0.2, test: 0.2, seed: 1);         // class by class

        var network = NetworkBuilder.Input(examples.Columns!.Width).Dense(16).Relu().Dense(examples.Width).Build();
        Model model = Model.Create(network).Fit(training, new()
        {
            Inputs = Transforms.FillMean >> Transforms.Standardise,
            Validation = validation,
            Optimizer = Optimizers.AdamW(0.01),
        });
        double accuracy = model.Evaluate(test).Accuracy;

        model.Save(file);
        Model same = Model.Load(file);

        string species = same.PredictClassName(new Dictionary<string, string> { ["island"] = "Dream", ["bill"] = "38.2", ["mass"] = "" });   // it is filled in
        int[] classes = same.PredictClasses(Examples.InputsFromCsv(newCsv, same.Columns!));

        Assert.Equal(1, accuracy);
        Assert.Equal("adelie", species);
        Assert.Equal([1, 0], classes);
    }

    [Fact]
    public void Cross_validation_is_a_query()
    {
        var examples = Examples.FromCsv(Penguins(), label: "species", new() { Missing = MissingValues.DropRow });
        var network = NetworkBuilder.Input(examples.Columns!.Width).Dense(4).Relu().Dense(examples.Width).Build();
        var options = new TrainingOptions { Inputs = Transforms.Standardise, Optimizer = Optimizers.AdamW(0.01) };

        var scores = examples.Folds(5, seed: 1)
            .Select(fold => Model.Create(network).Fit(fold.Training, options).Evaluate(fold.HeldOut).Accuracy);
        double mean = scores.Average();

        Assert.InRange(mean, 0.95, 1);
    }

    [Fact]
    public async Task Sets_larger_than_memory()
    {
        static IEnumerable<(float[] Input, int Label)> Rows() => Enumerable.Range(0, 3000).Select(i => (new[] { MathF.Sin(i), MathF.Cos(i) }, MathF.Sin(i) > 0 ? 1 : 0));
        static async IAsyncEnumerable<(float[] Input, int Label)> RowsThatArrive()
        {
            foreach (var row in Rows())
            {
                if (row.Label == 0) await Task.Yield();
                yield return row;
            }
        }
        string bigCsv = _folder["big.csv"];
        File.WriteAllLines(bigCsv, Rows().Select(row => FormattableString.Invariant($"{row.Input[0]},{row.Input[1]},{row.Label}")).Prepend("x,y,class"));
        var start = Model.Create(NetworkBuilder.Input(2).Dense(4).Tanh().Dense(2).Build());
        var options = new TrainingOptions { Epochs = 2, Inputs = Transforms.Standardise, Optimizer = Optimizers.Adam(0.02) };

        var columns = Csv.Columns(bigCsv, "class").ThrowIfFail();           // one pass, in the memory of a line
        Model fromFile = start.Fit(Examples.Stream(bigCsv, columns, pieceSize: 10_000), options);

        Model fromSequence = start.Fit(Examples.Pieces(Rows(), classes: 2, pieceSize: 1_000), options);

        Model fromNetwork = await start.FitAsync(Examples.Pieces(RowsThatArrive(), classes: 2, pieceSize: 1_000), options with { Inputs = null });

        var all = Examples.Labelled([.. Rows().Select(row => row.Input)], [.. Rows().Select(row => row.Label)], classes: 2);
        Assert.All([fromFile.Evaluate(Examples.FromCsv(bigCsv, columns)), fromSequence.Evaluate(all), fromNetwork.Evaluate(all)], evaluation => Assert.InRange(evaluation.Accuracy, 0.95, 1));
    }

    [Fact]
    public void Other_sources()
    {
        string folder = _folder["pictures"], imagesFile = _folder["images"], labelsFile = _folder["labels"];
        foreach (string name in new[] { "a", "b" })
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            File.WriteAllBytes(Path.Combine(folder, name, "1.png"), ImagesTests.Png(1, 1, [10, 10, 10]));
        }
        File.WriteAllBytes(imagesFile, [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255]);
        File.WriteAllBytes(labelsFile, [0, 0, 8, 1, 0, 0, 0, 1, 1]);
        float[][] rows = [[1, 2], [3, 4]];
        int[] labels = [0, 1];

        var pictures = Examples.FromImages(folder, channels: 1);            // a sub-folder a class; PNG, JPEG, BMP, TGA, GIF of one size
        var digits = Examples.FromIdx(imagesFile, labelsFile);              // MNIST's format, packed or not
        var points = Examples.Labelled(rows, labels, classes: 2);           // arrays, tensors, spans

        Assert.Equal((2, 1, 2), (pictures.Count, digits.Count, points.Count));
    }

    [Fact]
    public void As_functions()
    {
        string csv = Penguins();
        var keeping = new CsvOptions { Missing = MissingValues.Keep };

        var training =
            from columns in Csv.Columns(csv, "species", keeping)
            from batch in Csv.Read<float>(csv, columns, keeping)
            from transform in (Transforms.FillMean >> Transforms.Standardise).Fit(batch.Inputs[0])
            select batch with { Inputs = [transform.Apply(batch.Inputs[0])] };

        Assert.All(training.Value().Inputs[0].ToArray(), number => Assert.InRange(number, -5, 5));
    }
}
