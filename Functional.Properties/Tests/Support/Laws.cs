using System.Runtime.CompilerServices;
using Xunit;

namespace Functional.Properties.Tests;

/// <summary>Laws in tests: one that breaks prints the violations, the case as C#, and the line that runs this case of the theory again.</summary>
internal static class Laws
{
    /// <summary>Fails unless the law holds. For theories over seeds.</summary>
    public static void Hold(Finding finding, int seed, [CallerMemberName] string test = "", [CallerFilePath] string file = "") =>
        Assert.True(finding.Verdict == Verdict.Pass, $"{finding}\n{Replay($"(seed: {seed})", test, file)}");

    /// <summary>The line that runs one case of a theory, by its arguments as the runner shows them.</summary>
    public static string Replay(string arguments, [CallerMemberName] string test = "", [CallerFilePath] string file = "") =>
        $"replay:\n  dotnet test Functional.Properties/Tests --filter 'FullyQualifiedName~{Path.GetFileNameWithoutExtension(file)}.{test}&DisplayName~{Escaped(arguments)}'";

    // What a filter would take for its own.
    private static string Escaped(string text) => string.Concat(text.Select(letter => @"\()&|=!~".Contains(letter) ? $@"\{letter}" : $"{letter}"));
}
