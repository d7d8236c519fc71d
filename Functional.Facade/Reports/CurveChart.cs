using System.Collections.Immutable;
using System.Globalization;

namespace Functional.Facade.Reports;

/// <summary>A line of a chart: a number for each of some epochs. NaN and infinite ones are gaps.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Style">Its class in the style sheet: <c>a</c> or <c>b</c>.</param>
/// <param name="Points">Epoch and number.</param>
internal sealed record Curve(string Name, string Style, ImmutableArray<(int Epoch, double Value)> Points)
{
    /// <summary>The points that can be drawn.</summary>
    public IEnumerable<(int Epoch, double Value)> Finite => Points.Where(point => double.IsFinite(point.Value));
}

/// <summary>Curves over epochs as a drawing.</summary>
internal static class CurveChart
{
    // Small enough that the letters are still letters on a telephone.
    private const double Width = 440, Height = 290, Left = 56, Right = 14, Top = 34, Bottom = 44;

    /// <summary>The chart.</summary>
    /// <param name="title">What is drawn.</param>
    /// <param name="curves">The lines; those without a finite number are left out.</param>
    /// <param name="isShare">Whether the numbers are shares, shown in per cent.</param>
    public static Html Of(string title, IReadOnlyList<Curve> curves, bool isShare = false)
    {
        Curve[] drawn = [.. curves.Where(curve => curve.Finite.Any())];
        if (drawn.Length == 0) return Html.Of($"<p>{title}: no finite numbers to draw.</p>");
        double[] values = [.. drawn.SelectMany(curve => curve.Finite).Select(point => point.Value)];
        int[] epochs = [.. drawn.SelectMany(curve => curve.Points).Select(point => point.Epoch)];
        Axis x = Axis.Whole(epochs.Min(), epochs.Max()), y = isShare ? Axis.Linear(values.Min(), Math.Min(1, values.Max())) : Axis.For(values);
        string scale = y.IsLogarithmic ? ", logarithmic" : "";
        string told = string.Join("; ", drawn.Select(curve => $"{curve.Name} from {Number(curve.Finite.First().Value, isShare)} to {Number(curve.Finite.Last().Value, isShare)}"));

        string X(double value) => Text(Left + x.Place(value) * (Width - Left - Right));
        string Y(double value) => Text(Height - Bottom - y.Place(value) * (Height - Top - Bottom));
        Html Line(Curve curve) => Html.Join(Runs(curve).Select(run => run.Count == 1
            ? Html.Of($"<circle class=\"dot {curve.Style}\" cx=\"{X(run[0].Epoch)}\" cy=\"{Y(run[0].Value)}\" r=\"3\"/>")
            : Html.Of($"<polyline class=\"curve {curve.Style}\" points=\"{string.Join(' ', run.Select(point => $"{X(point.Epoch)},{Y(point.Value)}"))}\"/>")));

        return Html.Of($"""
            <figure class="chart"><svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{title} over {epochs.Length / drawn.Length} epochs: {told}">
            <text class="title" x="0" y="15">{title}{scale}</text>
            {drawn.Select((curve, place) => Legend(curve, place, drawn.Length))}
            {y.Marks.Select(mark => Html.Of($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(mark)}\" y2=\"{Y(mark)}\"/><text class=\"mark\" x=\"{Left - 7}\" y=\"{Y(mark)}\" dy=\"4\" text-anchor=\"end\">{(isShare ? Axis.Text(Math.Round(mark * 100, 6)) + " %" : Axis.Text(mark))}</text>"))}
            {x.Marks.Select(mark => Html.Of($"<text class=\"mark\" x=\"{X(mark)}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{mark}</text>"))}
            <text class="mark" x="{Left + (Width - Left - Right) / 2}" y="{Height - 6}" text-anchor="middle">epoch</text>
            {drawn.Select(Line)}
            </svg></figure>

            """);
    }

    private static Html Legend(Curve curve, int place, int count)
    {
        double right = Width - Right - (count - 1 - place) * 104;
        return Html.Of($"<line class=\"curve {curve.Style}\" x1=\"{right - 92}\" x2=\"{right - 70}\" y1=\"11\" y2=\"11\"/><text class=\"mark\" x=\"{right - 65}\" y=\"15\">{curve.Name}</text>");
    }

    // Neighbours that can be joined: a gap ends a run.
    private static IEnumerable<List<(int Epoch, double Value)>> Runs(Curve curve)
    {
        List<(int, double)> run = [];
        foreach (var point in curve.Points)
        {
            if (double.IsFinite(point.Value)) run.Add(point);
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }
        if (run.Count > 0) yield return run;
    }

    private static string Number(double value, bool isShare) => value.ToString(isShare ? "P2" : "G4", CultureInfo.InvariantCulture);

    private static string Text(double place) => place.ToString("0.#", CultureInfo.InvariantCulture);
}
