using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Functional.Core;

/// <summary>
/// Names of parameters by a pattern, as a value: <c>*</c> stands for any characters, <c>|</c> separates alternatives. <c>"dense1.*"</c> are all
/// parameters of a layer, <c>"*.bias"</c> all biases, <c>"*"</c> everything. A text is taken as a pattern.
/// </summary>
/// <param name="Pattern">The pattern.</param>
public sealed record Names(string Pattern)
{
    // Which entries of a layout match, looked up once; a layout that nobody holds any more is forgotten.
    private static readonly ConditionalWeakTable<Layout, ConcurrentDictionary<string, bool[]>> s_known = [];

    /// <summary>A text as a pattern.</summary>
    public static implicit operator Names(string pattern) => new(pattern);

    /// <summary>Every name.</summary>
    public static Names All { get; } = new("*");

    /// <summary>Whether a name matches.</summary>
    public bool Match(string name) => Pattern.Split('|').Any(alternative => Match(alternative, name));

    internal bool[] In(Layout layout) => s_known.GetValue(layout, static _ => new()).GetOrAdd(
        Pattern, static (pattern, layout) => [.. layout.Entries.Select(entry => new Names(pattern).Match(entry.Name))], layout);

    internal Fault? Misfit(Layout layout) => layout.Entries.IsEmpty || In(layout).Contains(true)
        ? null
        : new Fault($"the names \"{Pattern}\"", $"a pattern that some parameter has: {string.Join(", ", layout.Entries.Map(entry => entry.Name))}", null, "optimizer");

    // On a mismatch the last star takes one character more (the usual greedy match with one place to go back to).
    private static bool Match(string pattern, string name)
    {
        int p = 0, n = 0, star = -1, from = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*') (star, from) = (p++, n);
            else if (p < pattern.Length && pattern[p] == name[n]) (p, n) = (p + 1, n + 1);
            else if (star >= 0) (p, n) = (star + 1, ++from);
            else return false;
        }
        return pattern.AsSpan(p).TrimStart('*').IsEmpty;
    }
}
