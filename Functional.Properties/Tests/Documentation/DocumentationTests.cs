using System.Text.RegularExpressions;
using Xunit;

namespace Functional.Properties.Tests.Documentation;

/// <summary>What the documents show is compiled and what they point to is there.</summary>
public partial class DocumentationTests
{
    private static readonly string s_root = Root();

    internal static string RootFolder => s_root;

    public static TheoryData<string> Documents =>
        [.. Directory.GetFiles(s_root, "*.md").Concat(Directory.GetFiles(Path.Combine(s_root, "docs"), "*.md")).Select(file => Path.GetRelativePath(s_root, file))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_block_of_CSharp_stands_word_for_word_in_a_compiled_file(string document)
    {
        string[] sources = [.. new[] { "Functional.Properties/Tests/Documentation", "examples", "Functional.Core", "Functional.Facade" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(s_root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Select(file => Squeezed(File.ReadAllText(file)))];
        foreach (Match block in CSharpBlock().Matches(File.ReadAllText(Path.Combine(s_root, document))))
        {
            string code = Squeezed(block.Groups[1].Value);
            Assert.True(sources.Any(source => source.Contains(code, StringComparison.Ordinal)), $"{document} shows code that no compiled file holds:\n{block.Groups[1].Value}");
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_to_a_file_leads_somewhere(string document)
    {
        string folder = Path.GetDirectoryName(Path.Combine(s_root, document))!;
        foreach (Match link in Link().Matches(File.ReadAllText(Path.Combine(s_root, document))))
        {
            string target = link.Groups[1].Value.Split('#')[0];
            if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal)) continue;
            Assert.True(Path.Exists(Path.Combine(folder, target)), $"{document} links to {target}, which is not there.");
        }
    }

    [Theory]
    [InlineData("README.md", "ReadmeExamples.cs")]
    [InlineData("docs/add-a-layer.md", "AddALayerTests.cs")]
    [InlineData("docs/add-a-layer.md", "ScaleLayer.cs")]
    [InlineData("docs/data.md", "DataExamples.cs", "Functional.Properties.Tests.Storage")]
    [InlineData("docs/first-network.md", "FirstNetworkExamples.cs")]
    [InlineData("docs/observing.md", "ObservingExamples.cs", "Microsoft.Extensions.Logging.Abstractions", "static Functional.Core.Layers")]
    [InlineData("docs/regression.md", "RegressionExamples.cs", "Functional.Properties.Tests.Storage")]
    [InlineData("docs/resuming.md", "ResumingExamples.cs", "System.Diagnostics", "static Functional.Core.Layers")]
    [InlineData("docs/training.md", "TrainingExamples.cs")]
    [InlineData("docs/verify-your-layer.md", "ForgetfulScaleLayer.cs")]
    [InlineData("docs/verify-your-layer.md", "VerifyYourLayerTests.cs")]
    public void Every_page_names_the_using_lines_of_its_code(string document, string file, params string[] notShown)
    {
        string text = File.ReadAllText(Path.Combine(s_root, document));
        var needed = File.ReadLines(Path.Combine(s_root, "Functional.Properties/Tests/Documentation", file)).TakeWhile(line => line.Length > 0)
            .Except(notShown.Append("Xunit").Select(name => $"using {name};"));
        Assert.All(needed, line => Assert.Contains(line, text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_blocks_of_the_README_stand_in_one_program_in_their_order()
    {
        string program = Squeezed(File.ReadAllText(Path.Combine(s_root, "Functional.Properties/Tests/Documentation/ReadmeExamples.cs")));
        int place = 0;
        foreach (Match block in CSharpBlock().Matches(File.ReadAllText(Path.Combine(s_root, "README.md"))))
        {
            // The line break before a block may be the one that ends the block before.
            string code = Squeezed(block.Groups[1].Value);
            int found = program.IndexOf(code, place, StringComparison.Ordinal);
            Assert.True(found >= 0, $"ReadmeExamples.cs does not hold this block after those before it:\n{block.Groups[1].Value}");
            place = found + code.Length - 1;
        }
    }

    // Indentation differs between a document and the method that holds the code; nothing else may.
    private static string Squeezed(string text) =>
        "\n" + string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)) + "\n";

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Functional.sln"))) folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
