using System.Buffers.Binary;
using System.IO.Compression;
using Functional.Core;
using Functional.Properties.Tests.Storage;
using Xunit;

namespace Functional.Properties.Tests;

/// <summary>Images of files made byte by byte after the formats' descriptions.</summary>
public sealed class ImagesTests : IDisposable
{
    // Red, green; blue, white.
    private static readonly byte[] s_colours = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_PNG_is_read_channel_by_channel_row_by_row()
    {
        File.WriteAllBytes(_folder["a.png"], Png(2, 2, s_colours));
        Assert.Equal(Tensor.From<float>([3, 2, 2], [1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1]), Images.Read<float>(_folder["a.png"]).Value());
    }

    [Fact]
    public void A_BMP_is_read_alike()
    {
        File.WriteAllBytes(_folder["a.bmp"], Bmp(2, 2, s_colours));
        Assert.Equal(Tensor.From<double>([3, 2, 2], [1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1]), Images.Read<double>(_folder["a.bmp"]).Value());
    }

    [Fact]
    public void Grey_is_one_channel()
    {
        File.WriteAllBytes(_folder["a.png"], Png(3, 1, [0, 0, 0, 51, 51, 51, 255, 255, 255]));
        Assert.Equal(Tensor.From<float>([1, 1, 3], [0, 0.2f, 1]), Images.Read<float>(_folder["a.png"], channels: 1).Value());
    }

    [Fact]
    public void The_folders_are_the_classes()
    {
        foreach (var (name, shade) in new[] { ("dark/1.png", 0), ("dark/2.PNG", 51), ("bright/x.bmp", 255) })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            byte[] pixels = [.. Enumerable.Repeat((byte)shade, 18)];
            File.WriteAllBytes(_folder[name], name.EndsWith("bmp", StringComparison.Ordinal) ? Bmp(3, 2, pixels) : Png(3, 2, pixels));
        }
        File.WriteAllText(_folder["dark/notes.txt"], "no image");
        var set = Images.Folder<float>(_folder["."], channels: 1).Value();
        Assert.Equal(["bright", "dark"], set.Classes.ToArray());
        Assert.Equal(Shape.Of(3, 1, 2, 3), set.Data.Inputs[0].Shape);
        Assert.Equal([1, 0, 0.2f], Enumerable.Range(0, 3).Select(i => set.Data.Inputs[0][i, 0, 1, 2]));
        Assert.Equal(OneHot.Of<float>([0, 1, 1], 2), set.Data.Targets[0]);

        File.WriteAllBytes(_folder["dark/3.png"], Png(2, 2, s_colours));
        Assert.Contains("3.png: 2 × 2 pixels, needed 3 × 2", Images.Folder<float>(_folder["."]).Error());
        File.WriteAllBytes(_folder["dark/3.png"], [1, 2, 3]);
        Assert.Contains("3.png: no image of a known kind", Images.Folder<float>(_folder["."]).Error());
    }

    [Fact]
    public void What_is_no_set_of_images_is_told()
    {
        Assert.EndsWith($"the folder {_folder["none"]} does not exist.", Images.Folder<float>(_folder["none"]).Error(), StringComparison.Ordinal);
        Assert.Contains("there are none", Images.Folder<float>(_folder["."]).Error());
        Directory.CreateDirectory(_folder["one"]);
        Assert.Contains("there are one with 0", Images.Folder<float>(_folder["."]).Error());
        Assert.Contains("1 (grey) or 3", Images.Read<float>(_folder["a.png"], channels: 2).Error());
        Assert.Contains("there is no such file", Images.Read<float>(_folder["a.png"]).Error());
    }

    [Fact]
    public void A_header_that_promises_too_much_is_refused_before_memory_is_taken()
    {
        byte[] png = Png(2, 2, s_colours);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 1 << 14);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 1 << 14);
        File.WriteAllBytes(_folder["a.png"], png);
        Assert.Contains("pixels are announced, at most", Images.Read<float>(_folder["a.png"]).Error());
    }

    // PNG specification (ISO/IEC 15948): signature; chunks of length, type, data, CRC; rows of RGB behind a filter byte, in a zlib stream.
    internal static byte[] Png(int width, int height, byte[] rgb)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
            for (int row = 0; row < height; row++) zlib.Write([0, .. rgb.AsSpan(row * width * 3, width * 3)]);
        byte[] header = [.. Big(width), .. Big(height), 8, 2, 0, 0, 0];
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    // BITMAPFILEHEADER and BITMAPINFOHEADER; rows from the bottom up, blue first, each padded to 4 bytes.
    private static byte[] Bmp(int width, int height, byte[] rgb)
    {
        int stride = (width * 3 + 3) / 4 * 4;
        byte[] bytes = new byte[54 + stride * height];
        "BM"u8.CopyTo(bytes);
        foreach (var (at, value) in new[] { (2, bytes.Length), (10, 54), (14, 40), (18, width), (22, height), (26, 1 | 24 << 16), (34, stride * height) })
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
        for (int i = 0; i < rgb.Length; i++)
        {
            int pixel = i / 3, row = height - 1 - pixel / width;
            bytes[54 + row * stride + pixel % width * 3 + (2 - i % 3)] = rgb[i];
        }
        return bytes;
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] body = [.. type, .. data];
        uint crc = uint.MaxValue;
        foreach (byte value in body)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ ((crc & 1) == 1 ? 0xEDB88320 : 0);
        }
        return [.. Big(data.Length), .. body, .. Big((int)~crc)];
    }

    private static byte[] Big(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
