using Functional.Core;
using Functional.Core.Storage;
using Functional.Facade;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests.Facade;

public sealed class ModelTests : IDisposable
{
    private static readonly Examples s_xor = Examples.Labelled(
        [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], classes: 2);

    private readonly string _folder = Directory.CreateTempSubdirectory("functional").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Names_of_classes_may_hold_anything_and_those_of_older_files_are_read()
    {
        string path = Path.Combine(_folder, "named");
        Xor().WithClassNames("red\nish", "[\"]").Save(path);
        Assert.Equal(["red\nish", "[\"]"], Model.Load(path).ClassNames.ToArray());
        var network = Xor().Network;
        Core.Storage.ModelFile.Save(path, new Core.Storage.StoredModel<float>(network, Xor().Parameters, Xor().State, new LanguageExt.HashMap<string, string>().Add("classes", "no\nyes")));
        Assert.Equal(["no", "yes"], Model.Load(path).ClassNames.ToArray());
    }

    private static Model Xor(ulong seed = 1) => Model.Create(Input(2) >> Dense(8) >> Tanh >> Dense(2), seed);

    private static TrainingOptions Options(int epochs = 200) => new() { Epochs = epochs, BatchSize = 4, Optimizer = Optimizers.Adam(0.05) };

    [Fact]
    public void It_learns_exclusive_or()
    {
        var model = Xor().Fit(s_xor, Options());
        Assert.Equal([0, 1, 1, 0], model.PredictClasses(s_xor.Inputs));
        var evaluation = model.Evaluate(s_xor);
        Assert.Equal(1, evaluation.Accuracy);
        Assert.InRange(evaluation.Loss, 0, 0.05f);
        Assert.Equal(2, evaluation.ConfusionMatrix()[1, 1]);
        Assert.Empty(evaluation.Mistakes);
    }

    [Fact]
    public void It_learns_a_line_from_target_numbers()
    {
        var line = Examples.Regression([[0], [1], [2], [3]], [[1], [3], [5], [7]]);
        var model = Model.Create(Input(1) >> Dense(1)).Fit(line, new() { Epochs = 500, BatchSize = 4, Optimizer = Optimizers.Adam(0.1) });
        Assert.Equal(9, model.Predict([4f])[0], 0.01);
        Assert.True(double.IsNaN(model.Evaluate(line).Accuracy));
    }

    [Fact]
    public void The_builder_LINQ_and_a_straight_line_give_equal_networks()
    {
        var built = NetworkBuilder.Input(8, 8).Flatten().Dense(16).Relu().Dense(10).Build();
        var linq = from i in Input(8, 8) from x in Flatten(i) from h in Dense(x, 16) from a in Relu(h) from y in Dense(a, 10) select y;
        Assert.Equal(built, Model.Create(linq).Network);
        Assert.Equal(built, Model.Create(Input(8, 8) >> Flatten >> Dense(16) >> Relu >> Dense(10)).Network);
    }

    [Fact]
    public void Training_is_a_lazy_sequence_of_models_that_never_change()
    {
        var epochs = Xor().Train(s_xor, Options()).Take(5).ToArray();
        var first = epochs[0].Model.Parameters.Values.ToArray();
        var again = Xor().Train(s_xor, Options()).Take(20).ToArray();
        Assert.Equal([1, 2, 3, 4, 5], epochs.Select(epoch => epoch.Number));
        Assert.Equal(first, epochs[0].Model.Parameters.Values.ToArray());
        Assert.Equal(epochs[4].Model.Parameters, again[4].Model.Parameters);
        Assert.NotEqual(epochs[4].Model.Parameters, again[5].Model.Parameters);
    }

    [Fact]
    public void With_validation_the_best_epoch_is_kept()
    {
        var options = Options(30) with { Validation = s_xor };
        var best = Xor().Train(s_xor, options).Take(30).MinBy(epoch => epoch.Validation!.Loss)!;
        Assert.Equal(best.Model.Parameters, Xor().Fit(s_xor, options).Parameters);
    }

