using LanguageExt;
using LanguageExt.Common;

namespace Functional.Properties.Tests.Storage;

internal static class Results
{
    /// <summary>The value, or a failing test with the error's text.</summary>
    public static A Get<A>(this Fin<A> result) =>
        result.Match(Succ: value => value, Fail: error => throw new Xunit.Sdk.XunitException(error.Message));

    /// <summary>The error's text, or a failing test.</summary>
    public static string Error<A>(this Fin<A> result) =>
        result.Match(Succ: value => throw new Xunit.Sdk.XunitException($"No error, but {value}"), Fail: error => error.Message);
}

/// <summary>An empty folder that goes with the test.</summary>
internal sealed class Folder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("functional-");

    public string this[string name] => Path.Combine(folder.FullName, name);

    public string[] Files => [.. folder.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];

    public void Dispose() => folder.Delete(recursive: true);
}
