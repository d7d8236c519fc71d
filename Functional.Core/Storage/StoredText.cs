namespace Functional.Core.Storage;

/// <summary>What the text of a stored file has to satisfy: it can be written as UTF-8, and it is ordered as its bytes are.</summary>
internal static class StoredText
{
    private const int Shown = 64;

    /// <summary>Orders strings by code point, which is the order of their UTF-8 bytes, in every culture.</summary>
    public static IComparer<string> Order { get; } = Comparer<string>.Create(Compare);

    /// <summary>No half of a surrogate pair stands alone, so that UTF-8 can carry the text.</summary>
    public static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
                return false;

        return true;
    }

    /// <summary>Quotes text that may come from a hostile file: never longer than a line.</summary>
    public static string Quote(string text) =>
        text.Length <= Shown ? $"\"{text}\"" : $"\"{text[..Shown]}…\" ({text.Length} characters)";

    /// <summary>Quotes names, of many the first.</summary>
    public static string Names(IReadOnlyList<string> names) =>
        names.Count == 0 ? "none" : $"{string.Join(", ", names.Take(20).Select(Quote))}{(names.Count > 20 ? ", …" : "")}";

    /// <summary>Lists a shape or sizes, never longer than a line.</summary>
    public static string List<T>(IReadOnlyList<T> values) =>
        $"[{string.Join(", ", values.Take(8))}{(values.Count > 8 ? $", … {values.Count} sizes" : "")}]";

    private static int Compare(string x, string y)
    {
        int same = x.AsSpan().CommonPrefixLength(y);
        return same == x.Length || same == y.Length ? x.Length.CompareTo(y.Length) : Rank(x[same]).CompareTo(Rank(y[same]));
    }

    // UTF-16 puts surrogates below U+E000, though what they stand for lies above U+FFFF.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