    [Fact]
    public void Eight_threads_share_a_model_and_get_the_answers_of_one()
    {
        var model = Model.Create(Input(16) >> Dense(64) >> Sigmoid >> Dense(64) >> Relu >> Dense(5), 3);
        float[][] rows = [.. Enumerable.Range(0, 200).Select(i => Numbers((ulong)i, 16))];
        float[][] alone = [.. rows.Select(row => model.Predict(row.AsSpan()))];
        var together = new float[8][][];
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(t => new Thread(() => together[t] = [.. rows.Select(row => model.Predict(row.AsSpan()))]))];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.All(together, answers => Assert.Equal(alone, answers));
    }

    [Fact]
    public void Prediction_for_one_for_many_and_into_memory_of_ones_own_agree()
    {
        var model = Model.Create(Input(4) >> Dense(7) >> Tanh >> Dense(3), 5);
        float[][] rows = [Numbers(1, 4), Numbers(2, 4), Numbers(3, 4)];
        float[][] many = model.Predict(rows);
        var tensor = model.Predict(Tensor.From<float>(rows));
        float[] mine = new float[9];
        model.Predict([.. rows.SelectMany(row => row)], mine);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(many[i], model.Predict(rows[i].AsSpan()), (a, b) => Math.Abs(a - b) <= 1e-6f);
            Assert.Equal(many[i], tensor.Example(i).ToArray());
            Assert.Equal(many[i], mine[(3 * i)..(3 * i + 3)]);
        }
    }

    [Fact]
    public void Progress_counts_steps_and_cancelling_stops_between_them()
    {
        using var source = new CancellationTokenSource();
        var seen = new List<TrainingProgress>();
        var options = Options(10) with { BatchSize = 3, Cancellation = source.Token, Progress = new Reports(seen.Add) };
        using var epochs = Xor().Train(s_xor, options).GetEnumerator();
        Assert.True(epochs.MoveNext());
        Assert.Equal([(1, 1, 2), (1, 2, 2)], seen.Select(at => (at.Epoch, at.Step, at.Steps)));
        var kept = epochs.Current.Model;
        var before = kept.Parameters.Values.ToArray();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => epochs.MoveNext());
        Assert.Equal(before, kept.Parameters.Values.ToArray());
        Assert.Equal(2, kept.Predict([0f, 1f]).Length);
    }

    [Fact]
    public void Cancelling_in_the_middle_of_an_epoch_leaves_earlier_models_as_they_are()
    {
        using var source = new CancellationTokenSource();
        var options = Options(10) with { BatchSize = 1, Cancellation = source.Token, Progress = new Reports(at => { if (at is { Epoch: 2, Step: 2 }) source.Cancel(); }) };
        var models = new List<Model>();
        Assert.ThrowsAny<OperationCanceledException>(() => models.AddRange(Xor().Train(s_xor, options).Select(epoch => epoch.Model)));
        var reference = Xor().Train(s_xor, options with { Cancellation = default, Progress = null }).First().Model;
        Assert.Equal(reference.Parameters, Assert.Single(models).Parameters);
    }

    [Fact]
    public void A_loaded_model_is_the_saved_one()
    {
        string path = Path.Combine(_folder, "xor.safetensors");
        var model = Xor().Fit(s_xor, Options(20)).WithClassNames("same", "different");
        model.Save(path);
        var loaded = Model.Load(path);
        Assert.Equal(model.Network, loaded.Network);
        Assert.Equal(model.Parameters, loaded.Parameters);
        Assert.Equal(["same", "different"], loaded.ClassNames.ToArray());
        Assert.Equal(model.Predict(s_xor.Inputs), loaded.Predict(s_xor.Inputs));
    }

    [Fact]
    public void What_is_no_model_says_so()
    {
        string path = Path.Combine(_folder, "file");
        Assert.Contains(path, Assert.Throws<ModelFileException>(() => Model.Load(path)).Message);
        File.WriteAllText(path, "not a model at all");
        Assert.Throws<ModelFileException>(() => Model.Load(path));
        Xor().Save(path);
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^7]);
        Assert.Throws<ModelFileException>(() => Model.Load(path));
        var weights = SafetensorsFile.Of([StoredTensor.From<float>("w", [1], [1f]).ThrowIfFail()], []).ThrowIfFail();
        Safetensors.WriteFile(path, weights).ThrowIfFail();
        Assert.Contains("weights alone", Assert.Throws<ModelFileException>(() => Model.Load(path)).Message);
        Assert.Throws<ModelFileException>(() => Xor().Save(Path.Combine(_folder, "no", "such", "folder")));
    }

    [Fact]
    public void An_impossible_network_lists_every_fault()
    {
        var error = Assert.Throws<NetworkException>(() => Model.Create(Input(0) >> Dense(-1)));
        Assert.Contains("input1", error.Message);
        Assert.Contains("dense1", error.Message);
        Assert.Equal(2, error.Faults.Length);
        Assert.Throws<NetworkException>(() => NetworkBuilder.Input(4).Reshape(3).Build());
    }

    [Fact]
    public void A_file_of_another_model_is_named()
    {
        string path = Path.Combine(_folder, "xor.safetensors");
        var trained = Xor().Fit(s_xor, Options(5));
        trained.Save(path);
        Assert.Equal(trained.Parameters, Xor(9).WithParametersFrom(path).Parameters);
        var wider = Model.Create(Input(2) >> Dense(9) >> Tanh >> Dense(2));
        Assert.Contains("another model: it has dense1.weight [8, 2] where this model has dense1.weight [9, 2]", Assert.Throws<ModelFileException>(() => wider.WithParametersFrom(path)).Message);
        var shorter = Model.Create(Input(2) >> Dense(8));
        Assert.Contains("it has 4 tensors, this model 2", Assert.Throws<ModelFileException>(() => shorter.WithParametersFrom(path)).Message);
    }

    [Fact]
    public void A_final_softmax_is_learned_as_if_its_loss_had_it()
    {
        var options = Options(20);
        var logits = Xor().Fit(s_xor, options);
        var probabilities = Model.Create(Input(2) >> Dense(8) >> Tanh >> Dense(2) >> Softmax, 1).Fit(s_xor, options);
        Assert.Equal(logits.Parameters, probabilities.Parameters);
        Assert.Equal(logits.Evaluate(s_xor).Loss, probabilities.Evaluate(s_xor).Loss);
        Assert.Equal(1, probabilities.Predict([0f, 1f]).Sum(), 1e-6);
    }

    [Fact]
    public void Probabilities_that_round_to_0_leave_the_loss_finite()
    {
        var far = Examples.Labelled([[-1e4f, 1e4f], [1e4f, -1e4f]], [0, 1], classes: 2);
        foreach (var head in new[] { Softmax(), Sigmoid() })
        {
            var model = Model.Create(Input(2) >> head);
            Assert.Contains(0f, model.Predict(far.Inputs).ToArray());
            Assert.InRange(model.Evaluate(far).Loss, 1e4f, 1e5f);
            var learning = Model.Create(Input(2) >> Dense(2) >> head);
            Assert.DoesNotContain(learning.Fit(far, Options(3)).Parameters.Values.ToArray(), weight => !float.IsFinite(weight));
        }
    }

    [Fact]
    public void Rows_rectangles_and_tensors_are_the_same_examples()
    {
        float[,] rectangle = { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } };
        Assert.Equal(s_xor.Inputs, Examples.Labelled(rectangle, [0, 1, 1, 0], classes: 2).Inputs);
        var rows = Examples.Regression([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]);
        foreach (var same in new[]
        {
            Examples.Regression([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]),
            Examples.Regression(rectangle, new float[,] { { 0 }, { 1 }, { 1 }, { 0 } }),
            Examples.Regression(Tensor.From(rectangle), Tensor.From<float>(0, 1, 1, 0)),
        })
        {
            Assert.Equal(rows.Inputs, same.Inputs);
            Assert.Equal(rows.Targets, same.Targets);
        }
        var model = Xor();
        Assert.Equal(model.Predict(s_xor.Inputs).ToArray(), model.Predict(rectangle).Cast<float>());
        Assert.Equal(model.PredictClasses(s_xor.Inputs), model.PredictClasses([[0, 0], [0, 1], [1, 0], [1, 1]]));
    }

    private static float[] Numbers(ulong seed, int count)
    {
        float[] numbers = new float[count];
        new Key(seed).Normal<float>(numbers);
        return numbers;
    }

    private sealed class Reports(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
