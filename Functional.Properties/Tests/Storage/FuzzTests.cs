using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Functional.Core;
using Functional.Core.Storage;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;

namespace Functional.Properties.Tests.Storage;

/// <summary>No damage makes a reader throw, and what it still reads is written and read again as the same.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void Damaged_safetensors_files_never_throw()
    {
        SafetensorsFile file = SafetensorsFile.Of(
            [
                StoredTensor.From<float>("layer.0.weight", [2, 3], [1, 2, 3, 4, 5, 6]).Get(),
                StoredTensor.From<double>("layer.0.bias", [2], [1, 2]).Get(),
                StoredTensor.Of("ä😀\"", StoredDtype.BF16, [0, 7], default).Get(),
                StoredTensor.Of("mask", StoredDtype.Bool, [], new byte[1]).Get(),
                StoredTensor.Of("nibbles", StoredDtype.F4, [4], new byte[2]).Get(),
            ],
            [new("format", "pt"), new("note", "line\nline")]).Get();
        byte[][] files =
        [
            Safetensors.Write(file),
            Safetensors.Write(SafetensorsFile.Empty),
            SafetensorsTests.Raw("""{ "b":{"shape":[1],"dtype":"U8","data_offsets":[3,4]},"a":{"dtype":"I8","shape":[3],"data_offsets":[0,3]} }""", 1, 2, 3, 4),
            SafetensorsTests.Raw("""{"__metadata__":{"":""},"x":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 1, 2, 3, 4),
        ];
        Run("safetensors", number => Repaired(Mutations.Of(files, number), number), bytes => Safetensors.Read(bytes), Safetensors.Write);
    }

    [Fact]
    public void Damaged_IDX_files_never_throw() => Run("IDX", number => Mutations.Of(IdxFiles, number), bytes => Idx.Read(bytes), Idx.Write);

    [Fact]
    public void Damaged_gzip_files_never_throw()
    {
        byte[][] packed = [.. IdxFiles.Select((file, i) => IdxTests.Pack(file, (CompressionLevel)(i % 3)))];
        // Half are damaged outside, half hold damaged content.
        Run(
            "IDX in gzip",
            number => number % 2 == 0 ? Mutations.Of(packed, number) : IdxTests.Pack(Mutations.Of(IdxFiles, number), CompressionLevel.Fastest),
            bytes => Idx.Read(bytes),
            Idx.Write);
    }

    [Fact]
    public void Damaged_CSV_files_never_throw()
    {
        byte[][] files =
        [
            .. new[]
            {
                "island,mass,species\nBiscoe,4.5,gentoo\nDream,3.25,adelie\nBiscoe,-5e-1,gentoo\n",
                "a;b;species\r\n1;\"x;\"\"y\"\"\";p\r\n2;\"line\r\nline\";q\r\n\r\n3;z;p\r\n",
                "\"a\"\t\"species\"\n1\tä😀\n2\tNA\n3\tb",
                "a,species\n1,p\n,q\n2,?\n3,q\n",
            }.Select(Encoding.UTF8.GetBytes),
        ];
        files = [.. files, IdxTests.Pack(files[0]), IdxTests.Pack(files[1], CompressionLevel.Fastest)];
        Run(
            "CSV", number => Mutations.Of(files, number),
            bytes =>
            {
                var options = new CsvOptions { Missing = (MissingValues)(bytes.Length % 3) };
                Stream Open() => new MemoryStream(bytes, writable: false);
                return Csv.Columns("file", Open, ["species"], isLabel: true, options).Bind(columns => Csv.Read<float>("file", Open, columns, options));
            },
            batch =>
            {
                Assert.Equal(batch.Size, batch.Targets[0].Batch);
                Assert.All(Enumerable.Range(0, batch.Size), row => Assert.Equal(1, batch.Targets[0].Example(row).ToArray().Sum()));
                Assert.DoesNotContain(batch.Inputs[0].ToArray(), float.IsInfinity);
            });
    }

    private static byte[][] IdxFiles { get; } =
    [
        [0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3],
        [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, .. new byte[24]],
        [0, 0, 9, 2, 0, 0, 0, 0, 0, 0, 0, 9],
        [0, 0, 0x0B, 1, 0, 0, 0, 2, 1, 2, 3, 4],
        [0, 0, 0x0C, 1, 0, 0, 0, 1, 1, 2, 3, 4],
        [0, 0, 0x0D, 2, 0, 0, 0, 1, 0, 0, 0, 2, .. "12345678"u8],
        [0, 0, 0x0E, 1, 0, 0, 0, 1, .. "12345678"u8],
    ];

    /// <summary>Every other damage within the header gets the length that fits it, so that the JSON beneath is reached.</summary>
    private static byte[] Repaired(byte[] bytes, int number)
    {
        int end = Encoding.Latin1.GetString(bytes).LastIndexOf('}') + 1;
        if (number % 2 == 0 && end > 8)
            BinaryPrimitives.WriteInt64LittleEndian(bytes, end - 8);
        return bytes;
    }

    private void Run<A>(string format, Func<int, byte[]> damaged, Func<byte[], Fin<A>> read, Func<A, byte[]> write) where A : class =>
        Run(format, damaged, read, value => Assert.Equal(value, read(write(value)).Get()));

    private void Run<A>(string format, Func<int, byte[]> damaged, Func<byte[], Fin<A>> read, Action<A> check)
        where A : class
    {
        int whole = 0;
        _ = Parallel.For(0, Mutations.Cases, number =>
        {
            byte[] bytes = damaged(number);
            try
            {
                if (read(bytes).Case is A value)
                {
                    _ = Interlocked.Increment(ref whole);
                    check(value);
                }
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"{format} mutation {number}: {Convert.ToHexString(bytes)}", error);
            }
        });

        output.WriteLine($"{format}: {Mutations.Cases} mutations, {whole} still read.");
        // Both ways are reached, and often, or the corpus is worth nothing.
        Assert.InRange(whole, Mutations.Cases / 200, Mutations.Cases / 2);
    }
}
