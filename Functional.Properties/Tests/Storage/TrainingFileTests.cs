using Functional.Core;
using Functional.Core.Storage;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

/// <summary>Training states in files: what comes back is what went, and goes on alike; damaged files are errors.</summary>
public sealed class TrainingFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("functional").FullName;

    private string File => Path.Combine(_folder, "run.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_taken_up_from_a_file_goes_on_bit_for_bit_from_anywhere()
    {
        var objective = TrainingSequenceTests.Objective;
        var held = new MeasuredSet<float>(TrainingSequenceTests.HeldOut, Metrics.Accuracy<float>());
        foreach (var optimizer in OptimizerCatalog.All)
        {
            var all = objective.Steps(optimizer, objective.Start<float>(optimizer, new Key(9)), TrainingSequenceTests.Data, 4, held, held).Take(14).ToArray();
            foreach (int i in new[] { 0, 5, 8, 11 })
            {
                TrainingFile.Save(File, all[i]).ThrowIfFail();
                var loaded = TrainingFile.Load<float>(File, objective).ThrowIfFail();
                Assert.Equal(all[i], loaded);
                Assert.Equal(all[i].Elapsed, loaded.Elapsed);
                Assert.Equal(all[13], objective.Steps(optimizer, loaded, TrainingSequenceTests.Data, 4, held, held).ElementAt(12 - i));
            }
        }
    }

    [Fact]
    public void The_state_before_the_first_step_and_doubles_are_kept_too()
    {
        var objective = TrainingSequenceTests.Objective;
        var start = objective.Start<double>(Optimizers.Adam(0.1), new Key(ulong.MaxValue));
        TrainingFile.Save(File, start).ThrowIfFail();
        Assert.Equal(start, TrainingFile.Load<double>(File, objective).ThrowIfFail());
        Assert.Contains("not the numbers that this run computes with", Message(TrainingFile.Load<float>(File, objective)));
    }

    [Fact]
    public void Other_files_are_errors_that_say_what_and_where()
    {
        var objective = TrainingSequenceTests.Objective;
        Assert.Contains(File, Message(TrainingFile.Load<float>(File, objective)));
        TrainingFile.Save(File, objective.Start<float>(Optimizers.Adam(0.1), default)).ThrowIfFail();
        var other = Objective.Of((Input(3) >> Dense(6) >> Tanh >> Dense(2)).Build().ToFin().ThrowIfFail(), Losses.SoftmaxLogLoss()).ToFin().ThrowIfFail();
        Assert.Contains("parameters of another network: \"dense1.weight [5, 3]\", needed dense1.weight [6, 3]", Message(TrainingFile.Load<float>(File, other)));

        var model = new StoredModel<float>(objective.Network, objective.Network.Initialize<float>(default), objective.Network.InitializeState<float>(), default);
        ModelFile.Save(File, model).ThrowIfFail();
        Assert.Contains("not of a training state", Message(TrainingFile.Load<float>(File, objective)));
    }

    [Fact]
    public void Every_flipped_byte_of_the_header_gives_a_state_or_an_error()
    {
        var objective = TrainingSequenceTests.Objective;
        var state = objective.Step(Optimizers.Adam(0.1), objective.Start<float>(Optimizers.Adam(0.1), default), TrainingSequenceTests.Data).ThrowIfFail();
        TrainingFile.Save(File, state).ThrowIfFail();
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        int header = 8 + (int)BitConverter.ToInt64(bytes, 0), refused = 0;
        for (int i = 0; i < header; i++)
        {
            byte[] mutated = [.. bytes];
            mutated[i] ^= (byte)(1 << (i % 7));
            System.IO.File.WriteAllBytes(File, mutated);
            if (TrainingFile.Load<float>(File, objective).IsFail) refused++;
        }
        Assert.InRange(refused, header / 2, header);
        System.IO.File.WriteAllBytes(File, bytes[..^1]);
        Assert.True(TrainingFile.Load<float>(File, objective).IsFail);
    }

    private static string Message<A>(LanguageExt.Fin<A> fin) => fin.Match(_ => "no fault", error => error.Message);
}
