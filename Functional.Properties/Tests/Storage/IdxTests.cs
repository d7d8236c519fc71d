using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;
using Functional.Core.Storage;
using Xunit;

namespace Functional.Properties.Tests.Storage;

public sealed class IdxTests
{
    internal static byte[] Pack(byte[] bytes, CompressionLevel level = CompressionLevel.Optimal)
    {
        using MemoryStream packed = new();
        using (GZipStream stream = new(packed, level))
            stream.Write(bytes);
        return packed.ToArray();
    }

    private static IdxFile Read(string hex) => Idx.Read(Convert.FromHexString(hex)).Get();

    // The label and image files of the format's description: magic 0x00000801 (2049) with 60000 items and 0x00000803
    // (2051) with 60000 images of 28 rows and 28 columns, here with 3 and 2 items.
    [Fact]
    public void The_layouts_of_the_description_are_read()
    {
        byte[] labels = [0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4];
        Assert.Equal(2049, BinaryPrimitives.ReadInt32BigEndian(labels));
        IdxFile label = Idx.Read(labels).Get();
        Assert.Equal((IdxType.UnsignedByte, 3), (label.Type, Assert.Single(label.Sizes)));
        Assert.Equal([5, 0, 4], label.Values<int>().Get());

        byte[] pixels = [.. Enumerable.Range(0, 2 * 28 * 28).Select(i => (byte)i)];
        byte[] images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28, .. pixels];
        Assert.Equal(2051, BinaryPrimitives.ReadInt32BigEndian(images));
        IdxFile image = Idx.Read(images).Get();
        Assert.Equal(new[] { 2, 28, 28 }, image.Sizes.Select(size => (int)size));
        Assert.Equal(pixels.Select(pixel => (float)pixel), image.Values<float>().Get());
        Assert.Equal(image, Idx.Read(Pack(images)).Get());
        Assert.Equal(images, Idx.Write(image));
    }

    [Fact]
    public void Every_type_is_read_big_endian()
    {
        Assert.Equal([1, 255], Read("0000080100000002" + "01FF").Values<double>().Get());
        Assert.Equal([1, -1], Read("0000090100000002" + "01FF").Values<double>().Get());
        Assert.Equal([258, -2], Read("00000B0100000002" + "0102FFFE").Values<double>().Get());
        Assert.Equal([16909060, -2], Read("00000C0100000002" + "01020304FFFFFFFE").Values<double>().Get());
        Assert.Equal([1.5f, float.NaN], Read("00000D0100000002" + "3FC000007FC00000").Values<float>().Get());
        Assert.Equal([-2.5], Read("00000E0100000001" + "C004000000000000").Values<double>().Get());
        Assert.Empty(Read("00000E02000000007FFFFFFF").Values<double>().Get());
    }

    [Fact]
    public void Values_that_do_not_fit_are_refused()
    {
        Assert.Contains("element 1 of Short does not fit System.Byte", Read("00000B0100000002" + "00FF0100").Values<byte>().Error(), StringComparison.Ordinal);
        Assert.Contains("element 0", Read("00000D01000000017FC00000").Values<int>().Error(), StringComparison.Ordinal);
        Assert.Contains("need 6 bytes, given 5", IdxFile.Of(IdxType.Short, [3], new byte[5]).Error(), StringComparison.Ordinal);
        Assert.Contains("1 to 255 sizes", IdxFile.Of(IdxType.Short, [], new byte[2]).Error(), StringComparison.Ordinal);
        Assert.Contains("1 to 255 sizes", IdxFile.Of(IdxType.Short, [-1], default).Error(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "given 0, at byte 0")]
    [InlineData("000008", "given 3, at byte 3")]
    [InlineData("0100080100000000", "begins with 0, 0, given 1, 0, at byte 0")]
    [InlineData("0000070100000000", "unknown type 0x07, at byte 2")]
    [InlineData("00000A0100000000", "unknown type 0x0A, at byte 2")]
    [InlineData("0000080001", "rank must be at least 1, given 0, at byte 3")]
    [InlineData("00000802000000010000", "rank 2 needs 8 bytes of sizes, 6 follow, at byte 10")]
    [InlineData("0000080180000000", "size 0 is 2147483648, at most 2147483647 can be indexed, at byte 4")]
    [InlineData("000008017FFFFFFF", "more bytes than one array can index, at byte 4")]
    [InlineData("00000E037FFFFFFF7FFFFFFF7FFFFFFF", "more bytes than one array can index, at byte 4")]
    [InlineData("00000801000000020A", "need 2 bytes of data, 1 follow, at byte 9")]
    [InlineData("00000801000000020A0B0C", "more follows the 2 bytes that [2] of UnsignedByte need, at byte 10")]
    public void A_file_that_breaks_a_rule_is_refused_at_its_byte_plain_or_packed(string hex, string expected)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.EndsWith(expected + ".", Idx.Read(bytes).Error(), StringComparison.Ordinal);
        if (bytes.Length > 0)
            Assert.EndsWith(expected + ".", Idx.Read(Pack(bytes)).Error(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_gzip_stream_is_refused()
    {
        byte[] packed = Pack([0, 0, 8, 1, 0, 0, 0, 200, .. Enumerable.Range(0, 200).Select(i => (byte)(i * i))]);
        for (int length = 0; length < packed.Length; length++)
            Assert.NotEmpty(Idx.Read(packed.AsMemory(0, length)).Error());

        byte[] checksum = [.. packed];
        checksum[^8] ^= 1;
        Assert.Contains("damaged", Idx.Read(checksum).Error(), StringComparison.Ordinal);
        Assert.NotEmpty(Idx.Read((byte[])[.. packed, 0]).Error());
        Assert.NotEmpty(Idx.Read((byte[])[.. packed, .. "garbage"u8]).Error());
        Assert.NotEmpty(Idx.Read((byte[])[.. packed, .. packed]).Error());
    }

    [Fact]
    public void A_gzip_bomb_takes_no_more_memory_than_its_header_promises()
    {
        byte[] bomb = Pack([0, 0, 8, 1, 0, 0, 0, 16, .. new byte[100_000_000]]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("more follows the 16 bytes", Idx.Read(bomb).Error(), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, bomb.Length + 100_000);
    }

    [Fact]
    public void A_promise_takes_no_memory_before_it_is_kept()
    {
        // 2 139 095 040 bytes are promised, 1 000 000 come.
        byte[] empty = Pack([0, 0, 8, 1, 0x7F, 0x80, 0, 0, .. new byte[1_000_000]]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("need 2139095040 bytes of data, 1000000 follow", Idx.Read(empty).Error(), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_500_000);
        Assert.Contains("1 follow", Idx.Read(Convert.FromHexString("000008017F80000000")).Error(), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_beyond_the_first_piece_is_read_whole()
    {
        byte[] data = new byte[300_001];
        new Random(1).NextBytes(data);
        IdxFile file = IdxFile.Of(IdxType.UnsignedByte, [data.Length], data).Get();
        Assert.Equal(file, Idx.Read(Pack(Idx.Write(file))).Get());
    }

    [Fact]
    public void Files_are_read_from_the_disk_and_errors_name_the_path()
    {
        using Folder folder = new();
        IdxFile file = IdxFile.Of(IdxType.UnsignedByte, [3], new byte[] { 1, 2, 3 }).Get();
        File.WriteAllBytes(folder["a"], Idx.Write(file));
        File.WriteAllBytes(folder["a.gz"], Pack(Idx.Write(file)));
        Assert.Equal(file, Idx.ReadFile(folder["a"]).Get());
        Assert.Equal(file, Idx.ReadFile(folder["a.gz"]).Get());
        Assert.Contains("there is no such file", Idx.ReadFile(folder["none"]).Error(), StringComparison.Ordinal);
        File.WriteAllText(folder["bad"], "no");
        Assert.StartsWith($"{folder["bad"]}: IDX: ", Idx.ReadFile(folder["bad"]).Error(), StringComparison.Ordinal);
    }
}
