// Learns a table of measures in stratified five-fold cross-validation, every row held out once:
//   dotnet run -c Release --project examples/Tables [-- iris|wine|cancer|digits] [KEY]
using System.Globalization;
using Functional.Core;
using Spectre.Console;
using TablesExample;

const int folds = 5;
var data = TableData.All.FirstOrDefault(table => table.Name == args.FirstOrDefault("iris"));
if (data is null || args.Length > 2 || !ulong.TryParse(args.ElementAtOrDefault(1) ?? "1", CultureInfo.InvariantCulture, out ulong key))
{
    AnsiConsole.MarkupLine($"[red]The table, {string.Join(", ", TableData.All.Select(table => table.Name))}, and a whole number at most:[/] the key that decides the folds and the starting values, such as 1.");
    return 2;
}

var examples = data.Read();
AnsiConsole.WriteLine($"{data.Name}: {examples.Count:N0} rows of {examples.Inputs.Size / examples.Count} measures, {examples.Width} classes; {folds} stratified folds, key {key}.");
AnsiConsole.WriteLine();
AnsiConsole.WriteLine(data.Create(examples, key).Network.Summary);
AnsiConsole.WriteLine();

var all = Confusion.AdditiveIdentity;
int number = 0;
foreach (var (_, evaluation) in data.CrossValidate(folds, key))
{
    all += evaluation.Confusion;
    AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"fold {++number} of {folds}: {evaluation.Labels.Length} held out, loss {evaluation.Loss:F4}, accuracy {evaluation.Accuracy:P2}, {evaluation.Mistakes.Length} wrong"));
}
AnsiConsole.WriteLine();
string[] names = data.ClassNames;
var counts = new Table().Border(TableBorder.Simple).Title("Classes down, predictions across");
counts.AddColumn("");
foreach (string name in names) counts.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());
for (int row = 0; row < names.Length; row++)
    counts.AddRow([Markup.Escape(names[row]), .. Enumerable.Range(0, names.Length).Select(column => all[row, column] is 0 ? "·" : $"{all[row, column]}")]);
AnsiConsole.Write(counts);
AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"All {folds} folds together: accuracy {all.Accuracy:P2}, F₁ {all.F1(Average.Macro):F4}."));
return 0;
