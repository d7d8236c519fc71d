using FsCheck.Xunit;
using Functional.Facade.Reports;
using Xunit;

namespace Functional.Properties.Tests.Facade.Reports;

/// <summary>Axes hold their numbers and have a few round marks.</summary>
public class AxisTests
{
    [Property(MaxTest = 300)]
    public void Numbers_lie_between_the_ends_and_marks_are_few_and_in_order(int seed)
    {
        var random = new Random(seed);
        double scale = Math.Pow(10, random.Next(-8, 9)), from = random.Next(3) == 0 ? -1 : 0;
        double[] numbers = [.. Enumerable.Range(0, random.Next(1, 10)).Select(_ => (from + random.NextDouble()) * scale * Math.Pow(10, -4 * random.NextDouble()))];
        var axis = Axis.For(numbers);
        Assert.All(numbers, number => Assert.InRange(axis.Place(number), -1e-6, 1 + 1e-6));
        Assert.InRange(axis.Marks.Length, 2, 10);
        Assert.Equal(axis.Marks.Order(), axis.Marks);
        Assert.All(axis.Marks, mark => Assert.InRange(axis.Place(mark), -1e-9, 1 + 1e-9));
        Assert.True(axis.To > axis.From);
    }

    [Fact]
    public void Marks_are_round()
    {
        Assert.Equal([0.85, 0.9, 0.95, 1], Axis.Linear(0.894, 1).Marks.AsEnumerable());
        Assert.Equal([0, 0.2, 0.4, 0.6, 0.8, 1], Axis.For([0, 1]).Marks.AsEnumerable());
        Assert.Equal([10, 20, 30, 40], Axis.Whole(1, 40).Marks.AsEnumerable());
        Assert.Equal([1, 2, 3], Axis.Whole(1, 3).Marks.AsEnumerable());
        Assert.Equal([0.01, 0.1, 1], Axis.For([0.0051, 1.2]).Marks.AsEnumerable());
        Assert.Equal((0.005, 2.0), (Axis.For([0.0051, 1.2]).From, Axis.For([0.0051, 1.2]).To));
        Assert.Equal([0.05, 0.1, 0.2, 0.5, 1, 2], Axis.For([0.06, 1.3]).Marks.AsEnumerable());
        Assert.False(Axis.For([0.1, 1]).IsLogarithmic);
        Assert.Equal(0.5, Axis.For([0.01, 100]).Place(1), 1e-12);
    }

    [Fact]
    public void One_number_and_none_below_another_have_an_axis()
    {
        Assert.Equal(0.5, Axis.For([3, 3]).Place(3), 0.2);
        Assert.InRange(Axis.Linear(0, 0).Place(0), 0, 1);
        Assert.InRange(Axis.Whole(7, 7).Place(7), 0, 1);
    }

    [Fact]
    public void Marks_are_written_short()
    {
        Assert.Equal(["0", "0.001", "12.5", "-3", "1e-7", "2.5e7"], new[] { 0, 0.001, 12.5, -3, 1e-7, 2.5e7 }.Select(Axis.Text));
    }
}
