using Functional.Core;
using Functional.Core.Storage;
using Functional.Facade;
using LanguageExt.Common;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Core.Losses;
using static Functional.Core.Optimizers;

namespace Functional.Properties.Tests.Documentation;

/// <summary>What docs/training.md shows, run.</summary>
public sealed class TrainingExamples : IDisposable
{
    private static readonly Objective s_objective = Objective.Of((Input(2) >> Dense(8) >> Tanh >> Dense(2)).Build().ToFin().ThrowIfFail(), SoftmaxLogLoss()).ToFin().ThrowIfFail();
    private static readonly Batch<float> s_data = new(
        Tensor.Build<float>([48, 2], at => MathF.Sin(at[0] * (at[1] + 1.3f))), Tensor.Build<float>([48, 2], at => (MathF.Sin(at[0] * 1.3f) > 0 ? 1 : 0) == at[1] ? 1 : 0));

    private readonly string _folder = Directory.CreateTempSubdirectory("functional").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_is_a_sequence()
    {
        var (objective, data, heldOut) = (s_objective, s_data, new MeasuredSet<float>(s_data, Metrics.Accuracy<float>()));

        var optimizer = Adam(0.05);
        var start = objective.Start<float>(optimizer, new Key(42));

        var best = objective.Epochs(optimizer, start, data, batchSize: 16, heldOut)
            .Take(50)
            .UntilNoBetterFor(5, state => state.Validation!.Loss)
            .Best(state => state.Validation!.Loss);

        double accuracy = best.Validation!["accuracy"];

        Assert.InRange(accuracy, 0.9, 1);
    }

    [Fact]
    public void Optimizers_compose()
    {
        var (objective, data) = (s_objective, s_data);

        var optimizer = AdamW(Schedules.Cosine(1e-2, 1e-4, steps: 1000).WarmedUp(20), weightDecay: 0.05)
            .For("*.bias", Adam(1e-2))          // no decay on biases: another optimizer for a group, by the names of its parameters
            .Freeze("dense1.*")                 // and none for the first layer
            .ClippedByNorm(1)
            .Accumulating(4)                    // a step along the mean of four gradients
            .Averaging(0.99);                   // a moving average of the weights beside them

        var last = objective.Epochs(optimizer, objective.Start<float>(optimizer, new Key(1)), data, batchSize: 4).ElementAt(4);
        var smooth = last with { Parameters = optimizer.Average(last) };

        Assert.NotEqual(last.Parameters, smooth.Parameters);
    }

    [Fact]
    public void A_rate_may_follow_from_the_losses_so_far()
    {
        var (objective, data, start) = (s_objective, s_data, s_objective.Start<float>(Adam(0.01), new Key(1)));

        var plateau = new Plateau(Factor: 0.5, Patience: 3);
        var epochs = objective.Epochs(state => Adam(0.01 * plateau.At(state.History.Select(epoch => epoch.Loss))), start, data, batchSize: 16);

        Assert.Equal(3, epochs.ElementAt(2).Epoch);
    }

