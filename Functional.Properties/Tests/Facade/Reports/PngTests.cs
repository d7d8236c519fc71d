using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using FsCheck.Xunit;
using Functional.Facade.Reports;
using Xunit;

namespace Functional.Properties.Tests.Facade.Reports;

/// <summary>The pictures, read by a reader of its own: chunks, their check sums, and the stream inside by the base library.</summary>
public class PngTests
{
    [Property(MaxTest = 100)]
    public void Shades_and_colours_come_back(byte width, byte height, int seed)
    {
        int columns = width % 40 + 1, rows = height % 40 + 1;
        byte[] pixels = new byte[rows * columns * 3];
        new Random(seed).NextBytes(pixels);
        Assert.Equal((columns, rows, 2, pixels), Read(Png.OfColours(columns, rows, pixels)).Picture, Same);
        Assert.Equal((columns, rows, 0, pixels[..(rows * columns)]), Read(Png.OfShades(columns, rows, pixels.AsSpan(0, rows * columns))).Picture, Same);
    }

    [Fact]
    public void A_picture_of_more_than_one_block_comes_back()
    {
        byte[] pixels = new byte[400 * 400];
        new Random(1).NextBytes(pixels);
        Assert.Equal((400, 400, 0, pixels), Read(Png.OfShades(400, 400, pixels)).Picture, Same);
    }

    [Fact]
    public void A_palette_and_what_is_clear_are_there()
    {
        var (picture, chunks) = Read(Png.OfPalette(2, 1, [0, 1], [1, 2, 3, 4, 5, 6], isFirstClear: true));
        Assert.Equal((2, 1, 3), (picture.Width, picture.Height, picture.Kind));
        Assert.Equal([0, 1], picture.Pixels);
        Assert.Equal(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"], chunks.Select(chunk => chunk.Name));
        Assert.Equal([1, 2, 3, 4, 5, 6], chunks[1].Content);
        Assert.Equal([0], chunks[2].Content);
    }

    private static bool Same((int, int, int, byte[]) left, (int, int, int, byte[]) right) =>
        (left.Item1, left.Item2, left.Item3) == (right.Item1, right.Item2, right.Item3) && left.Item4.AsSpan().SequenceEqual(right.Item4);

    private static ((int Width, int Height, int Kind, byte[] Pixels) Picture, List<(string Name, byte[] Content)> Chunks) Read(byte[] file)
    {
        Assert.Equal(new byte[] { 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a }, file[..8]);
        var chunks = new List<(string Name, byte[] Content)>();
        for (int place = 8; place < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(place));
            chunks.Add((Encoding.ASCII.GetString(file, place + 4, 4), file[(place + 8)..(place + 8 + length)]));
            Assert.Equal(Crc(file.AsSpan(place + 4, 4 + length)), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(place + 8 + length)));
            place += 12 + length;
        }
        byte[] header = chunks[0].Content;
        Assert.Equal((13, 8, 0, 0, 0), (header.Length, header[8], header[10], header[11], header[12]));
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)));
        using var rows = new MemoryStream();
        using (var packed = new ZLibStream(new MemoryStream(chunks.Single(chunk => chunk.Name == "IDAT").Content), CompressionMode.Decompress)) packed.CopyTo(rows);
        byte[] all = rows.ToArray();
        int stride = all.Length / height;
        for (int row = 0; row < height; row++) Assert.Equal(0, all[row * stride]);
        Assert.Equal("IEND", chunks[^1].Name);
        return ((width, height, header[9], [.. Enumerable.Range(0, height).SelectMany(row => all[(row * stride + 1)..((row + 1) * stride)])]), chunks);
    }

    // Bit by bit, as the specification has it.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte each in bytes)
            for (int bit = 0; bit < 8; bit++)
                crc = ((crc ^ (uint)(each >> bit)) & 1) == 1 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
        return ~crc;
    }
}
