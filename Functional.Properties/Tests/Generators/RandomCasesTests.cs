using System.Text.RegularExpressions;
using FsCheck.Fluent;
using Functional.Core;
using Xunit;

namespace Functional.Properties.Tests.Generators;

/// <summary>A property that fails prints its case as C#, and a line that runs this case of this property and no other.</summary>
public partial class RandomCasesTests
{
    private static readonly string s_document = File.ReadAllText(Path.Combine(Documentation.DocumentationTests.RootFolder, "docs", "verify-your-layer.md"));

    [Fact]
    public void A_failure_over_cases_of_layers_prints_the_case_as_CSharp()
    {
        string message = Assert.Throws<FalsifiedException>(() => RandomCases.Check(Arbitraries.LayerCases(), at => (at.Layer is LossLayer).ToProperty(), 100)).Message;
        Assert.Contains("\nVerify.Case(new LayerCase(new ", message, StringComparison.Ordinal);
        Assert.Contains("\n  Inputs: [Tensor.From<double>([", message, StringComparison.Ordinal);
        Assert.EndsWith($" dotnet test --filter FullyQualifiedName~{nameof(A_failure_over_cases_of_layers_prints_the_case_as_CSharp)}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replay_line_runs_its_case_alone_and_only_of_its_property()
    {
        var (error, tried) = Run("Shapes_are_small", "");
        string line = Line(error!), value = line.Split('=')[1].Split(' ')[0];
        Assert.StartsWith("Shapes_are_small,", value, StringComparison.Ordinal);
        Assert.True(tried > 1);
        Assert.Contains("\nShape.Of(", error, StringComparison.Ordinal);

        var again = Run("Shapes_are_small", "", value);
        Assert.Equal(error!.Split('\n')[1..^1], again.Error!.Split('\n')[1..^1]);
        Assert.Contains("found after 1 and", again.Error, StringComparison.Ordinal);

        foreach (var (test, part) in new[] { ("Shapes_are_small", "still"), ("Shapes_are", ""), ("Other", "") })
            Assert.Equal(tried, Run(test, part, value).Tried);
    }

    [Fact]
    public void The_environment_says_which_case_to_run()
    {
        const string name = "A_name_that_no_other_property_has";
        string? before = Environment.GetEnvironmentVariable(RandomCase.Variable);
        try
        {
            Environment.SetEnvironmentVariable(RandomCase.Variable, $"{name},5,7,9");
            Assert.Equal((1, 20 * Verify.Scale), (Tried(name), Tried("Another")));
        }
        finally
        {
            Environment.SetEnvironmentVariable(RandomCase.Variable, before);
        }

        static int Tried(string test)
        {
            int tried = 0;
            RandomCases.Check(Arbitraries.Keys(), _ => (tried++ >= 0).ToProperty(), 20, test: test);
            return tried;
        }
    }

    [Fact]
    public void The_parts_of_a_test_have_names_of_their_own_that_a_shell_leaves_alone()
    {
        Assert.Equal("Laws_hold/every_element_written", RandomCase.Name("Laws_hold", "every element written"));
        Assert.Equal("Laws/a_b__c", RandomCase.Name("Laws", "a,b;'c"));
        Assert.Equal("Laws/λ", RandomCase.Name("Laws", "λ"));
    }

    [Theory]
    [InlineData("2026,1,4")]
    [InlineData("many")]
    [InlineData(",2026,1,4")]
    [InlineData("Laws,2026,1,4,5")]
    [InlineData("Laws,2026,1,-4")]
    [InlineData("Laws,2026,2,4")]
    [InlineData("Laws,2026,1,4 dotnet test")]
    [InlineData("Others,-1,1,4")]
    public void What_no_report_prints_is_refused(string given)
    {
        Assert.Equal(
            $"The environment variable FUNCTIONAL_REPLAY is \"{given}\"; what a report prints is needed, a property's name and three numbers, such as Losses_are_finite,2026,1,4.",
            Assert.Throws<InvalidOperationException>(() => RandomCase.Of(given, "Laws")).Message);
        Assert.Throws<InvalidOperationException>(() => RandomCases.Check(Arbitraries.Keys(), _ => true.ToProperty(), 1, replay: given, test: "Laws"));
    }

    [Fact]
    public void What_a_report_prints_is_read_and_nothing_is_nothing()
    {
        var one = new RandomCase("Laws/one", ulong.MaxValue, 3, 0);
        Assert.Equal(one, RandomCase.Of($"{one}", "Laws/one"));
        Assert.Null(RandomCase.Of($"{one}", "Laws"));
        Assert.Null(RandomCase.Of("", "Laws"));
        Assert.Null(RandomCase.Of(null, "Laws"));
    }

    [Fact]
    public void The_document_shows_such_a_line()
    {
        string shown = Assert.Single(s_document.Split('\n'), line => line.TrimStart().StartsWith("FUNCTIONAL_REPLAY=", StringComparison.Ordinal)).Trim();
        Assert.Equal(Number().Replace(Line(Run("Shapes_are_small", "").Error!), "0"), Number().Replace(shown, "0"));
    }

    private static (string? Error, int Tried) Run(string test, string part, string? replay = "")
    {
        int tried = 0;
        var error = Record.Exception(() => RandomCases.Check(Arbitraries.Shapes(), shape =>
        {
            tried++;
            return (shape.Size <= 6).ToProperty();
        }, 100, replay: replay, part: part, test: test));
        return (error?.Message, tried);
    }

    private static string Line(string message) => message.Split('\n')[^1]["replay: ".Length..];

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
