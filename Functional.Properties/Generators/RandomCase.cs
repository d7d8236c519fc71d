using System.Globalization;

namespace Functional.Properties;

/// <summary>One random case of one property, as a replay line says it: <c>Losses_are_finite,2026,1,4</c>.</summary>
/// <param name="Property">The name of the property, without characters that a shell would take for its own.</param>
/// <param name="Seed">Where FsCheck draws it from.</param>
/// <param name="Gamma">By how much it goes on; odd.</param>
/// <param name="Size">How large it may be.</param>
internal sealed record RandomCase(string Property, ulong Seed, ulong Gamma, int Size)
{
    /// <summary>The environment variable that holds one.</summary>
    public const string Variable = "FUNCTIONAL_REPLAY";

    /// <summary>A property's name: that of its test, and where a test has several which of them it is.</summary>
    public static string Name(string test, string part) =>
        string.Concat((part.Length == 0 ? test : $"{test}/{part}").Select(letter => char.IsLetterOrDigit(letter) || letter is '/' or '.' or '-' ? letter : '_'));

    /// <summary>The case that is asked for, if it is one of this property.</summary>
    /// <param name="given">What stands in the variable.</param>
    /// <param name="property">The property's name.</param>
    /// <exception cref="InvalidOperationException">It is not what a report prints.</exception>
    public static RandomCase? Of(string? given, string property)
    {
        if (string.IsNullOrEmpty(given)) return null;
        var invariant = CultureInfo.InvariantCulture;
        return given.Split(',') is [{ Length: > 0 } name, var one, var two, var three]
            && ulong.TryParse(one, NumberStyles.None, invariant, out ulong seed) && ulong.TryParse(two, NumberStyles.None, invariant, out ulong gamma) && gamma % 2 == 1
            && int.TryParse(three, NumberStyles.None, invariant, out int size)
            ? name == property ? new(name, seed, gamma, size) : null
            : throw new InvalidOperationException(
                $"The environment variable {Variable} is \"{given}\"; what a report prints is needed, a property's name and three numbers, such as Losses_are_finite,2026,1,4.");
    }

    /// <summary>The line that runs it again, and as few other tests as their names allow.</summary>
    public string Line(string test) => $"{Variable}={this} dotnet test --filter FullyQualifiedName~{test}";

    /// <summary>As it stands in the variable.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Property},{Seed},{Gamma},{Size}");
}
