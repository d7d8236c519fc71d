// Trains a network on handwritten digits and writes what there is to see of it, as a page and as a picture:
//   dotnet run -c Release --project examples/Report [-- FOLDER]
using DigitsExample;
using Functional.Facade;
using ReportExample;

if (args.Length > 1)
{
    Console.Error.WriteLine("One folder at most: where report.html and report.png are written; by default the current one.");
    return 2;
}
string folder = args.FirstOrDefault(".");
const ulong key = 1;

var training = DigitsTraining.Dense;
var (epochs, heldOut) = training.Start(key);
var report = TrainingReport.Of(epochs, heldOut, training.Options(key), DigitsTraining.Split(key).Training);

string page = Path.Combine(folder, "report.html"), picture = Path.Combine(folder, "report.png");
report.SaveHtml(page);
ReportPicture.Save(report, picture);
Console.WriteLine($"{report.Evaluation.Accuracy:P2} of {heldOut.Count} held-out digits read right.");
Console.WriteLine($"{Path.GetFullPath(page)}, {new FileInfo(page).Length / 1024} KiB");
Console.WriteLine($"{Path.GetFullPath(picture)}, {new FileInfo(picture).Length / 1024} KiB");
return 0;
