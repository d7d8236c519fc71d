using System.Diagnostics;
using Functional.Core;
using Functional.Core.Storage;
using Functional.Facade;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests.Documentation;

/// <summary>What docs/resuming.md shows, run; and a training process that is killed.</summary>
public sealed class ResumingExamples : IDisposable
{
    /// <summary>Makes the test assembly, run as a program, train with a checkpoint until it is killed.</summary>
    public const string Argument = "train-slowly";

    private static readonly Examples s_training = Examples.Labelled(
        [.. Enumerable.Range(0, 60).Select(i => new[] { MathF.Sin(i), MathF.Cos(i * 2) })], [.. Enumerable.Range(0, 60).Select(i => MathF.Sin(i) > 0 ? 1 : 0)], classes: 2);

    private static readonly Model s_untrained = Model.Create(Input(2) >> Dense(8) >> Tanh >> Dropout(0.1) >> Dense(2), 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("functional").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_cancelled_in_the_middle_of_an_epoch_goes_on()
    {
        var (training, untrained, file) = (s_training, s_untrained, Path.Combine(_folder, "run"));

        var options = new TrainingOptions { Epochs = 20, BatchSize = 8, Optimizer = Optimizers.Adam(0.01), Seed = 7, Checkpoint = file };

        Model whole = untrained.Fit(training, options with { Checkpoint = null });     // what an uninterrupted run gives

        using var stop = new CancellationTokenSource();
        var watching = new Watching(at => { if (at is { Epoch: 6, Step: 3 }) stop.Cancel(); });

        try
        {
            untrained.Fit(training, options with { Cancellation = stop.Token, Progress = watching });
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C, a server that shuts down, a time limit: the file now holds step 3 of epoch 6.
        }

        var first = new List<(int, int)>();
        options = options with { Progress = new Watching(at => first.Add((at.Epoch, at.Step))) };

        Model resumed = untrained.Fit(training, options);                              // the same call again: takes up step 4 of epoch 6

        bool isSame = resumed.Parameters == whole.Parameters;                          // true: every weight, every bit

        Assert.Equal((6, 4), first[0]);
        Assert.True(isSame);
    }

    [Fact]
    public void States_may_be_written_at_any_step()
    {
        string file = Path.Combine(_folder, "run");
        var objective = Objective.Of(s_untrained.Network, Losses.SoftmaxLogLoss()).ToFin().ThrowIfFail();
        var (data, optimizer) = (new Batch<float>(s_training.Inputs, s_training.Targets), Optimizers.Adam(0.01));
        var start = objective.Start<float>(optimizer, new Key(3));

        foreach (var state in objective.Steps(optimizer, start, data, batchSize: 8).Take(100))
            if (state.Step % 25 == 0) TrainingFile.Save(file, state).ThrowIfFail();

        var last = TrainingFile.Load<float>(file, objective).ThrowIfFail();
        var next = objective.Epochs(optimizer, last, data, batchSize: 8).First();      // the rest of the epoch that step 100 is in

        Assert.Equal((100L, 12, 4 * 8), (last.Step, last.Epoch, last.Position.Examples));
        Assert.Equal(objective.Epochs(optimizer, start, data, 8).ElementAt(12).Parameters, next.Parameters);
    }

    [Fact]
    public void A_run_killed_again_and_again_gives_the_same_bits()
    {
        string file = Path.Combine(_folder, "run");
        var whole = s_untrained.Fit(s_training, Options(file) with { Checkpoint = null });
        var random = new Random(1);
        int epochs = 0;
        for (int kill = 0; kill < 4; kill++)
        {
            var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
            {
                ArgumentList = { "exec", typeof(ResumingExamples).Assembly.Location, Argument, file },
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };
            using var trainer = Process.Start(start)!;
            // It says each step and waits for an answer; after some, in the middle of an epoch as a rule, it is killed instead.
            int said = random.Next(10, 30);
            for (int line = 1; line <= said; line++)
            {
                Assert.NotNull(trainer.StandardOutput.ReadLine());
                if (line < said) trainer.StandardInput.WriteLine();
            }
            trainer.Kill();
            trainer.WaitForExit();
            // An epoch of 8 steps ends after its last step was answered.
            epochs += (said - 1) / 8;
        }
        var steps = new List<(int Epoch, int)>();
        var last = s_untrained.Fit(s_training, Options(file) with { Progress = new Watching(at => steps.Add((at.Epoch, at.Step))) });
        Assert.Equal(whole.Parameters, last.Parameters);
        Assert.Equal((epochs + 1, 1), steps[0]);
    }

    /// <summary>The program that is killed.</summary>
    internal static void Run(string file) => s_untrained.Fit(s_training, Options(file) with
    {
        Progress = new Watching(at =>
        {
            Console.Out.WriteLine($"{at.Epoch} {at.Step}");
            Console.In.ReadLine();
        }),
    });

    private static TrainingOptions Options(string file) => new() { Epochs = 40, BatchSize = 8, Optimizer = Optimizers.Adam(0.01), Seed = 7, Checkpoint = file };

    private sealed class Watching(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
