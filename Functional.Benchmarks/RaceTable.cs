using System.Text.Json;
using Functional.Core.Kernels;
using TorchSharp;

namespace Functional.Benchmarks;

/// <summary>All races, each in a process of its own: what one case leaves in an allocator or a cache is no other's luck.</summary>
internal static class RaceTable
{
    private static IReadOnlyList<(string Name, Func<IEnumerable<Race>> Make)> All { get; } = [.. KernelRaces.All(), .. MlpRaces.All(), .. LayerRaces.All()];

    /// <summary>Runs every race whose name begins with the filter, and shows and writes what came of it.</summary>
    public static void Run(Options options)
    {
        double peak = Machine.PeakGflops(), bandwidth = Machine.CopyBandwidth();
        string machine = $"{Machine.Name}, {Environment.ProcessorCount} cores; fused multiply-add peak {peak:F1} GFLOPS a core, copy {bandwidth:F1} GB/s";
        Console.WriteLine(machine);
        Console.WriteLine($"{"case",-44} {"threads",7} {"ours µs",12} {"theirs µs",12} {"ratio",7}   spread ours, theirs   reached");
        var outcomes = new List<Outcome>();
        string filter = options["--filter"] ?? "";
        foreach (int threads in options.Threads)
            foreach (string name in All.Select(group => group.Name).Where(name => name.StartsWith(filter, StringComparison.Ordinal) || filter.StartsWith(name, StringComparison.Ordinal)))
                foreach (var outcome in JsonSerializer.Deserialize<Outcome[]>(Options.Child("heat", "--name", name, "--threads", $"{threads}"))!
                    .Where(outcome => outcome.Name.StartsWith(filter, StringComparison.Ordinal)))
                {
                    outcomes.Add(outcome);
                    Console.WriteLine(
                        $"{outcome.Name,-44} {threads,7} {outcome.Ours,12:F1} {outcome.Theirs,12:F1} {outcome.Ratio,7:F2}   " +
                        $"{outcome.OursSpread,8:P0}, {outcome.TheirsSpread,4:P0}        {Share(outcome, peak, bandwidth)}");
                }
        if (options["--json"] is { } file)
            File.WriteAllText(file, JsonSerializer.Serialize(new { machine, peak, bandwidth, date = DateTime.UtcNow, outcomes }, s_indented));
        if (options["--picture"] is { } picture) RacePicture.Save(outcomes, machine, picture);
        if (options["--page"] is { } page) Page.Fill(page, "races", Markdown(outcomes, machine, peak, bandwidth));
        if (options["--readme"] is { } readme) Page.Fill(readme, "races", Ratios(outcomes, machine));
    }

    /// <summary>Draws the picture of a race that was run before, from its JSON.</summary>
    public static void Draw(Options options)
    {
        using var race = JsonDocument.Parse(File.ReadAllText(options["--json"]!));
        RacePicture.Save(
            race.RootElement.GetProperty("outcomes").Deserialize<Outcome[]>()!, race.RootElement.GetProperty("machine").GetString()!, options["--picture"]!);
    }

    /// <summary>One group of races, in this process; the outcomes are the last line that is written.</summary>
    public static void Heat(Options options)
    {
        int threads = options.Threads[0];
        torch.set_num_threads(threads);
        Workers.Count = threads;
        var outcomes = All.Single(group => group.Name == options["--name"]).Make().Select(race => Stopwatches.Run(race, threads)).ToArray();
        Console.WriteLine(JsonSerializer.Serialize(outcomes));
    }

    private static string Markdown(List<Outcome> outcomes, string machine, double peak, double bandwidth)
    {
        int[] threads = [.. outcomes.Select(outcome => outcome.Threads).Distinct()];
        var lines = new List<string>
        {
            "| case |" + string.Concat(threads.Select(count => $" ours, {count} thread{(count > 1 ? "s" : "")} | TorchSharp | ratio |")) + " reached |",
            "|---|" + string.Concat(threads.Select(_ => "---:|---:|---:|")) + "---|",
        };
        foreach (var name in outcomes.GroupBy(outcome => outcome.Name))
        {
            var cells = threads.Select(count => name.FirstOrDefault(outcome => outcome.Threads == count)).Select(outcome =>
                outcome is null ? " | | |" : $" {Time(outcome.Ours)} | {Time(outcome.Theirs)} | **{outcome.Ratio:F2}** |");
            lines.Add($"| `{name.Key}` |{string.Concat(cells)} {Share(name.First(), peak, bandwidth)} |");
        }
        return $"{string.Join('\n', lines)}\n\n{machine}; {DateTime.UtcNow:yyyy-MM-dd}. Reached: with {threads[0]} thread{(threads[0] > 1 ? "s" : "")}.\n";
    }

    /// <summary>The ratios alone: cases of one kind in a row.</summary>
    private static string Ratios(List<Outcome> outcomes, string machine)
    {
        int[] threads = [.. outcomes.Select(outcome => outcome.Threads).Distinct()];
        var lines = new List<string>
        {
            $"| TorchSharp's time / ours |{string.Concat(threads.Select(count => $" {count} thread{(count > 1 ? "s" : "")} |"))}",
            "|---|" + string.Concat(threads.Select(_ => "---|")),
        };
        foreach (var kind in outcomes.GroupBy(Kind))
        {
            var cells = threads.Select(count => string.Join(" · ", kind.Where(outcome => outcome.Threads == count).Select(outcome => $"{outcome.Ratio:F2}")));
            string cases = string.Join(" · ", kind.Select(Case).Where(name => name.Length > 0).Distinct());
            lines.Add($"| `{kind.Key}`{(cases.Length > 0 ? $", {cases}" : "")} | {string.Join(" | ", cells)} |");
        }
        return $"{string.Join('\n', lines)}\n\n{machine}; {DateTime.UtcNow:yyyy-MM-dd}.\n";

        static string Kind(Outcome outcome) =>
            outcome.Name.StartsWith("gemm/", StringComparison.Ordinal) ? "gemm"
            : outcome.Name.StartsWith("layer/", StringComparison.Ordinal) ? outcome.Name
            : outcome.Name.Split("/batch=")[0];
        static string Case(Outcome outcome) =>
            outcome.Name.StartsWith("gemm/", StringComparison.Ordinal) ? outcome.Name[5..]
            : !outcome.Name.StartsWith("layer/", StringComparison.Ordinal) && outcome.Name.Split("/batch=") is [_, var batch] ? $"batch {batch}"
            : "";
    }

    private static string Time(double microseconds) => microseconds switch
    {
        < 100 => $"{microseconds:F1} µs",
        < 10_000 => $"{microseconds:N0} µs",
        _ => $"{microseconds / 1000:F1} ms",
    };

    private static string Share(Outcome outcome, double peak, double bandwidth) =>
        outcome.Flops > 0 ? $"{outcome.Flops / outcome.Ours / 1e3 / ((outcome.Peak > 0 ? outcome.Peak : peak) * outcome.Threads):P0} of peak"
        : outcome.Bytes > 0 ? $"{outcome.Bytes / outcome.Ours / 1e3 / ((outcome.Copy > 0 ? outcome.Copy : bandwidth) * outcome.Threads):P0} of a copy"
        : "";

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };
}
