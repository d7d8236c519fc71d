using System.Xml.Linq;
using FsCheck.Xunit;
using Functional.Facade.Reports;
using Xunit;

namespace Functional.Properties.Tests.Facade.Reports;

/// <summary>Whatever a user named is text on the page.</summary>
public class HtmlTests
{
    [Property(MaxTest = 300)]
    public void Any_text_comes_back_as_it_was_from_content_and_attributes(string? text)
    {
        var element = XElement.Parse(Html.Of($"<p title=\"{text}\">{text}</p>").Markup, LoadOptions.PreserveWhitespace);
        string expected = string.Concat((text ?? "").EnumerateRunes().Select(rune =>
            rune.Value is < ' ' and not ('\n' or '\t') or (>= 0x7f and < 0xa0) or 0xfffe or 0xffff ? "\ufffd" : rune.ToString()));
        Assert.Equal(expected, element.Value);
        // XML makes spaces of line breaks in attributes.
        Assert.Equal(expected.Replace('\n', ' ').Replace('\t', ' '), element.Attribute("title")!.Value);
    }

    [Fact]
    public void Values_are_escaped_pieces_are_not_and_numbers_are_invariant()
    {
        Assert.Equal("<b>&lt;i&gt;&amp;&quot;&#39;</b>", Html.Of($"<b>{"<i>&\"'"}</b>").Markup);
        Assert.Equal("<ul><li>1</li><li>2</li></ul>", Html.Of($"<ul>{new[] { 1, 2 }.Select(number => Html.Of($"<li>{number}</li>"))}</ul>").Markup);
        Assert.Equal("0.500 1,234", Html.Of($"{0.5:F3} {1234:N0}").Markup);
        Assert.Equal("a\ufffdb\ufffd", Html.Escaped("a\0b\ud800"));
    }
}
