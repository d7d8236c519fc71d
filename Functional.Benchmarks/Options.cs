using System.Diagnostics;
using System.Globalization;

namespace Functional.Benchmarks;

/// <summary>The arguments by name, and how to start this program again.</summary>
internal sealed class Options(string[] arguments)
{
    public string? this[string name] =>
        Array.IndexOf(arguments, name) is >= 0 and var place && place + 1 < arguments.Length ? arguments[place + 1] : null;

    public bool Has(string name) => Array.IndexOf(arguments, name) >= 0;

    public int Number(string name, int otherwise) => this[name] is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public int[] Threads => [.. (this["--threads"] ?? "1").Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))];

    /// <summary>Runs this program in a process of its own and gives the last line it writes.</summary>
    public static string Child(params string[] arguments)
    {
        string self = Environment.ProcessPath!;
        bool hosted = Path.GetFileNameWithoutExtension(self) == "dotnet";
        var start = new ProcessStartInfo(self) { RedirectStandardOutput = true };
        if (hosted) start.ArgumentList.Add(typeof(Options).Assembly.Location);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}.");
        return output.TrimEnd().Split('\n')[^1];
    }
}
