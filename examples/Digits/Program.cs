// Trains a network on handwritten digits, measures it on digits it has not seen, saves it, and loads it again:
//   dotnet run -c Release --project examples/Digits [-- [dense|residual] [KEY] [--report FILE.html]]
using System.Globalization;
using DigitsExample;
using Functional.Facade;
using SharedExample;
using Spectre.Console;

string? page = args is [.., "--report", var last] ? last : null;
string[] given = page is null ? args : args[..^2];
var training = DigitsTraining.All.FirstOrDefault(choice => choice.Name == given.FirstOrDefault());
string[] rest = training is null ? given : given[1..];
training ??= DigitsTraining.Dense;
if (rest.Length > 1 || !ulong.TryParse(rest.FirstOrDefault("1"), CultureInfo.InvariantCulture, out ulong key))
{
    AnsiConsole.MarkupLine($"[red]The network, {string.Join(" or ", DigitsTraining.All.Select(choice => choice.Name))}, and one whole number at most:[/] the key that decides the split and the starting values, such as 1. Then, if wanted, --report and a file.");
    return 2;
}

AnsiConsole.WriteLine($"1,797 handwritten digits of 8 × 8 pixels, a stratified fifth held out; key {key}.");
AnsiConsole.WriteLine();
AnsiConsole.WriteLine(Model.Create(training.Network, key).Network.Summary);
AnsiConsole.WriteLine();

var (learned, heldOut) = DigitsTraining.Split(key);
var epochs = TrainingView.Run(
    progress => training.Start(key, progress).Epochs, training.Epochs, learned.Count, epoch => epoch.Model.Evaluate(heldOut).Accuracy, every: 5);
var model = epochs[^1].Model;
var evaluation = model.Evaluate(heldOut);
AnsiConsole.WriteLine();
AnsiConsole.WriteLine($"Held-out digits: {heldOut.Count}. Test loss {evaluation.Loss:F4}, accuracy {evaluation.Accuracy:P2}.");
AnsiConsole.WriteLine();
Show.Confusion(evaluation);
Show.Mistakes(heldOut, evaluation, most: 4);

string path = Path.Combine(Path.GetTempPath(), "functional-digits.safetensors");
model.Save(path);
var reloaded = Model.Load(path);
bool same = reloaded.Predict(heldOut.Inputs) == model.Predict(heldOut.Inputs);
AnsiConsole.WriteLine($"Saved to {path} ({new FileInfo(path).Length / 1024} KiB).");
AnsiConsole.WriteLine($"The reloaded model predicts {(same ? "the same, bit for bit" : "something else")}: accuracy {reloaded.Evaluate(heldOut).Accuracy:P2}.");
if (page is not null)
{
    TrainingReport.Of(epochs, heldOut, training.Options(key), learned).SaveHtml(page);
    AnsiConsole.WriteLine($"Report: {Path.GetFullPath(page)}");
}
return same ? 0 : 1;
