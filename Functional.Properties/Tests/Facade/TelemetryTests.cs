using System.Diagnostics;
using System.Diagnostics.Metrics;
using Functional.Core;
using Functional.Facade;
using Microsoft.Extensions.Logging;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests.Facade;

/// <summary>What a run tells loggers, meters and activities: all of it, to those who listen, and nothing that changes the run.</summary>
[Collection("telemetry")]
public sealed class TelemetryTests : IDisposable
{
    private static readonly Examples s_examples = Labelled(40, 0), s_heldOut = Labelled(15, 3);

    private readonly string _folder = Directory.CreateTempSubdirectory("functional").FullName;

    private string File => Path.Combine(_folder, "run.safetensors");

    // Other tests train at the same time; the name of a run tells its measurements from theirs.
    private readonly string _name = Guid.NewGuid().ToString();

    private TrainingOptions Options => new() { Name = _name, Epochs = 3, BatchSize = 16, Optimizer = Optimizers.Adam(0.01), Seed = 3 };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_step_and_epoch_is_measured()
    {
        using var heard = new Heard(_name);
        var epochs = Model().Train(s_examples, Options).Take(3).ToList();

        Assert.Equal(9, heard.Sum("functional.training.steps"));
        Assert.Equal(3 * 40, heard.Sum("functional.training.examples"));
        Assert.Equal(3, heard.Sum("functional.training.epochs"));
        Assert.Equal(9, heard["functional.training.step.duration"].Count);
        Assert.All(heard["functional.training.step.duration"], seconds => Assert.InRange(seconds, 0, 60));
        Assert.Equal(3, heard["functional.training.rate"].Count);
        Assert.All(heard["functional.training.rate"], rate => Assert.InRange(rate, 0.1, 1e12));

        // The mean of the steps' losses, each counting as often as its batch has examples, is the epoch's.
        var losses = heard["functional.training.loss"];
        Assert.Equal(9, losses.Count);
        for (int epoch = 0; epoch < 3; epoch++)
            Assert.Equal(epochs[epoch].Loss, (losses[3 * epoch] * 16 + losses[3 * epoch + 1] * 16 + losses[3 * epoch + 2] * 8) / 40, 1e-6);
        var gradients = heard["functional.training.gradient.norm"];
        Assert.Equal(9, gradients.Count);
        for (int epoch = 0; epoch < 3; epoch++) Assert.Equal(epochs[epoch].State.GradientNorm, gradients[3 * epoch + 2]);
    }

