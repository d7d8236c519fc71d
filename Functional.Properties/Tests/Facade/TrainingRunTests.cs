using Functional.Core;
using Functional.Facade;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests.Facade;

/// <summary>Runs through the facade: early stopping, checkpoints, divergence, measures.</summary>
public sealed class TrainingRunTests : IDisposable
{
    private static readonly Examples s_examples = Labelled(40, 0), s_heldOut = Labelled(15, 3);

    private readonly string _folder = Directory.CreateTempSubdirectory("functional").FullName;

    private string File => Path.Combine(_folder, "run.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static TrainingOptions Options => new() { Epochs = 8, BatchSize = 6, Optimizer = Optimizers.AdamW(Schedules.Cosine(0.05, 0.001, 50)).ClippedByNorm(1), Seed = 3 };

    [Fact]
    public void Patience_ends_a_run_and_the_best_model_is_kept()
    {
        // A rate so large that the validation loss soon rises.
        var options = Options with { Epochs = 100, Optimizer = Optimizers.Sgd(2), Validation = s_heldOut, Patience = 3 };
        var all = Model().Train(s_examples, options).Take(100).ToArray();
        int best = 0, stop = 0;
        for (int i = 0; i < all.Length && stop == 0; i++)
        {
            if (all[i].Validation!.Loss < all[best].Validation!.Loss) best = i;
            if (i - best >= 3) stop = i;
        }
        Assert.InRange(stop, 3, 98);
        Assert.Equal(all[best].Model.Parameters, Model().Fit(s_examples, options).Parameters);
        Assert.Throws<ArgumentException>(() => Model().Fit(s_examples, options with { Validation = null }));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(4, 7)]
    [InlineData(8, 5)]
    public void A_run_cancelled_anywhere_goes_on_from_its_checkpoint_bit_for_bit(int epoch, int step)
    {
        foreach (var validation in new[] { null, s_heldOut })
        {
            string file = File + (validation is null ? "" : "2");
            var options = Options with { Validation = validation };
            var expected = Model().Fit(s_examples, options);
            using var source = new CancellationTokenSource();
            var cancelled = options with { Checkpoint = file, Cancellation = source.Token, Progress = new Reports(at => { if (at.Epoch == epoch && at.Step == step) source.Cancel(); }) };
            Assert.ThrowsAny<OperationCanceledException>(() => Model().Fit(s_examples, cancelled));

            var steps = new List<(int, int)>();
            var resumed = Model().Fit(s_examples, options with { Checkpoint = file, Progress = new Reports(at => steps.Add((at.Epoch, at.Step))) });
            if (steps.Count > 0) Assert.Equal(step == 7 ? (epoch + 1, 1) : (epoch, step + 1), steps[0]);
            Assert.Equal(expected.Parameters, resumed.Parameters);
            // Once more, with nothing left to do.
            Assert.Equal(expected.Parameters, Model().Fit(s_examples, options with { Checkpoint = file }).Parameters);
        }
    }

    [Fact]
    public void The_optimizer_may_follow_from_the_losses_so_far()
    {
        var plateau = new Plateau(0.5, 0, Threshold: 0.9);
        var options = Options with { Validation = s_heldOut, OptimizerFrom = state => Optimizers.Adam(0.01 * plateau.At(state.History.Select(epoch => epoch.Validation))) };
        var epochs = Model().Train(s_examples, options).Take(4).ToArray();
        Assert.Equal([0.01, 0.01, 0.005, 0.0025], epochs.Select(epoch => epoch.State.Rate));
        Assert.Equal(epochs[2].Validation!.Loss, epochs[3].State.History[2].Validation);
        Assert.Equal(epochs[3].Validation!.Accuracy, epochs[3].State.Validation!["accuracy"]);
    }

    [Fact]
    public void A_run_that_diverges_stops_with_the_last_good_model()
    {
        var line = Examples.Regression([[1f], [2f], [3f]], [[1f], [2f], [3f]]);
        var options = new TrainingOptions { BatchSize = 1, Optimizer = Optimizers.Sgd(1e15), Epochs = 10 };
        var error = Assert.Throws<DivergenceException>(() => Functional.Facade.Model.Create(Input(1) >> Dense(1)).Fit(line, options));
        Assert.Contains("training diverged at step ", error.Message);
        Assert.Equal(error.Divergence.LastGood.Parameters.Values, error.LastGood.Parameters.Values);
        Assert.All(error.LastGood.Parameters.Values.ToArray(), w => Assert.True(float.IsFinite(w)));
    }

    [Fact]
    public void A_checkpoint_that_could_not_be_kept_is_told_before_an_epoch_is_learned()
    {
        string nowhere = Path.Combine(File + "-none", "run");
        int steps = 0;
        var error = Assert.Throws<ModelFileException>(() => Model().Fit(s_examples, Options with { Checkpoint = nowhere, Progress = new Reports(_ => steps++) }));
        Assert.Equal($"{nowhere}: the folder {File}-none does not exist.", error.Message);
        Assert.Equal(0, steps);
    }

    [Fact]
    public void A_run_that_was_not_measured_may_be_measured_from_a_checkpoint_on()
    {
        var plain = Options with { Epochs = 3, Checkpoint = File };
        var three = Model().Fit(s_examples, plain);
        Assert.Equal(three.Parameters, Model().Fit(s_examples, plain with { Validation = s_heldOut }).Parameters);
        var epochs = Model().Train(s_examples, plain with { Epochs = 10, Validation = s_heldOut, Patience = 2 }).Take(2).ToArray();
        Assert.Equal([4, 5], epochs.Select(epoch => epoch.Number));
        Assert.All(epochs, epoch => Assert.True(float.IsFinite(epoch.Validation!.Loss)));
    }

    [Fact]
    public void A_batch_may_be_larger_than_the_set()
    {
        var expected = Model().Fit(s_examples, Options with { BatchSize = 40 }).Parameters;
        Assert.Equal(expected, Model().Fit(s_examples, Options with { BatchSize = int.MaxValue }).Parameters);
        Assert.Equal(Model().Fit([s_examples], Options with { BatchSize = 40 }).Parameters, Model().Fit([s_examples], Options with { BatchSize = int.MaxValue }).Parameters);
    }

    [Fact]
    public void Outputs_and_inputs_may_have_any_shape()
    {
        float[][] rows = [[0, 1], [1, 0], [1, 1], [0, 0]], targets = [[1, 2, 3, 4], [2, 3, 4, 5], [3, 4, 5, 6], [0, 0, 1, 1]];
        var examples = Examples.Regression(rows, targets);
        var (flat, matrix) = (Functional.Facade.Model.Create(Input(2) >> Dense(4), 1), Functional.Facade.Model.Create(Input(2) >> Dense(4) >> Reshape([2, 2]), 1));
        var (a, b) = (flat.Fit(examples, Options), matrix.Fit(examples, Options));
        Assert.Equal(a.Parameters.Values, b.Parameters.Values);
        Assert.Equal(a.Evaluate(examples).Loss, b.Evaluate(examples).Loss);
        Assert.Equal(a.Predict([1, 0]), b.Predict([1, 0]));
    }

    [Fact]
    public void A_file_that_is_no_checkpoint_is_said_to_be_none()
    {
        Model().Save(File);
        Assert.Contains(File, Assert.Throws<ModelFileException>(() => Model().Fit(s_examples, Options with { Checkpoint = File })).Message);
    }

    [Fact]
    public void An_evaluation_has_the_measures_of_its_kind()
    {
        var evaluation = Model().Fit(s_examples, Options).Evaluate(s_heldOut);
        Assert.Equal(evaluation.Accuracy, evaluation.Confusion.Accuracy, 1e-12);
        Assert.Equal(evaluation.ConfusionMatrix()[1, 0], evaluation.Confusion[1, 0]);
        Assert.Empty(evaluation.Errors.Columns);
        var line = Examples.Regression([[0f], [1f], [2f], [3f]], [[1f], [3f], [5f], [7f]]);
        var model = Functional.Facade.Model.Create(Input(1) >> Dense(1)).Fit(line, new() { Epochs = 500, BatchSize = 4, Optimizer = Optimizers.Adam(0.1) });
        var errors = model.Evaluate(line).Errors;
        Assert.InRange(errors.RSquared, 0.999, 1);
        Assert.Equal(model.Predict([[0f], [1f], [2f], [3f]]).Select((y, i) => Math.Abs(y[0] - (1.0 + 2 * i))).Average(), errors.MeanAbsolute, 1e-9);
        Assert.Equal(0, model.Evaluate(line).Confusion.Count);
    }

    private static Model Model() => Functional.Facade.Model.Create(Input(3) >> Dense(8) >> Tanh >> Dense(2), 1);

    private static Examples Labelled(int count, int seed) => Examples.Labelled(
        [.. Enumerable.Range(0, count).Select(i => new[] { MathF.Sin(i * 3 + seed), MathF.Cos(i * 5 + seed), MathF.Sin(i * 7) })],
        [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i * 3 + seed) + 0.5f * MathF.Cos(i * 11) > 0 ? 1 : 0)], classes: 2);

    private sealed class Reports(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