    [Fact]
    public void Several_inputs()
    {
        string file = Path.Combine(_folder, "two.safetensors");
        var x1 = Tensor.Build<float>([64, 2], at => MathF.Sin(at[0] * (at[1] + 1.3f)));
        var x2 = Tensor.Build<float>([64, 3], at => MathF.Cos(at[0] * (at[1] + 0.7f)));
        var t = Tensor.Build<float>([64, 1], at => x1[at[0], 0] * x2[at[0], 1] + x1[at[0], 1]);

        var pipeline =
            from now in Input("now", 2)
            from before in Input("before", 3)
            from both in Concat(now, before)
            from h in Dense(both, 16)
            from a in Tanh(h)
            from skip in Concat(a, now)                     // around the hidden layer
            from y in Dense(skip, 1)
            select y;                                       // select (y, a) makes two outputs

        Network network = pipeline.Build().ToFin().ThrowIfFail();
        var objective = Objective.Of(network, EuclideanLoss()).ToFin().ThrowIfFail();

        var data = new Batch<float>([x1, x2], [t]);         // [examples, 2] and [examples, 3]; [examples, 1]
        var start = objective.Start<float>(Adam(0.01), new Key(1));
        var best = objective.Epochs(Adam(0.01), start, data, batchSize: 16).Take(200).Best(state => state.Loss);

        Tensor<float> predicted = network.Forward(best.Parameters, [x1, x2], new(best.State)).ThrowIfFail()[0];

        ModelFile.Save(file, new StoredModel<float>(network, best.Parameters, best.State, Notes: default)).ThrowIfFail();

        var stored = ModelFile.Load<float>(file).ThrowIfFail();
        Tensor<float> again = stored.Network.Forward(stored.Parameters, [x1, x2], new(stored.State)).ThrowIfFail()[0];      // the same bits

        Assert.InRange(best.Loss, 0, 0.01);
        Assert.Equal(predicted, again);
        Assert.Contains("Objective.Of", Assert.Throws<ArgumentException>(() => Model.Create(network)).Message, StringComparison.Ordinal);
        Assert.Contains("ModelFile.Load", Assert.Throws<ModelFileException>(() => Model.Load(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_outputs()
    {
        var network = (from v in Input(2) from a in Dense(v, 1) from b in Dense(v, 3) select (a, b)).Build().ToFin().ThrowIfFail();
        var objective = Objective.Of(network, EuclideanLoss(), SoftmaxLogLoss()).ToFin().ThrowIfFail();
        var x = Tensor.Build<float>([4, 2], at => at[0] - at[1]);
        var data = new Batch<float>([x], [Tensor.Build<float>([4, 1], at => at[0]), Tensor.Build<float>([4, 3], at => at[1] == 1 ? 1 : 0)]);

        var losses = objective.Epochs(Adam(0.05), objective.Start<float>(Adam(0.05), new Key(1)), data, batchSize: 4).Take(50).Select(state => state.Loss).ToList();

        Assert.True(losses[^1] < losses[0] / 2);
    }

    [Fact]
    public void A_run_can_be_left_and_taken_up()
    {
        var (objective, data, optimizer, start) = (s_objective, s_data, Adam(0.01), s_objective.Start<float>(Adam(0.01), new Key(1)));
        string file = Path.Combine(_folder, "run.safetensors");

        var state = objective.Steps(optimizer, start, data, batchSize: 16).ElementAt(100);     // in the middle of an epoch
        TrainingFile.Save(file, state).ThrowIfFail();

        var same = TrainingFile.Load<float>(file, objective).ThrowIfFail();
        var next = objective.Epochs(optimizer, same, data, batchSize: 16).First();             // the epoch's other steps, then its end

        Assert.Equal(objective.Epochs(optimizer, state, data, 16).First(), next);
    }

    [Fact]
    public void A_run_that_diverges_says_where()
    {
        var (objective, data, optimizer, start) = (s_objective, s_data, Sgd(3e38), s_objective.Start<float>(Sgd(3e38), new Key(1)));
        string text = "";

        try
        {
            _ = objective.Epochs(optimizer, start, data, batchSize: 16).ElementAt(100);
        }
        catch (ErrorException error) when (error.ToError() is Divergence<float> divergence)
        {
            text = $"step {divergence.Step}, {divergence.Layer}: {divergence.Tensor}; the state before it is of step {divergence.LastGood.Step}";
        }

        Assert.Contains("the state before it is of step", text);
    }

    [Fact]
    public void The_facade_has_it_as_options()
    {
        var examples = Examples.Labelled(s_data.Inputs[0], [.. Enumerable.Range(0, 48).Select(i => s_data.Targets[0][i, 0] == 1 ? 0 : 1)], classes: 2);
        string file = Path.Combine(_folder, "model.run");
        Model model = Model.Create(Input(2) >> Dense(8) >> Tanh >> Dense(2));

        var (training, heldOut) = examples.Split(part: 0.25, seed: 1);
        Model best = model.Fit(training, new()
        {
            Epochs = 200,
            Optimizer = Optimizers.AdamW(Schedules.OneCycle(0.05, steps: 400)).ClippedByNorm(1),
            Validation = heldOut,
            Patience = 10,                      // stop after ten epochs without a better validation loss
            Checkpoint = file,                  // written after every epoch; a run that finds it goes on from it
        });
        double f1 = best.Evaluate(heldOut).Confusion.F1(Average.Macro);

        Assert.InRange(f1, 0.5, 1);
    }

    [Fact]
    public void Metrics_add_up()
    {
        int[] firstLabels = [0, 1, 2], first = [0, 1, 1], secondLabels = [2, 2], second = [2, 0];

        var counts = Confusion.Of(firstLabels, first, classes: 3) + Confusion.Of(secondLabels, second, classes: 3);
        double recall = counts.Recall(Average.Macro);

        Assert.Equal((1 + 1 + 1 / 3.0) / 3, recall, 1e-15);
    }
}
