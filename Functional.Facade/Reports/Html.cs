using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Functional.Facade.Reports;

/// <summary>
/// A piece of a page. It is made from an interpolated string: what stands there literally is markup, every value put in is text and is escaped, unless it is a
/// piece itself. So nothing a user named can become markup.
/// </summary>
/// <param name="Markup">Well-formed, as HTML and as XML.</param>
internal readonly record struct Html(string Markup)
{
    /// <summary>Nothing.</summary>
    public static Html Empty => new("");

    /// <summary>A piece from an interpolated string.</summary>
    public static Html Of(HtmlText text) => new(text.ToMarkup());

    /// <summary>Pieces one after another.</summary>
    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.Markup)));

    /// <summary>Text as markup that shows it: for content and for quoted attributes.</summary>
    public static string Escaped(string text)
    {
        var markup = new StringBuilder(text.Length);
        // Runes put a replacement in place of half a surrogate pair, which no file could hold.
        foreach (var rune in text.EnumerateRunes())
            _ = rune.Value switch
            {
                '&' => markup.Append("&amp;"),
                '<' => markup.Append("&lt;"),
                '>' => markup.Append("&gt;"),
                '"' => markup.Append("&quot;"),
                '\'' => markup.Append("&#39;"),
                '\n' or '\t' => markup.Append((char)rune.Value),
                < ' ' or (>= 0x7f and < 0xa0) or 0xfffe or 0xffff => markup.Append('\ufffd'),
                _ => markup.Append(rune.ToString()),
            };
        return markup.ToString();
    }
}

/// <summary>Collects an interpolated string for <see cref="Html.Of"/>; numbers are written in the invariant culture.</summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlText(int literalLength, int formattedCount)
{
    private readonly StringBuilder _text = new(literalLength + 16 * formattedCount);

    public void AppendLiteral(string markup) => _text.Append(markup);

    public void AppendFormatted(Html piece) => _text.Append(piece.Markup);

    public void AppendFormatted(IEnumerable<Html> pieces)
    {
        foreach (var piece in pieces) _text.Append(piece.Markup);
    }

    public void AppendFormatted(string? text) => _text.Append(Html.Escaped(text ?? ""));

    public void AppendFormatted<T>(T value, string? format = null) where T : IFormattable =>
        AppendFormatted(value.ToString(format, CultureInfo.InvariantCulture));

    public string ToMarkup() => _text.ToString();
}
