using System.Globalization;
using System.Security.Cryptography;
using LanguageExt;
using LanguageExt.Common;
using static LanguageExt.Prelude;

namespace Functional.Core.Storage;

/// <summary>
/// Writes a file whole or not at all: into a temporary file of the same folder, which is flushed to the disk and renamed
/// over the path. A reader sees the old content or the new, never a part, whenever the writer is killed.
/// </summary>
/// <remarks>
/// <para>A failure deletes the temporary file. A kill may leave one, <c>.NAME.HEX.tmp</c>; the next write of the same path
/// deletes it. Live writers hold a lock on theirs, which ends with their process, so only stale ones are deleted, and
/// several writers of one path may run at once (the last rename stands).</para>
/// <para>After a power failure the content is the old or the new, whole; managed code cannot flush the folder, so
/// the rename itself may be lost. A symbolic link at the path is replaced, not followed. A file keeps its Unix mode,
/// within the umask. The temporary name is 22 characters longer than the file's, which the file system must allow.</para>
/// </remarks>
public static class AtomicFile
{
    private const int HexDigits = 16;
    private const int Attempts = 32;

    /// <summary>Replaces the content of a file.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="bytes">The new content.</param>
    /// <returns>Nothing, or an error: folder missing, no permission, disk full and the like; the old file is then unchanged.</returns>
    public static Fin<Unit> Write(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            using Temporary temporary = new(path);
            temporary.Stream.Write(bytes);
            temporary.Commit();
            return unit;
        }
        catch (Exception error) when (FileAccessError.IsRefusal(error))
        {
            return FileAccessError.Of(path, error);
        }
    }

    /// <summary>Replaces the content of a file.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">
    /// Writes the new content. Its input and output errors become the result; any other exception passes through it, and
    /// the old file is unchanged then too.
    /// </param>
    /// <returns>Nothing, or an error: folder missing, no permission, disk full and the like; the old file is then unchanged.</returns>
    public static Fin<Unit> Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Exception? own = null;
        try
        {
            using Temporary temporary = new(path);
            try
            {
                write(temporary.Stream);
            }
            catch (Exception error) when (error is not (IOException or UnauthorizedAccessException))
            {
                own = error;
                throw;
            }

            temporary.Commit();
            return unit;
        }
        catch (Exception error) when (error != own && FileAccessError.IsRefusal(error))
        {
            return FileAccessError.Of(path, error);
        }
    }

    /// <summary>A file beside the path that either becomes it or disappears.</summary>
    private sealed class Temporary : IDisposable
    {
        private readonly string path;
        private readonly string name;
        private bool committed;

        public Temporary(string target)
        {
            path = Path.GetFullPath(target);
            string folder = Path.GetDirectoryName(path) ?? throw new ArgumentException("a file is needed, this is a root.");
            if (!Directory.Exists(folder))
                throw new DirectoryNotFoundException();

            DeleteStale(folder, Path.GetFileName(path));
            (Stream, name) = Open(folder, Path.GetFileName(path));
        }

        public FileStream Stream { get; }

        public void Commit()
        {
            Stream.Flush(flushToDisk: true);
            // Renamed while it is locked, lest another writer takes it for stale in between.
            File.Move(name, path, overwrite: true);
            committed = true;
        }

        public void Dispose()
        {
            try
            {
                Stream.Dispose();
            }
            finally
            {
                if (!committed)
                    File.Delete(name);
            }
        }

        private (FileStream Stream, string Name) Open(string folder, string file)
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Delete };
            if (!OperatingSystem.IsWindows() && File.Exists(path))
                options.UnixCreateMode = File.GetUnixFileMode(path);

            for (int attempt = 1; ; attempt++)
            {
                string candidate = Path.Combine(folder, $".{file}.{RandomNumberGenerator.GetHexString(HexDigits, lowercase: true)}.tmp");
                try
                {
                    FileStream stream = new(candidate, options);
                    // Creating and locking are two steps: a writer that cleans up in between may have deleted the file.
                    if (File.Exists(candidate) || attempt == Attempts)
                        return (stream, candidate);
                    stream.Dispose();
                }
                catch (IOException) when (attempt < Attempts)
                {
                    // Locked by such a writer, which is about to delete it or already has; any other refusal comes again at the last attempt.
                }
                catch (FileNotFoundException)
                {
                    // The file is not there yet, as it should be; what is refused is to make it.
                    throw new IOException($"the folder {folder} takes no new files.");
                }
            }
        }

        private static void DeleteStale(string folder, string file)
        {
            string start = $".{file}.";
            foreach (string name in Directory.EnumerateFiles(folder, "*.tmp"))
            {
                ReadOnlySpan<char> rest = Path.GetFileName(name.AsSpan());
                if (!rest.StartsWith(start, StringComparison.Ordinal) || !IsMark(rest[start.Length..]))
                    continue;
                try
                {
                    // Opens only where no writer holds the lock, and deletes before it lets its own go.
                    new FileStream(name, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.DeleteOnClose).Dispose();
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    // In use, gone already or another user's: not ours to delete.
                }
            }
        }

        private static bool IsMark(ReadOnlySpan<char> rest) =>
            rest.Length == HexDigits + 4 && rest.EndsWith(".tmp", StringComparison.Ordinal)
            && ulong.TryParse(rest[..HexDigits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
    }
}
