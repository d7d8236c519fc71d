// Functional against TorchSharp, the same cases in one process, turn by turn:
//   dotnet run -c Release --project Functional.Benchmarks -- [--threads 1] [--filter train/] [--json results.json]
// A ratio is TorchSharp's median time divided by ours: above 1 we are faster.
using System.Globalization;
using System.Text.Json;
using Functional.Benchmarks;
using TorchSharp;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int threads = int.Parse(Option("--threads") ?? "1", CultureInfo.InvariantCulture);
string filter = Option("--filter") ?? "";
torch.set_num_threads(threads);
Functional.Core.Kernels.Workers.Count = threads;

double peak = Machine.PeakGflops(), bandwidth = Machine.CopyBandwidth();
Console.WriteLine($"{Environment.ProcessorCount} cores; one core's fused multiply-add peak {peak:F1} GFLOPS; copy {bandwidth:F1} GB/s; {threads} thread(s)");
Console.WriteLine($"{"case",-44} {"ours µs",12} {"theirs µs",12} {"ratio",7}   spread ours, theirs");
var outcomes = new List<Outcome>();
foreach (var group in KernelRaces.All().Concat(MlpRaces.All()))
    foreach (var race in group())
    {
        if (!race.Name.StartsWith(filter, StringComparison.Ordinal)) continue;
        var outcome = Stopwatches.Run(race, threads);
        outcomes.Add(outcome);
        string share = race.Name.StartsWith("gemm/", StringComparison.Ordinal)
            ? $"   {2 * Math.Pow(double.Parse(race.Name[5..], CultureInfo.InvariantCulture), 3) / outcome.Ours / 1e3 / (peak * threads):P0} of peak"
            : "";
        Console.WriteLine($"{outcome.Name,-44} {outcome.Ours,12:F1} {outcome.Theirs,12:F1} {outcome.Ratio,7:F2}   {outcome.OursSpread:P0}, {outcome.TheirsSpread:P0}{share}");
    }
if (Option("--json") is { } file)
    File.WriteAllText(file, JsonSerializer.Serialize(new { peak, bandwidth, threads, date = DateTime.UtcNow, outcomes }));

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var place && place + 1 < args.Length ? args[place + 1] : null;
