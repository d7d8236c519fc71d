// Learns to continue a novel, character by character, and shows what it makes up:
//   dotnet run -c Release --project examples/Text -- transformer|gru [--steps N] [--minutes M] [--key K]
using System.Globalization;
using Functional.Core;
using Spectre.Console;
using TextExample;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var corpus = Corpus.Read();
TextModel[] models = [TextModel.Transformer(corpus.Alphabet.Length), TextModel.Gru(corpus.Alphabet.Length)];
var model = models.FirstOrDefault(model => model.Name == args.FirstOrDefault("transformer"));
double? Number(string name, double otherwise)
{
    int place = Array.IndexOf(args, name);
    if (place < 0) return otherwise;
    return double.TryParse(args.ElementAtOrDefault(place + 1), out double number) && number > 0 ? number : null;
}

if (model is null || args.Length % 2 == 0 && args.Length > 0 || Number("--steps", model.Steps) is not { } wanted || Number("--minutes", 1e6) is not { } minutes || Number("--key", 1) is not { } seed)
{
    AnsiConsole.MarkupLine($"[red]The first word is {string.Join(" or ", models.Select(model => model.Name))}.[/] After it may come --steps N, --minutes M and --key K, numbers above 0.");
    return 2;
}

var (steps, key) = ((int)wanted, new Key((ulong)seed));
var objective = model.Objective;
AnsiConsole.WriteLine($"Pride and Prejudice: {corpus.Training.Length:N0} characters to learn from, {corpus.HeldOut.Length:N0} held out, {corpus.Alphabet.Length} different ones.");
AnsiConsole.WriteLine($"{model.Name} of {objective.Network.Layout.Size:N0} parameters, {steps:N0} steps of {model.BatchSize} windows of {model.Length} characters; key {seed}.");
AnsiConsole.WriteLine();

var end = Show.Training(TextTraining.Run(model, corpus, key, steps), steps, TimeSpan.FromMinutes(minutes));
if (end.Validation is null)
    AnsiConsole.WriteLine($"Stopped after {end.Step:N0} steps, {end.Elapsed.TotalSeconds:F0} s of training; the rate was on its way down.");
AnsiConsole.WriteLine();
AnsiConsole.WriteLine("What it makes up, at temperature 0.8:");
AnsiConsole.WriteLine();
AnsiConsole.WriteLine(Sampling.Continue(objective.Network, end.Parameters, corpus.Alphabet, "It is a truth", 600, 0.8, key.For("sample")));
return 0;
