using System.IO.Compression;
using Functional.Core;
using Functional.Facade;
using Functional.Properties.Tests.Storage;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests.Facade;

/// <summary>Examples from files and sequences, and learning from what is larger than memory.</summary>
public sealed class ExampleSourceTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static TrainingOptions Options => new() { Epochs = 5, BatchSize = 10, Optimizer = Optimizers.Adam(0.02), Seed = 3 };

    private static Model Create() => Model.Create(Input(3) >> Dense(4) >> Tanh >> Dense(2), seed: 1);

    private static IEnumerable<(float[] Input, int Label)> Rows(int count) => Enumerable.Range(0, count).Select(i =>
    {
        float[] row = [MathF.Sin(i * 7), MathF.Cos(i * 3), i % 5 - 2f];
        return (row, row[0] + row[2] > 0 ? 1 : 0);
    });

    [Fact]
    public void IDX_files_are_examples()
    {
        File.WriteAllBytes(_folder["images"], [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 51, 102, 153, 204, 255]);
        using (var packed = new GZipStream(File.Create(_folder["labels.gz"]), CompressionLevel.Fastest)) packed.Write([0, 0, 8, 1, 0, 0, 0, 2, 2, 0]);
        var examples = Examples.FromIdx(_folder["images"], _folder["labels.gz"]);
        Assert.Equal(Tensor.From<float>([2, 1, 3], [0, 0.2f, 0.4f, 0.6f, 0.8f, 1]), examples.Inputs);
        Assert.Equal([2, 0], examples.Labels.ToArray());
        Assert.Equal(3, examples.Width);
        Assert.Equal(10, Examples.FromIdx(_folder["images"], _folder["labels.gz"], classes: 10).Width);
        Assert.Throws<ArgumentOutOfRangeException>(() => Examples.FromIdx(_folder["images"], _folder["labels.gz"], classes: 2));
        File.WriteAllBytes(_folder["few"], [0, 0, 8, 1, 0, 0, 0, 1, 2]);
        Assert.Contains("1 labels; as many labels as inputs", Assert.Throws<IOException>(() => Examples.FromIdx(_folder["images"], _folder["few"])).Message);
        Assert.Contains("there is no such file", Assert.Throws<IOException>(() => Examples.FromIdx(_folder["none"], _folder["few"])).Message);
    }

    [Fact]
    public void Images_in_folders_are_examples()
    {
        foreach (var (name, shade) in new[] { ("cat", 0), ("dog", 255) })
        {
            Directory.CreateDirectory(_folder[name]);
            File.WriteAllBytes(Path.Combine(_folder[name], "1.png"), ImagesTests.Png(2, 2, [.. Enumerable.Repeat((byte)shade, 12)]));
        }
        var examples = Examples.FromImages(_folder["."], channels: 1);
        Assert.Equal(["cat", "dog"], examples.ClassNames.ToArray());
        Assert.Equal([0, 1], examples.Labels.ToArray());
        Assert.Equal(Shape.Of(2, 1, 2, 2), examples.Inputs.Shape);
        Assert.Equal(["cat", "dog"], Model.Create(Input(1, 2, 2) >> Flatten >> Dense(2)).Fit(examples, new() { Epochs = 1 }).ClassNames.ToArray());
        Assert.Throws<IOException>(() => Examples.FromImages(_folder["none"]));
    }

    [Theory]
    [InlineData(new[] { 8, 2 }, 0.2, 3)]
    [InlineData(new[] { 8, 2 }, 0.8, 7)]
    [InlineData(new[] { 2, 2, 2, 2, 2, 2 }, 0.25, 6)]
    [InlineData(new[] { 6, 6, 6, 6 }, 0.25, 6)]
    [InlineData(new[] { 7, 7, 7, 7, 7 }, 0.2, 7)]
    [InlineData(new[] { 30, 30 }, 0.25, 15)]
    [InlineData(new[] { 10, 10, 10 }, 0.25, 8)]
    [InlineData(new[] { 100, 3, 2 }, 0.29, 31)]
    [InlineData(new[] { 3 }, 0.01, 1)]
    [InlineData(new[] { 3 }, 0.99, 2)]
    public void A_split_leaves_every_class_on_both_sides(int[] sizes, double part, int heldOutCount)
    {
        int[] labels = [.. sizes.SelectMany((size, label) => Enumerable.Repeat(label, size))];
        var (training, heldOut) = Examples.Labelled([.. labels.Select((_, i) => new[] { (float)i })], labels, classes: Math.Max(2, sizes.Length)).Split(part, seed: 1);
        Assert.Equal(heldOutCount, heldOut.Count);
        Assert.Equal(labels.Select((_, i) => (float)i), training.Inputs.ToArray().Concat(heldOut.Inputs.ToArray()).Order());
        for (int label = 0; label < sizes.Length; label++)
        {
            int count = heldOut.Labels.Count(other => other == label);
            Assert.InRange(count, 1, sizes[label] - 1);
            Assert.InRange(Math.Abs(count - sizes[label] * part), 0, 1 - 1e-9);
        }
    }

    [Fact]
    public void The_only_example_of_a_class_stays_to_learn_from()
    {
        foreach (ulong seed in new ulong[] { 1, 2, 3 })
        {
            var (training, heldOut) = Examples.FromCsv(Write("a,class\n1,x\n2,x\n3,y\n"), "class").Split(0.9, seed);
            Assert.Equal([0, 1], training.Labels.Order());
            Assert.Equal([0], heldOut.Labels.ToArray());
        }
    }

    [Fact]
    public void Splits_in_three_and_folds_part_the_examples()
    {
        var examples = Examples.Labelled([.. Rows(100).Select(row => row.Input)], [.. Rows(100).Select(row => row.Label)], classes: 2);
        var (training, validation, test) = examples.Split(validation: 0.2, test: 0.3, seed: 1);
        Assert.Equal((50, 20, 30), (training.Count, validation.Count, test.Count));
        Assert.Equal(examples.Inputs.ToArray().Order(), training.Inputs.ToArray().Concat(validation.Inputs.ToArray()).Concat(test.Inputs.ToArray()).Order());
        var folds = examples.Folds(4, seed: 1).ToArray();
        Assert.Equal(examples.Inputs.ToArray().Order(), folds.SelectMany(fold => fold.HeldOut.Inputs.ToArray()).Order());
        Assert.All(folds, fold => Assert.Equal(examples.Labels.Sum() / 4.0, fold.HeldOut.Labels.Sum(), 0.99));
        Assert.Equal(folds[1].HeldOut.Inputs, examples.Folds(4, seed: 1).ElementAt(1).HeldOut.Inputs);
        Assert.Throws<ArgumentException>(() => examples.Split(validation: 0.5, test: 0.5, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => examples.Folds(1, seed: 1));
    }

    [Fact]
    public async Task Sequences_in_pieces_are_learned_alike_whether_they_are_there_or_arrive()
    {
        var pieces = Examples.Pieces(Rows(205), classes: 2, pieceSize: 50);
        Assert.Equal([50, 50, 50, 50, 5], pieces.Select(piece => piece.Count));
        var model = Create().Fit(pieces, Options);
        var all = Examples.Labelled([.. Rows(205).Select(row => row.Input)], [.. Rows(205).Select(row => row.Label)], classes: 2);
        Assert.InRange(model.Evaluate(all).Accuracy, 0.9, 1);
        Assert.Equal(model.Parameters, Create().Train(pieces, Options).Take(5).Last().Model.Parameters);

        Assert.Equal(model.Parameters, (await Create().FitAsync(Examples.Pieces(Arriving(Rows(205)), classes: 2, pieceSize: 50), Options)).Parameters);
        Epoch? last = null;
        await foreach (var epoch in Create().Train(Examples.Pieces(Arriving(Rows(205)), classes: 2, pieceSize: 50), Options))
        {
            last = epoch;
            if (epoch.Number == 5) break;
        }
        Assert.Equal(model.Parameters, last!.Model.Parameters);
    }

    [Fact]
    public async Task A_source_that_can_be_read_once_serves_for_one_epoch()
    {
        int begun = 0;
        async IAsyncEnumerable<(float[] Input, int Label)> Once()
        {
            if (++begun > 1) throw new InvalidOperationException("gone");
            foreach (var row in Rows(60))
            {
                await Task.Yield();
                yield return row;
            }
        }
        var model = await Create().FitAsync(Examples.Pieces(Once(), classes: 2, pieceSize: 20), Options with { Epochs = 1 });
        Assert.Equal(Create().Fit(Examples.Pieces(Rows(60), classes: 2, pieceSize: 20), Options with { Epochs = 1 }).Parameters, model.Parameters);
    }

    [Fact]
    public void Target_numbers_come_in_pieces_too_and_transforms_are_fitted_to_all_of_them()
    {
        var rows = Enumerable.Range(0, 90).Select(i => (Input: new[] { i / 3f, 100 - i }, Targets: new[] { 1000f + 5 * i }));
        var model = Model.Create(Input(2) >> Dense(1)).Fit(
            Examples.Pieces(rows, pieceSize: 20), new() { Epochs = 60, BatchSize = 10, Inputs = Transforms.Standardise, Targets = Transforms.Standardise, Optimizer = Optimizers.Adam(0.05) });
        var whole = Examples.Regression([.. rows.Select(row => row.Input)], [.. rows.Select(row => row.Targets)]);
        Assert.Equal(Transforms.Standardise.Fit(whole.Inputs).Value(), model.Inputs);
        Assert.Equal(1250, model.Predict([50 / 3f, 50f])[0], 5.0);
    }

    [Fact]
    public void A_cancelled_run_in_pieces_goes_on_from_its_checkpoint()
    {
        var pieces = Examples.Pieces(Rows(95), classes: 2, pieceSize: 30);
        var expected = Create().Fit(pieces, Options);
        using var source = new CancellationTokenSource();
        int steps = 0;
        var options = Options with { Checkpoint = _folder["run"], Cancellation = source.Token, Progress = new Reports(_ => { if (++steps == 15) source.Cancel(); }) };
        Assert.ThrowsAny<OperationCanceledException>(() => Create().Fit(pieces, options));
        var resumed = Create().Fit(pieces, Options with { Checkpoint = _folder["run"], Progress = new Reports(_ => steps++) });
        Assert.Equal(50, steps);
        Assert.Equal(expected.Parameters, resumed.Parameters);
    }

    [Fact]
    public void A_file_larger_than_memory_is_learned_piece_by_piece()
    {
        using (var file = File.CreateText(_folder["big.csv"]))
        {
            file.WriteLine("a,b,c,class");
            foreach (var (row, label) in Rows(20_000)) file.WriteLine(FormattableString.Invariant($"{row[0]},{row[1]},{row[2]},{(label == 1 ? "yes" : "no")}"));
        }
        var columns = Csv.Columns(_folder["big.csv"], "class").Value();
        var alive = new List<WeakReference>();
        int most = 0;
        IEnumerable<Examples> Watched()
        {
            foreach (var piece in Examples.Stream(_folder["big.csv"], columns, pieceSize: 1000))
            {
                alive.Add(new(piece));
                if (alive.Count % 10 == 0)
                {
                    GC.Collect();
                    most = Math.Max(most, alive.Count(reference => reference.IsAlive));
                }
                yield return piece;
            }
        }
        var model = Create().Fit(Watched(), Options with { Epochs = 2, BatchSize = 100, Inputs = Transforms.Standardise });
        Assert.InRange(most, 1, 4);
        Assert.True(alive.Count >= 60);
        Assert.Equal(["no", "yes"], model.ClassNames.ToArray());
        Assert.Equal(columns, model.Columns);
        Assert.InRange(model.Evaluate(Examples.FromCsv(_folder["big.csv"], columns)).Accuracy, 0.9, 1);
    }

    [Fact]
    public void Columns_other_than_the_models_are_refused()
    {
        var examples = Examples.FromCsv(Write("a,place,y\n1,here,u\n2,there,v\n3,here,u\n"), "y");
        var model = Model.Create(Input(3) >> Dense(2)).Fit(examples, new() { Epochs = 1 });
        _ = model.Evaluate(examples);
        string Refused(string file) => Assert.Throws<ArgumentException>(() => model.Evaluate(Examples.FromCsv(Write(file), "y"))).Message;
        Assert.Contains("Input column 1 of the examples is \"place\" of here, there; the model's is \"a\" of numbers; read the examples by the model's columns", Refused("place,a,y\nhere,1,u\nthere,2,v\n"));
        Assert.Contains("Input column 2 of the examples is \"place\" of here, where; the model's is \"place\" of here, there", Refused("a,place,y\n1,here,u\n2,where,v\n"));
        Assert.Contains("The examples have 3 input columns, the model's 2", Refused("a,b,c,y\n1,1,1,u\n2,2,2,v\n"));
        Assert.Throws<ArgumentException>(() => model.Fit(Examples.FromCsv(Write("b,place,y\n1,here,u\n2,there,v\n"), "y"), new() { Epochs = 1 }));
        Assert.Throws<ArgumentException>(() => Model.Create(Input(3) >> Dense(2)).Fit(examples, new() { Epochs = 1, Validation = Examples.FromCsv(Write("b,place,y\n1,here,u\n2,there,v\n"), "y") }));
    }

    [Fact]
    public void The_number_of_steps_is_known_from_the_second_epoch_on()
    {
        var seen = new List<TrainingProgress>();
        _ = Create().Fit(Examples.Pieces(Rows(40), classes: 2, pieceSize: 20), Options with { Epochs = 2, Progress = new Reports(seen.Add) });
        Assert.Equal([(1, 1, 0), (1, 2, 0), (1, 3, 0), (1, 4, 0), (2, 1, 4), (2, 2, 4), (2, 3, 4), (2, 4, 4)], seen.Select(at => (at.Epoch, at.Step, at.Steps)));
    }

    [Fact]
    public async Task Mistakes_are_told()
    {
        Assert.Contains("There are no pieces", Assert.Throws<ArgumentException>(() => Create().Fit(Array.Empty<Examples>())).Message);
        await Assert.ThrowsAsync<ArgumentException>(() => Create().FitAsync(Examples.Pieces(Arriving([]), 2, 5)));
        Assert.Contains("have not arrived", (await Assert.ThrowsAsync<ArgumentException>(() => Create().FitAsync(Examples.Pieces(Arriving(Rows(9)), 2, 5), new() { Inputs = Transforms.MinMax }))).Message);
        Examples[] unlike = [Examples.Labelled([[1, 2, 3]], [0], 2), Examples.Labelled([[1, 2]], [0], 2)];
        Assert.Contains("The examples have 2 numbers each", Assert.Throws<ArgumentException>(() => Create().Fit(unlike)).Message);
        Examples[] mixed = [Examples.Labelled([[1, 2, 3]], [0], 2), Examples.Regression([[1, 2, 3]], [[0, 1]])];
        Assert.Contains("all pieces need the same", Assert.Throws<ArgumentException>(() => Create().Fit(mixed)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Examples.Pieces(Rows(9), 2, 0));
        Assert.Throws<IOException>(() => Examples.Stream(_folder["none.csv"], Csv.Columns(Write("a,y\n1,2\n"), ["y"]).Value(), 5).First());
    }

    [Fact]
    public void Weights_alone_come_with_a_report()
    {
        Create().Save(_folder["model"]);
        var (model, report) = Model.Create(Input(3) >> Dense(4) >> Tanh >> Dense(2) >> Tanh >> Dense(3), seed: 2).WithWeights(_folder["model"], ("dense2", "dense2"));
        Assert.Equal(4, report.Loaded.Count);
        Assert.Equal(["dense3.weight", "dense3.bias"], report.Others.Map(entry => entry.Parameter!).ToArray());
        Assert.Equal(Create().Parameters["dense1.weight"], model.Parameters["dense1.weight"]);
        Assert.Equal(1, Create().WithWeights(_folder["model"], name => name == "dense1.bias" ? name : "x." + name).Report.Loaded.Count);
        Assert.Contains("there is no such file", Assert.Throws<ModelFileException>(() => model.WithWeights(_folder["none"])).Message);
    }

    private string Write(string text)
    {
        File.WriteAllText(_folder["small.csv"], text);
        return _folder["small.csv"];
    }

    private static async IAsyncEnumerable<(float[] Input, int Label)> Arriving(IEnumerable<(float[] Input, int Label)> rows)
    {
        foreach (var row in rows)
        {
            await Task.Yield();
            yield return row;
        }
    }

    private sealed class Reports(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
