using System.Numerics.Tensors;
using Functional.Core;

namespace Functional.Facade.Reports;

/// <summary>Tensors as pictures.</summary>
internal static class Pictures
{
    private const int Largest = 512, MostTiles = 256, Colours = 255;

    // From the darkest blue through white to the darkest red: the ends and the middles of a palette that the colour-blind can read.
    private static readonly (double At, byte R, byte G, byte B)[] s_stops =
        [(0, 33, 102, 172), (0.25, 146, 197, 222), (0.5, 247, 247, 247), (0.75, 244, 165, 130), (1, 178, 24, 43)];

    private static readonly byte[] s_palette = [0, 0, 0, .. Enumerable.Range(0, Colours).SelectMany(Colour)];

    /// <summary>Channels, height and width of an input that is a picture: <c>[h, w]</c>, or <c>[c, h, w]</c> of one or three channels; else <c>null</c>.</summary>
    public static (int Channels, int Height, int Width)? Sizes(Shape shape) => shape.Sizes switch
    {
        [> 1 and <= Largest and var height, > 1 and <= Largest and var width] => (1, height, width),
        [1 or 3, > 1 and <= Largest and var height, > 1 and <= Largest and var width] => (shape[0], height, width),
        _ => null,
    };

    /// <summary>One example as a picture: shades of one channel, colours of three.</summary>
    /// <param name="pixels">Channel by channel, row by row.</param>
    /// <param name="size">Of the picture.</param>
    /// <param name="least">The number that is black.</param>
    /// <param name="most">The number that is white.</param>
    public static byte[] OfExample(ReadOnlySpan<float> pixels, (int Channels, int Height, int Width) size, float least, float most)
    {
        int area = size.Height * size.Width;
        byte[] bytes = new byte[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
            bytes[i % area * size.Channels + i / area] = (byte)(most > least ? Math.Clamp((pixels[i] - least) / (most - least) * 255, 0, 255) : 127);
        return size.Channels == 1 ? Png.OfShades(size.Width, size.Height, bytes) : Png.OfColours(size.Width, size.Height, bytes);
    }

    /// <summary>The weights that meet the input first, a tile for each output where they have the input's shape.</summary>
    public static Weights? OfFirstLayer(Model model)
    {
        int place = model.Network.Layout.Entries.TakeWhile(entry => entry.Shape.Rank < 2).Count();
        if (place == model.Network.Layout.Entries.Count) return null;
        var entry = model.Network.Layout.Entries[place];
        var values = model.Parameters[place];
        int outputs = entry.Shape[0];
        var (height, width) = entry.Shape.Rank > 2 ? (entry.Shape.Size / outputs / entry.Shape[-1], entry.Shape[-1])
            : Sizes(model.InputShape) is var (channels, rows, columns) && entry.Shape[1] == model.InputShape.Size && ReadsInput(model.Network, entry.Name) ? (channels * rows, columns)
            : (outputs, entry.Shape[1]);
        bool isWhole = entry.Shape.Rank == 2 && height == outputs && width == entry.Shape[1];
        int all = isWhole ? 1 : outputs, shown = Math.Min(all, MostTiles), shownHeight = Math.Min(height, Largest), shownWidth = Math.Min(width, Largest);
        float most = Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude(values.Span)), float.Epsilon);
        // As wide as about twice as high, which suits a page.
        int across = Math.Clamp((int)Math.Round(Math.Sqrt(2.0 * shown * shownHeight / shownWidth)), 1, shown), down = (shown + across - 1) / across;
        int pictureWidth = across * (shownWidth + 1) - 1, pictureHeight = down * (shownHeight + 1) - 1;
        byte[] pixels = new byte[pictureWidth * pictureHeight];
        for (int tile = 0; tile < shown; tile++)
            for (int row = 0; row < shownHeight; row++)
                for (int column = 0; column < shownWidth; column++)
                    pixels[(tile / across * (shownHeight + 1) + row) * pictureWidth + tile % across * (shownWidth + 1) + column] =
                        Shade(values.Span[tile * height * width + row * width + column] / most);
        return new(entry.Name, entry.Shape, all, shown, shownHeight, shownWidth, most, pictureWidth, pictureHeight, Png.OfPalette(pictureWidth, pictureHeight, pixels, s_palette, isFirstClear: true));
    }

    /// <summary>All colours of weights in a row, from the least to the largest.</summary>
    public static byte[] Scale => Png.OfPalette(Colours, 1, [.. Enumerable.Range(1, Colours).Select(place => (byte)place)], s_palette, isFirstClear: true);

    // Whether the layer sees the input as it is, at most under another shape.
    private static bool ReadsInput(Network network, string weight)
    {
        var node = network.Nodes.First(node => weight.StartsWith(node.Owner + ".", StringComparison.Ordinal));
        int slot = node.Inputs[0];
        while (network.Nodes.Find(maker => maker.FirstOutput == slot && maker.Layer is FlattenLayer or ReshapeLayer).Case is Node maker) slot = maker.Inputs[0];
        return network.Inputs.Exists(input => input.Slot == slot);
    }

    private static byte Shade(float share) => (byte)(1 + (int)Math.Round((share + 1) / 2 * (Colours - 1)));

    private static IEnumerable<byte> Colour(int place)
    {
        double at = place / (Colours - 1.0);
        int upper = Math.Max(1, Array.FindIndex(s_stops, stop => stop.At >= at));
        var (low, high) = (s_stops[upper - 1], s_stops[upper]);
        double share = (at - low.At) / (high.At - low.At);
        byte Mix(byte from, byte to) => (byte)Math.Round(from + (to - from) * share);
        return [Mix(low.R, high.R), Mix(low.G, high.G), Mix(low.B, high.B)];
    }
}

/// <summary>Weights as a picture of tiles.</summary>
/// <param name="Name">Of the parameter.</param>
/// <param name="Shape">Of the parameter.</param>
/// <param name="All">How many tiles there are.</param>
/// <param name="Shown">How many are shown.</param>
/// <param name="TileHeight">Rows of a tile.</param>
/// <param name="TileWidth">Columns of a tile.</param>
/// <param name="Largest">The largest magnitude: that of the darkest colours.</param>
/// <param name="Width">Of the whole picture.</param>
/// <param name="Height">Of the whole picture.</param>
/// <param name="Picture">As PNG.</param>
internal sealed record Weights(string Name, Shape Shape, int All, int Shown, int TileHeight, int TileWidth, float Largest, int Width, int Height, byte[] Picture);
