using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using Xunit;

namespace Functional.Properties.Tests.Reports;

/// <summary>
/// Compiles what reports print, with the compiler of the SDK that runs the tests, and runs it: nothing else tells for sure what a text means. In what is compiled
/// here, <c>Verify</c> keeps what it is given and checks nothing, so that printed statements run as they stand.
/// </summary>
internal static class SnippetCompiler
{
    /// <summary>What each of these statements hands to <c>Verify</c>, in order; all compiled in one go.</summary>
    /// <param name="snippets">The statements, as printed.</param>
    /// <param name="namespaces">The namespaces that they need beside the library's.</param>
    public static object?[] Given(IReadOnlyList<string> snippets, params string[] namespaces)
    {
        string folder = Directory.CreateTempSubdirectory("snippets").FullName;
        try
        {
            var methods = snippets.Select((snippet, i) => $"public static object? S{i}() {{ Verify.Given = null;\n{snippet}\nreturn Verify.Given; }}");
            File.WriteAllText(Path.Combine(folder, "snippets.cs"), $$"""
                using System;
                using System.Collections.Generic;
                using System.Linq;
                {{string.Join('\n', namespaces.Select(name => $"using {name};"))}}
                using Functional.Core;
                using Functional.Properties;
                public static class Snippets
                {
                    static class Verify
                    {
                        public static object? Given;
                        public static void Value(object? value) => Given = value;
                        public static void Case(LayerCase at) => Given = at;
                        public static void Holds(Finding finding) => Given = finding;
                        public static void Layer(Layer layer, VerifyOptions options, params ReadOnlySpan<Shape> inputs) =>
                            Given = options.Points(layer, LanguageExt.Prelude.toSeq(inputs.ToArray()).Strict()).First();
                    }
                    {{string.Join('\n', methods)}}
                }
                """);
            Compile(folder);
            var context = new AssemblyLoadContext("snippets", isCollectible: true);
            using var file = new MemoryStream(File.ReadAllBytes(Path.Combine(folder, "snippets.dll")));
            var compiled = context.LoadFromStream(file).GetType("Snippets")!;
            return [.. snippets.Select((_, i) => compiled.GetMethod($"S{i}", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, null))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compile(string folder)
    {
        var runtime = new DirectoryInfo(Path.GetDirectoryName(typeof(object).Assembly.Location)!);
        string root = runtime.Parent!.Parent!.Parent!.FullName;
        string? compiler = Directory.GetDirectories(Path.Combine(root, "sdk"), $"{Environment.Version.Major}.*")
            .Select(sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll")).Order(StringComparer.Ordinal).LastOrDefault(File.Exists);
        Assert.True(compiler is not null, $"There is no SDK with a compiler in {root}.");
        string[] libraries = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        File.WriteAllLines(Path.Combine(folder, "options.rsp"),
        [
            "-nologo", "-nostdlib", "-target:library", "-langversion:14", "-nullable:enable", "-warn:0", "-out:snippets.dll", "snippets.cs",
            .. libraries.Append(typeof(SnippetCompiler).Assembly.Location).DistinctBy(Path.GetFileName).Select(library => $"-r:\"{library}\""),
        ]);
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (string argument in new[] { compiler!, "-noconfig", "@options.rsp" }) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
    }
}
