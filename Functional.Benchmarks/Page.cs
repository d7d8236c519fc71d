namespace Functional.Benchmarks;

/// <summary>Pages that carry measured tables, each between a comment with its name and one that ends it.</summary>
internal static class Page
{
    /// <summary>Puts text between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- end of name --&gt;</c> in place of what stands there.</summary>
    public static void Fill(string file, string name, string text)
    {
        string page = File.ReadAllText(file), begin = $"<!-- {name} -->", end = $"<!-- end of {name} -->";
        int from = page.IndexOf(begin, StringComparison.Ordinal), to = page.IndexOf(end, StringComparison.Ordinal);
        if (from < 0 || to < from) throw new InvalidOperationException($"{file} has no place for {name}: a line {begin} and later a line {end}.");
        File.WriteAllText(file, $"{page[..(from + begin.Length)]}\n{text.TrimEnd()}\n{page[to..]}");
    }
}
