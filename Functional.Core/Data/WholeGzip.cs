using System.Buffers.Binary;
using System.IO.Compression;

namespace Functional.Core;

/// <summary>
/// What a gzip file holds, in order, to its proper end: the base library ends quietly where a file was cut off, so the length that gzip puts at the very end
/// (RFC 1952: of the content, modulo 2³²) is compared with what came.
/// </summary>
internal sealed class WholeGzip : Stream
{
    private readonly GZipStream _content;
    private readonly uint _length;
    private uint _read;

    /// <param name="file">The file, from its beginning; it is closed with this.</param>
    public WholeGzip(Stream file)
    {
        Span<byte> end = stackalloc byte[4];
        file.Position = Math.Max(0, file.Length - end.Length);
        if (file.ReadAtLeast(end, end.Length, throwOnEndOfStream: false) == end.Length) _length = BinaryPrimitives.ReadUInt32LittleEndian(end);
        file.Position = 0;
        _content = new(file, CompressionMode.Decompress);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int count = _content.Read(buffer);
        if (count == 0 && buffer.Length > 0 && _read != _length)
            throw new InvalidDataException("the file does not end with the length of what was compressed: it was cut off, or holds several compressed files.");
        _read = unchecked(_read + (uint)count);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _content.Dispose();
        base.Dispose(disposing);
    }
}
