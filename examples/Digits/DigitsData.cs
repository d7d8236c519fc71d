using System.Globalization;
using System.IO.Compression;
using Functional.Facade;

namespace DigitsExample;

/// <summary>The handwritten digits beside the program: 8 × 8 pixels, scaled from 0…16 to 0…1, and their labels.</summary>
public static class DigitsData
{
    /// <summary>Reads them.</summary>
    public static Examples Read()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "digits.csv.gz"));
        using var text = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var rows = new List<float[]>();
        var labels = new List<int>();
        while (text.ReadLine() is { Length: > 0 } line)
        {
            int[] numbers = [.. line.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
            rows.Add([.. numbers[..64].Select(pixel => pixel / 16f)]);
            labels.Add(numbers[64]);
        }
        return Examples.Labelled(rows, labels, classes: 10);
    }
}
