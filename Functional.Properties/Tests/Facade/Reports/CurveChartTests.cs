using System.Globalization;
using System.Xml.Linq;
using Functional.Facade.Reports;
using Xunit;

namespace Functional.Properties.Tests.Facade.Reports;

/// <summary>Curves are drawn where their numbers are, with gaps where there are none.</summary>
public class CurveChartTests
{
    [Fact]
    public void What_is_not_finite_is_a_gap_and_a_point_alone_a_dot()
    {
        var chart = Chart(new Curve("loss", "a", [(1, 1), (2, 2), (3, double.NaN), (4, 3), (5, double.PositiveInfinity), (6, 4), (7, 5)]));
        Assert.Equal([2, 2], chart.Descendants("polyline").Select(line => Points(line).Length));
        Assert.Single(chart.Descendants("circle"));
        Assert.Contains("loss from 1 to 5", (string?)chart.Descendants("svg").Single().Attribute("aria-label"));
    }

    [Fact]
    public void Later_is_further_right_and_more_is_higher()
    {
        var chart = Chart(new Curve("a", "a", [(1, 0.1), (2, 0.5), (5, 0.9)]), new Curve("b", "b", [(1, 0.2), (2, 0.1), (5, 0.05)]));
        var lines = chart.Descendants("polyline").Select(Points).ToArray();
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Equal(line.Order(), line));
        Assert.Equal(lines[0].Select(point => point.X), lines[1].Select(point => point.X));
        Assert.Equal(3, (lines[0][2].X - lines[0][1].X) / (lines[0][1].X - lines[0][0].X), 0.01);
        Assert.True(lines[0][0].Y > lines[0][1].Y && lines[0][1].Y > lines[0][2].Y);
        Assert.True(lines[1][0].Y < lines[1][2].Y);
    }

    [Fact]
    public void Without_numbers_it_is_said_that_there_are_none()
    {
        Assert.Contains("no finite numbers", Chart(new Curve("a", "a", [(1, double.NaN)])).Value, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Chart(new Curve("a", "a", [(1, double.NaN)]), new Curve("b", "b", [(1, 1), (2, 2)])).Descendants("polyline"),
            line => (string?)line.Attribute("class") == "curve a");
    }

    private static (double X, double Y)[] Points(XElement line) => [.. ((string)line.Attribute("points")!).Split(' ')
        .Select(point => point.Split(',')).Select(point => (double.Parse(point[0], CultureInfo.InvariantCulture), double.Parse(point[1], CultureInfo.InvariantCulture)))];

    private static XElement Chart(params Curve[] curves) => XElement.Parse(CurveChart.Of("title", curves).Markup);
}
