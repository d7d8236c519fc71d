// Trains a convolutional network on MNIST, whose four IDX files lie in a folder, and measures it on the test images after every epoch:
//   dotnet run -c Release --project examples/MnistCnn -- FOLDER [KEY]
using System.Diagnostics;
using System.Globalization;
using Functional.Facade;
using MnistCnnExample;
using Spectre.Console;

if (args.Length is not (1 or 2) || !ulong.TryParse(args.ElementAtOrDefault(1) ?? "1", CultureInfo.InvariantCulture, out ulong key))
{
    AnsiConsole.MarkupLine("[red]A folder is needed:[/] where train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte lie, packed (.gz) or not.");
    AnsiConsole.WriteLine("After it may come a whole number: the key that decides the starting values and the order of the images.");
    return 2;
}

var data = from train in MnistData.Read(args[0], "train")
           from test in MnistData.Read(args[0], "t10k")
           select (Train: train, Test: test);
return data.Match(parts => Run(parts.Train, parts.Test), error =>
{
    AnsiConsole.MarkupLineInterpolated($"[red]{error.Message}[/]");
    return 1;
});

int Run(MnistData train, MnistData test)
{
    AnsiConsole.WriteLine($"{train.Labels.Length:N0} images to learn from, {test.Labels.Length:N0} to be measured by; key {key}.");
    AnsiConsole.WriteLine();
    AnsiConsole.WriteLine(MnistTraining.Create(key).Network.Summary);
    AnsiConsole.WriteLine();
    var clock = Stopwatch.StartNew();
    string Line(Epoch epoch) => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {epoch.Number} of {MnistTraining.Epochs}, loss {epoch.Loss:F4}, test accuracy {MnistTraining.Accuracy(epoch.Model, test):P2}, {clock.Elapsed.TotalSeconds:F0} s");

    if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
    {
        foreach (var epoch in MnistTraining.Start(train, key)) Console.WriteLine(Line(epoch));
        return 0;
    }
    AnsiConsole.Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .Start(context =>
        {
            var task = context.AddTask("training", maxValue: MnistTraining.Epochs);
            foreach (var epoch in MnistTraining.Start(train, key, new Now(at => task.Value = at.Epoch - 1 + at.Step / (double)at.Steps)))
                AnsiConsole.WriteLine(task.Description = Line(epoch));
        });
    return 0;
}

// Progress<T> of the base library reports on another thread, later; a bar should be where the training is.
internal sealed class Now(Action<TrainingProgress> report) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => report(value);
}