    [Fact]
    public void Names_and_units_are_those_of_the_document()
    {
        var instruments = new List<Instrument>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => { if (instrument.Meter.Name == Telemetry.Name) instruments.Add(instrument); } };
        using var watch = new TrainingWatch(Options, State(), 40, isResumed: false);
        listener.Start();
        string document = System.IO.File.ReadAllText(Path.Combine(Documentation.DocumentationTests.RootFolder, "docs/observing.md"));
        Assert.Equal(7, instruments.Count);
        Assert.All(instruments, instrument =>
        {
            string kind = instrument.GetType().Name.Split('`')[0].ToLowerInvariant();
            Assert.Contains($"| `{instrument.Name}` | {kind} | `{instrument.Unit}` |", document, StringComparison.Ordinal);
            Assert.Matches("^[a-z.]+$", instrument.Name);
            Assert.False(string.IsNullOrEmpty(instrument.Description));
        });
        foreach (var (id, name, level) in TrainingLogEvents()) Assert.Contains($"| {id} | `{name}` | {level} |", document, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_and_its_epochs_are_activities()
    {
        using var heard = new Activities(_name);
        using var outer = new Activity("outer").Start();
        foreach (var epoch in Model().Train(s_examples, Options with { Validation = s_heldOut }).Take(2)) Assert.Same(outer, Activity.Current);
        Assert.Same(outer, Activity.Current);

        Assert.Equal(["functional.epoch", "functional.epoch", "functional.train"], heard.Stopped.Select(activity => activity.OperationName));
        var run = heard.Stopped[^1];
        Assert.Equal(outer.Id, run.ParentId);
        Assert.Equal([40, 16, false], new[] { "functional.examples", "functional.batch.size", "functional.resumed" }.Select(run.GetTagItem));
        for (int i = 0; i < 2; i++)
        {
            var epoch = heard.Stopped[i];
            Assert.Equal(run.Id, epoch.ParentId);
            Assert.Equal([i + 1, 3L * (i + 1), 40], new[] { "functional.epoch", "functional.step", "functional.examples" }.Select(epoch.GetTagItem));
            Assert.All(
                new[] { "functional.loss", "functional.gradient.norm", "functional.learning.rate", "functional.validation.loss", "functional.validation.accuracy" },
                tag => Assert.True(epoch.GetTagItem(tag) is double number && double.IsFinite(number), tag));
            Assert.Equal(ActivityStatusCode.Unset, epoch.Status);
        }
    }

    [Fact]
    public void A_log_tells_of_beginning_epochs_checkpoints_and_resuming()
    {
        var log = new FakeLogger();
        Model().Fit(s_examples, Options with { Logger = log, Validation = s_heldOut, Checkpoint = File, Epochs = 2 });
        Assert.Equal([1, 5, 5, 4], log.Events.Take(4).Select(at => at.Id.Id));
        Assert.Equal([LogLevel.Information, LogLevel.Debug], log.Events.Take(2).Select(at => at.Level));
        Assert.Contains($"{_name}: training begins; {Model().Parameters.Layout.Size} parameters, 40 examples, 3 steps an epoch", log.Events[0].Message);
        Assert.Contains("epoch 1 of 2, loss ", log.Events[3].Message);
        Assert.Contains(File, log.Events[1].Message);

        var again = new FakeLogger();
        Model().Fit(s_examples, Options with { Logger = again, Checkpoint = File });
        Assert.Equal([2, 5, 3], again.Events.Select(at => at.Id.Id));
        Assert.Contains($"goes on from {File}, after step 6, in epoch 3", again.Events[0].Message);
    }

    [Fact]
    public void A_log_and_activities_tell_why_a_run_ended()
    {
        using var heard = new Activities(_name);
        var log = new FakeLogger();
        var line = Examples.Regression([[1f], [2f], [3f]], [[1f], [2f], [3f]]);
        var options = Options with { Logger = log, BatchSize = 1, Optimizer = Optimizers.Sgd(1e15) };
        var error = Assert.Throws<DivergenceException>(() => Functional.Facade.Model.Create(Input(1) >> Dense(1)).Fit(line, options));
        Assert.Equal((8, LogLevel.Error, $"{_name}: {error.Message}"), (log.Events[^1].Id.Id, log.Events[^1].Level, log.Events[^1].Message));
        Assert.All(heard.Stopped.TakeLast(2), activity => Assert.Equal((ActivityStatusCode.Error, typeof(DivergenceException).FullName), (activity.Status, activity.GetTagItem("error.type"))));

        using var source = new CancellationTokenSource();
        var cancelled = Options with { Logger = log, Cancellation = source.Token, Progress = new Reports(at => { if (at.Epoch == 2) source.Cancel(); }) };
        Assert.ThrowsAny<OperationCanceledException>(() => Model().Fit(s_examples, cancelled));
        Assert.Equal((7, $"{_name}: cancelled in epoch 2"), (log.Events[^1].Id.Id, log.Events[^1].Message));
        Assert.All(heard.Stopped.TakeLast(2), activity => Assert.Equal((ActivityStatusCode.Unset, true), (activity.Status, activity.GetTagItem("functional.cancelled"))));

        var patient = Options with { Logger = log, Validation = s_heldOut, Optimizer = Optimizers.Sgd(2), Patience = 2, Epochs = 200 };
        Model().Fit(s_examples, patient);
        Assert.Equal((6, LogLevel.Information), (log.Events[^1].Id.Id, log.Events[^1].Level));
    }

    [Fact]
    public void Listening_changes_no_bit_also_of_a_cancelled_run()
    {
        byte[] Checkpoint(string file)
        {
            using var source = new CancellationTokenSource();
            var options = Options with { Checkpoint = file, Cancellation = source.Token, Progress = new Reports(at => { if (at is { Epoch: 2, Step: 2 }) source.Cancel(); }) };
            Assert.ThrowsAny<OperationCanceledException>(() => Model().Fit(s_examples, options));
            var objective = Objective.Of(Model().Network, Losses.SoftmaxLogLoss()).ToFin().ThrowIfFail();
            // How long it took is no part of a state's value.
            var state = Core.Storage.TrainingFile.Load<float>(file, objective).ThrowIfFail() with { Elapsed = default };
            Core.Storage.TrainingFile.Save(file, state).ThrowIfFail();
            return System.IO.File.ReadAllBytes(file);
        }

        byte[] alone = Checkpoint(File);
        var model = Model().Fit(s_examples, Options);
        using var heard = new Heard(_name);
        using var activities = new Activities(_name);
        Assert.Equal(alone, Checkpoint(File + "2"));
        Assert.Equal(model.Parameters, Model().Fit(s_examples, Options with { Logger = new FakeLogger() }).Parameters);
        Assert.NotEmpty(heard["functional.training.gradient.norm"]);
    }

    [Fact]
    public void A_step_allocates_nothing_whether_or_not_anyone_listens()
    {
        long Allocated()
        {
            using var watch = new TrainingWatch(Options, State(), 40, isResumed: false);
            Steps(watch, 100);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Steps(watch, 10_000);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, Allocated());
        double sum = 0;
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Meter.Name == Telemetry.Name) self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => sum += value);
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => sum += value);
        listener.Start();
        Assert.Equal(0, Allocated());
        Assert.True(sum > 10_000);

        static void Steps(TrainingWatch watch, int count)
        {
            watch.Begin();
            for (int i = 0; i < count; i++)
            {
                watch.Step(0.5f, 16, 1.5);
                watch.Next();
            }
        }
    }

    [Fact]
    public void Without_listeners_there_are_no_activities_and_no_norms()
    {
        Assert.False(TrainingWatch.TakesNorms);
        Assert.False(Telemetry.Activities.HasListeners());
        Assert.Null(Telemetry.Activities.StartActivity("functional.train"));
        using var heard = new Heard(_name);
        Assert.True(TrainingWatch.TakesNorms);
    }

    private static IEnumerable<(int Id, string Name, LogLevel Level)> TrainingLogEvents() =>
        from method in typeof(TrainingLog).GetMethods(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public)
        from message in method.GetCustomAttributes(typeof(LoggerMessageAttribute), false).Cast<LoggerMessageAttribute>()
        select (message.EventId, message.EventName!, message.Level);

    private static TrainingState<float> State() =>
        Objective.Of(Model().Network, Losses.SoftmaxLogLoss()).ToFin().ThrowIfFail().Start<float>(Optimizers.Adam(0.01), new Key(1));

    private static Model Model() => Functional.Facade.Model.Create(Input(3) >> Dense(8) >> Tanh >> Dense(2), 1);

    private static Examples Labelled(int count, int seed) => Examples.Labelled(
        [.. Enumerable.Range(0, count).Select(i => new[] { MathF.Sin(i * 3 + seed), MathF.Cos(i * 5 + seed), MathF.Sin(i * 7) })],
        [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i * 3 + seed) + 0.5f * MathF.Cos(i * 11) > 0 ? 1 : 0)], classes: 2);

    private sealed class Reports(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    // All measurements of one run, in the order in which they came.
    private sealed class Heard : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly Dictionary<string, List<double>> _values = [];

        public Heard(string run)
        {
            _listener.InstrumentPublished = (instrument, self) => { if (instrument.Meter.Name == Telemetry.Name) self.EnableMeasurementEvents(instrument); };
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();

            void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
            {
                if (tags is not [{ Key: "functional.run.name", Value: string name }] || name != run) return;
                lock (_values)
                {
                    if (!_values.TryGetValue(instrument.Name, out var values)) _values[instrument.Name] = values = [];
                    values.Add(value);
                }
            }
        }

        public List<double> this[string name] => _values.GetValueOrDefault(name, []);

        public double Sum(string name) => this[name].Sum();

        public void Dispose() => _listener.Dispose();
    }

    // The activities of one run that have stopped, in order.
    private sealed class Activities : IDisposable
    {
        private readonly ActivityListener _listener;

        public Activities(string run)
        {
            _listener = new()
            {
                ShouldListenTo = source => source.Name == Telemetry.Name,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = activity =>
                {
                    lock (Stopped)
                        if (activity.GetTagItem("functional.run.name") as string == run) Stopped.Add(activity);
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public List<Activity> Stopped { get; } = [];

        public void Dispose() => _listener.Dispose();
    }

    private sealed class FakeLogger : ILogger
    {
        public List<(LogLevel Level, EventId Id, string Message)> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Events.Add((logLevel, eventId, formatter(state, exception)));
    }
}
