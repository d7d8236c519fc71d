using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;
using LanguageExt;
using LanguageExt.Common;

namespace Functional.Core.Storage;

/// <summary>
/// The IDX format of the MNIST data (Y. LeCun, "THE MNIST DATABASE of handwritten digits", section "FILE FORMATS"): the
/// bytes 0, 0, type, rank; rank sizes of 4 bytes; then the elements in row-major order, all big-endian. It is read
/// plain or compressed by gzip, which its magic 1F 8B tells.
/// </summary>
/// <remarks>Every file that breaks a rule is refused with a text that names the fault and its byte, counted after decompression.</remarks>
public static class Idx
{
    private const int Magic = 4;

    // What is decompressed before the buffer first grows.
    private const int Piece = 1 << 16;

    /// <summary>
    /// Reads a file held in memory. A plain one is not copied: nobody may change <paramref name="bytes"/> afterwards. Of a
    /// compressed one no more is decompressed than its header promises and one byte, into memory that grows with what came.
    /// </summary>
    /// <param name="bytes">The whole file.</param>
    /// <returns>The content, or an error naming the fault and the byte offset where it lies.</returns>
    public static Fin<IdxFile> Read(ReadOnlyMemory<byte> bytes) =>
        bytes.Span is [0x1F, 0x8B, ..] ? Inflate(bytes) : Plain(bytes);

    /// <summary>Reads a file, plain or compressed by gzip whatever its name ends with.</summary>
    /// <param name="path">Where it lies.</param>
    /// <returns>The content, or an error of the file system or of the format, with the path.</returns>
    public static Fin<IdxFile> ReadFile(string path) =>
        FileAccessError.In(path, FileBytes.Read(path).Bind(bytes => Read(bytes)));

    /// <summary>Writes a file to memory, uncompressed.</summary>
    /// <param name="file">The content.</param>
    /// <returns>The bytes.</returns>
    public static byte[] Write(IdxFile file)
    {
        int header = Magic + (4 * file.Sizes.Length);
        byte[] bytes = new byte[header + file.Data.Length];
        bytes[2] = (byte)file.Type;
        bytes[3] = (byte)file.Sizes.Length;
        for (int i = 0; i < file.Sizes.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(Magic + (4 * i)), file.Sizes[i]);
        file.Data.CopyTo(bytes.AsMemory(header));
        return bytes;
    }

    internal static Error Refuse(string message, long at) => Error.New($"IDX: {message}, at byte {at}.");

    private static Fin<IdxFile> Plain(ReadOnlyMemory<byte> bytes)
    {
        Fin<Header> read = Header.Of(bytes.Span);
        if (read.Case is not Header header)
            return (Error)read;

        long given = bytes.Length - header.Length;
        return given < header.Promised ? TooShort(header, given)
            : given > header.Promised ? TooLong(header)
            : IdxFile.Of(header.Type, header.Sizes, bytes[header.Length..]);
    }

    private static Fin<IdxFile> Inflate(ReadOnlyMemory<byte> bytes)
    {
        using MemoryStream packed = new(bytes.ToArray(), writable: false);
        using GZipStream stream = new(packed, CompressionMode.Decompress);
        long inflated = 0;
        try
        {
            byte[] start = new byte[Magic + (4 * byte.MaxValue)];
            int got = stream.ReadAtLeast(start.AsSpan(0, Magic), Magic, throwOnEndOfStream: false);
            if (got == Magic)
                got += stream.ReadAtLeast(start.AsSpan(Magic, 4 * start[3]), 4 * start[3], throwOnEndOfStream: false);
            inflated = got;

            Fin<Header> read = Header.Of(start.AsSpan(0, got));
            if (read.Case is not Header header)
                return (Error)read;

            byte[] data = new byte[Math.Min(Piece, header.Promised)];
            int filled = 0;
            while (true)
            {
                filled += stream.ReadAtLeast(data.AsSpan(filled), data.Length - filled, throwOnEndOfStream: false);
                inflated = header.Length + filled;
                if (filled < data.Length)
                    return TooShort(header, filled);
                if (filled == header.Promised)
                    break;
                Array.Resize(ref data, (int)Math.Min(2L * data.Length, header.Promised));
            }

            // Reading on to the end has the checksum compared; the length at the very end tells that nothing follows it.
            if (stream.ReadByte() >= 0)
                return TooLong(header);
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[^4..]) != (uint)inflated)
                return Refuse("the file does not end with the length of what was compressed: it was cut off, or more follows", inflated);
            return IdxFile.Of(header.Type, header.Sizes, data);
        }
        catch (InvalidDataException error)
        {
            return Refuse($"the gzip stream is damaged ({error.Message.TrimEnd('.')})", inflated);
        }
    }

    private static Error TooShort(Header header, long given) =>
        Refuse($"{StoredText.List(header.Sizes)} of {header.Type} need {header.Promised} bytes of data, {given} follow", header.Length + given);

    private static Error TooLong(Header header) =>
        Refuse($"more follows the {header.Promised} bytes that {StoredText.List(header.Sizes)} of {header.Type} need", header.Length + header.Promised);

    private sealed record Header(IdxType Type, ImmutableArray<int> Sizes, long Promised)
    {
        public int Length => Magic + (4 * Sizes.Length);

        public static Fin<Header> Of(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length < Magic)
                return Refuse($"a file begins with {Magic} bytes of magic, given {bytes.Length}", bytes.Length);
            if (bytes is not [0, 0, ..])
                return Refuse($"a file begins with 0, 0, given {bytes[0]}, {bytes[1]}", 0);
            IdxType type = (IdxType)bytes[2];
            if (!Enum.IsDefined(type))
                return Refuse($"unknown type 0x{bytes[2]:X2}", 2);
            int rank = bytes[3];
            if (rank == 0)
                return Refuse("the rank must be at least 1, given 0", 3);
            if (bytes.Length < Magic + (4 * rank))
                return Refuse($"rank {rank} needs {4 * rank} bytes of sizes, {bytes.Length - Magic} follow", bytes.Length);

            ImmutableArray<int>.Builder sizes = ImmutableArray.CreateBuilder<int>(rank);
            for (int i = 0; i < rank; i++)
            {
                int size = BinaryPrimitives.ReadInt32BigEndian(bytes[(Magic + (4 * i))..]);
                if (size < 0)
                    return Refuse($"size {i} is {(uint)size}, at most {int.MaxValue} can be indexed", Magic + (4 * i));
                sizes.Add(size);
            }

            ImmutableArray<int> all = sizes.MoveToImmutable();
            return IdxFile.ByteCount(type, all).Match<Fin<Header>>(
                Succ: promised => new Header(type, all, promised),
                Fail: error => Refuse(error.Message.TrimEnd('.'), Magic));
        }
    }
}
