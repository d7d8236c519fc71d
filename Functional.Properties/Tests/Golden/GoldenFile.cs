using System.Text.Json;
using Functional.Core;
using Xunit;

namespace Functional.Properties.Tests.Golden;

/// <summary>The values that libtorch computed, and the comparison with them.</summary>
internal static class GoldenFile
{
    public static JsonElement Root { get; } = Read("libtorch.json");

    public static IEnumerable<JsonElement> Cases { get; } =
        [.. Root.GetProperty("cases").EnumerateArray(), .. Read("libtorch-layers.json").GetProperty("cases").EnumerateArray()];

    public static IEnumerable<JsonElement> Trajectories => Root.GetProperty("trajectories").EnumerateArray();

    private static JsonElement Read(string file) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", file))).RootElement;

    public static Tensor<double> Tensor(this JsonElement element, string name) => element.GetProperty(name).Tensor();

    public static Tensor<double> Tensor(this JsonElement element) => Functional.Core.Tensor.From<double>(
        Shape.Of([.. element.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())]), [.. element.Doubles("data")]);

    public static double[] Doubles(this JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];

    /// <summary>Every element agrees to a relative error, measured by the largest element of its tensor where it is itself nearly 0.</summary>
    public static void Close(Tensor<double> expected, Tensor<double> actual, string what, double tolerance = 1e-10)
    {
        Assert.True(expected.Shape == actual.Shape, $"{what}: expected shape {expected.Shape}, got {actual.Shape}");
        double largest = expected.ToArray().Max(Math.Abs);
        for (int i = 0; i < expected.Size; i++)
        {
            double scale = Math.Max(Math.Abs(expected.Span[i]), 1e-6 * largest);
            Assert.True(
                Math.Abs(expected.Span[i] - actual.Span[i]) <= tolerance * scale,
                $"{what}, element {i}: libtorch {expected.Span[i]:R}, here {actual.Span[i]:R}");
        }
    }
}
