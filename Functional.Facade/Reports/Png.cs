using System.Buffers.Binary;

namespace Functional.Facade.Reports;

/// <summary>
/// Small pictures as PNG, bytes in and bytes out. The data are stored, not packed: pictures of a report are of some hundred bytes, and so the same pixels are the same
/// file on every machine and version.
/// </summary>
/// <remarks>W3C, Portable Network Graphics (PNG) Specification; RFC 1950 and RFC 1951 for the stream inside.</remarks>
internal static class Png
{
    private const int Grey = 0, Rgb = 2, Palette = 3, BlockSize = 65535;

    private static readonly uint[] s_crcTable = [.. Enumerable.Range(0, 256).Select(CrcEntry)];

    /// <summary>A picture of shades, a byte a pixel, row by row from the top; 0 is black.</summary>
    public static byte[] OfShades(int width, int height, ReadOnlySpan<byte> shades) => Of(width, height, Grey, shades, [], false);

    /// <summary>A picture of colours, three bytes a pixel: red, green, blue.</summary>
    public static byte[] OfColours(int width, int height, ReadOnlySpan<byte> colours) => Of(width, height, Rgb, colours, [], false);

    /// <summary>A picture of numbers into a palette of at most 256 colours, of three bytes each.</summary>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="places">A byte a pixel.</param>
    /// <param name="palette">The colours.</param>
    /// <param name="isFirstClear">Whether the first colour is nothing: the page shows through.</param>
    public static byte[] OfPalette(int width, int height, ReadOnlySpan<byte> places, ReadOnlySpan<byte> palette, bool isFirstClear) =>
        Of(width, height, Palette, places, palette, isFirstClear);

    /// <summary>A picture as an address that holds it.</summary>
    public static string Address(byte[] picture) => "data:image/png;base64," + Convert.ToBase64String(picture);

    private static byte[] Of(int width, int height, int kind, ReadOnlySpan<byte> pixels, ReadOnlySpan<byte> palette, bool isFirstClear)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n']);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9]) = (8, (byte)kind);
        Chunk(file, "IHDR"u8, header);
        if (!palette.IsEmpty) Chunk(file, "PLTE"u8, palette);
        if (isFirstClear) Chunk(file, "tRNS"u8, [0]);
        Chunk(file, "IDAT"u8, Stored(Rows(height, pixels)));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    // Every row with a byte before it that says how it was filtered: not.
    private static byte[] Rows(int height, ReadOnlySpan<byte> pixels)
    {
        int width = pixels.Length / height;
        byte[] rows = new byte[height * (width + 1)];
        for (int row = 0; row < height; row++) pixels.Slice(row * width, width).CopyTo(rows.AsSpan(row * (width + 1) + 1));
        return rows;
    }

    private static byte[] Stored(ReadOnlySpan<byte> bytes)
    {
        using var stream = new MemoryStream();
        stream.Write([0x78, 0x01]);
        Span<byte> lengths = stackalloc byte[5], sum = stackalloc byte[4];
        for (int start = 0; start < bytes.Length; start += BlockSize)
        {
            var block = bytes[start..Math.Min(start + BlockSize, bytes.Length)];
            lengths[0] = (byte)(start + block.Length == bytes.Length ? 1 : 0);
            BinaryPrimitives.WriteUInt16LittleEndian(lengths[1..], (ushort)block.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(lengths[3..], (ushort)~block.Length);
            stream.Write(lengths);
            stream.Write(block);
        }
        BinaryPrimitives.WriteUInt32BigEndian(sum, Adler(bytes));
        stream.Write(sum);
        return stream.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(name);
        file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(content, Crc(name, uint.MaxValue)));
        file.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes, uint crc)
    {
        foreach (byte each in bytes) crc = s_crcTable[(byte)crc ^ each] ^ (crc >> 8);
        return crc;
    }

    private static uint CrcEntry(int place)
    {
        uint entry = (uint)place;
        for (int bit = 0; bit < 8; bit++) entry = (entry & 1) == 1 ? 0xedb88320 ^ (entry >> 1) : entry >> 1;
        return entry;
    }

    private static uint Adler(ReadOnlySpan<byte> bytes)
    {
        uint low = 1, high = 0;
        foreach (byte each in bytes)
        {
            low = (low + each) % 65521;
            high = (high + low) % 65521;
        }
        return (high << 16) | low;
    }
}
