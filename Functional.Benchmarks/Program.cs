// What Functional costs, beside TorchSharp and by itself. From the repository's root:
//   dotnet run -c Release --project Functional.Benchmarks -- race [--threads 1,2] [--filter train/] [--json FILE] [--picture FILE] [--page FILE] [--readme FILE]
//   ... -- draw --json FILE --picture FILE     the picture again
//   ... -- scaling [--picture FILE] [--page FILE]     time per step over batch, width and depth, and bytes allocated a layer
//   ... -- memory                       peak memory of training mlp-784-512-512-10 at batch 2048, ours and TorchSharp's, a process each
//   ... -- cold                         milliseconds of the first training step of a fresh process
//   ... -- text [transformer|gru] [--steps N] [--schedule N] [--every N]     examples/Text learnt by both: held-out losses side by side
//   ... -- regressions [--write]        our cases against the committed baseline, by ratio to a plain loop timed in the same run
//   ... -- dotnet [arguments]           our cases under BenchmarkDotNet
// A ratio is TorchSharp's median time divided by ours: above 1 we are faster.
using System.Globalization;
using BenchmarkDotNet.Running;
using Functional.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var options = new Options(args);
switch (args.FirstOrDefault("race"))
{
    case "race":
        RaceTable.Run(options);
        return 0;
    case "draw":
        RaceTable.Draw(options);
        return 0;
    case "heat":
        RaceTable.Heat(options);
        return 0;
    case "scaling":
        Scaling.Run(options);
        return 0;
    case "memory":
        Memory.Run(options);
        return 0;
    case "cold":
        ColdStart.Run(options);
        return 0;
    case "text":
        TextRace.Run(options, args.ElementAtOrDefault(1) ?? "transformer");
        return 0;
    case "regressions":
        return Regressions.Run(options);
    case "dotnet":
        BenchmarkSwitcher.FromAssembly(typeof(OwnCases).Assembly).Run(args[1..]);
        return 0;
    default:
        Console.Error.WriteLine($"There is no command '{args[0]}'; there are race, draw, scaling, memory, cold, text, regressions and dotnet.");
        return 2;
}
