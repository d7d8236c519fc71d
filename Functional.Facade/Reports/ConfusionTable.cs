using Functional.Core;

namespace Functional.Facade.Reports;

/// <summary>The confusion matrix as a table, coloured by the share of its row; of many classes only the pairs most often mistaken.</summary>
internal static class ConfusionTable
{
    private const int MostClasses = 40, MostPairs = 20;

    /// <summary>The table.</summary>
    /// <param name="counts">The matrix.</param>
    /// <param name="name">The name of a class.</param>
    public static Html Of(Confusion counts, Func<int, string> name) => counts.Classes <= MostClasses ? Whole(counts, name) : Pairs(counts, name);

    private static Html Whole(Confusion counts, Func<int, string> name)
    {
        int[] classes = [.. Enumerable.Range(0, counts.Classes)];
        long[] labelled = [.. classes.Select(label => classes.Sum(guess => counts[label, guess]))];
        return Html.Of($"""
            <div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix"><table class="matrix">
            <caption>Labels down, predictions across. Colour is the share of the label’s examples: blue for right ones, orange for wrong ones.</caption>
            <thead><tr><td></td>{classes.Select(guess => Html.Of($"<th scope=\"col\">{name(guess)}</th>"))}<th scope="col">recall, %</th></tr></thead>
            <tbody>
            {classes.Select(label => Html.Of($"<tr><th scope=\"row\">{name(label)}</th>{classes.Select(guess => Cell(counts[label, guess], labelled[label], label == guess))}<td class=\"share\">{counts.Recall(label) * 100:0}</td></tr>\n"))}<tr><th scope="row">precision, %</th>{classes.Select(guess => Html.Of($"<td class=\"share\">{counts.Precision(guess) * 100:0}</td>"))}<td></td></tr>
            </tbody></table></div>

            """);
    }

    // Never so dark that the page's own ink could not be read on it, and a single mistake not so pale that it is missed.
    private static Html Cell(long count, long all, bool isRight) => count == 0
        ? Html.Of($"<td class=\"none\">·</td>")
        : Html.Of($"<td style=\"background: rgb(var(--{(isRight ? "hit" : "miss")}) / {(isRight ? 0.42 : 0.18 + 0.3) * (isRight ? count / (double)all : Math.Min(1, 0.4 + count / (double)all)):0.###}\">{count:N0}</td>");

    private static Html Pairs(Confusion counts, Func<int, string> name)
    {
        var pairs = from label in Enumerable.Range(0, counts.Classes)
                    from guess in Enumerable.Range(0, counts.Classes)
                    where label != guess && counts[label, guess] > 0
                    orderby counts[label, guess] descending, label, guess
                    select Html.Of($"<tr><th scope=\"row\">{name(label)}</th><td>{name(guess)}</td><td>{counts[label, guess]:N0}</td></tr>\n");
        return Html.Of($"""
            <table class="rows"><caption>{counts.Classes} classes; the pairs most often mistaken.</caption>
            <thead><tr><th scope="col">label</th><th scope="col">prediction</th><th scope="col">examples</th></tr></thead>
            <tbody>
            {pairs.Take(MostPairs)}</tbody></table>

            """);
    }
}
