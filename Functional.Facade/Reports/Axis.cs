using System.Collections.Immutable;
using System.Globalization;

namespace Functional.Facade.Reports;

/// <summary>An axis of a chart: its ends, the marks on it, and where a number lies between the ends.</summary>
/// <param name="From">The lower end.</param>
/// <param name="To">The upper end, above the lower.</param>
/// <param name="IsLogarithmic">Whether equal distances are equal ratios.</param>
/// <param name="Marks">Where the marks are, from the lower end to the upper.</param>
internal sealed record Axis(double From, double To, bool IsLogarithmic, ImmutableArray<double> Marks)
{
    private const int Most = 6;

    /// <summary>The share of the axis below a number: 0 at the lower end, 1 at the upper.</summary>
    public double Place(double value) => IsLogarithmic ? Math.Log(value / From) / Math.Log(To / From) : (value - From) / (To - From);

    /// <summary>The number of a mark as text.</summary>
    public static string Text(double mark) => mark.ToString(mark != 0 && Math.Abs(mark) is < 1e-4 or >= 1e6 ? "0.##e0" : "0.######", CultureInfo.InvariantCulture);

    /// <summary>An axis for numbers: logarithmic where they are positive and the largest is more than twenty times the least.</summary>
    public static Axis For(IEnumerable<double> numbers)
    {
        double[] all = [.. numbers];
        var (least, most) = (all.Min(), all.Max());
        return least > 0 && most > 20 * least ? Logarithmic(least, most) : Linear(least, most);
    }

    /// <summary>Marks at 1, 2 or 5 times a power of ten, and ends at marks.</summary>
    public static Axis Linear(double least, double most)
    {
        if (least == most) (least, most) = least == 0 ? (0, 1) : (least - Math.Abs(least) / 2, most + Math.Abs(most) / 2);
        double step = Step((most - least) / (Most - 1));
        // In whole steps, so that a mark at 0.3 is not one at 0.30000000000000004.
        long first = (long)Math.Floor(least / step + 1e-9), last = (long)Math.Ceiling(most / step - 1e-9);
        ImmutableArray<double> marks = [.. Range(first, last).Select(place => Rounded(place * step))];
        return new(marks[0], marks[^1], false, marks);
    }

    /// <summary>Marks at whole numbers only, the ends where the numbers end.</summary>
    public static Axis Whole(int least, int most)
    {
        if (least == most) (least, most) = (least - 1, most + 1);
        int step = (int)Math.Max(1, Step((most - least) / (double)(Most - 1)));
        return new(least, most, false, [.. Range((least + step - 1) / step, most / step).Select(place => (double)place * step)]);
    }

    // The ends at 1, 2 or 5 times a power of ten; the marks too, or at powers of ten only where there are enough of them.
    private static Axis Logarithmic(double least, double most)
    {
        int first = (int)Math.Floor(Math.Log10(least)), last = (int)Math.Ceiling(Math.Log10(most));
        double[] all = [.. Range(first, last).SelectMany(power => new double[] { 1, 2, 5 }.Select(factor => Rounded(factor * Math.Pow(10, power))))];
        int from = Array.FindLastIndex(all, mark => mark <= least), to = Array.FindIndex(all, mark => mark >= most);
        int[] powers = [.. Enumerable.Range(from, to - from + 1).Where(place => place % 3 == 0)];
        int every = (powers.Length + Most - 1) / Most;
        return new(all[from], all[to], true, [.. powers.Length < 3 ? all[from..(to + 1)] : powers.Where((_, place) => place % every == 0).Select(place => all[place])]);
    }

    private static double Step(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return Rounded(power * ((least / power) switch { <= 1 + 1e-9 => 1, <= 2 + 1e-9 => 2, <= 5 + 1e-9 => 5, _ => 10 }));
    }

    private static double Rounded(double number) => double.Parse(number.ToString("G12", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static IEnumerable<long> Range(long first, long last)
    {
        for (long place = first; place <= last; place++) yield return place;
    }
}
