using LanguageExt;
using LanguageExt.Common;

namespace Functional.Core.Storage;

/// <summary>The failures of the file system as values: what was to be done, to which path, and what stood against it.</summary>
internal static class FileAccessError
{
    // ENOSPC and EDQUOT of Linux, EDQUOT of macOS, ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows.
    private static readonly int[] DiskFull = [28, 122, 69, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    /// <summary>The file system's own refusals; anything else is the caller's mistake and is not caught.</summary>
    public static bool IsRefusal(Exception error) =>
        error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or System.Security.SecurityException;

    public static Error Of(string path, Exception error) => Error.New($"{path}: " + error switch
    {
        FileNotFoundException => "there is no such file.",
        DirectoryNotFoundException => Missing(Path.GetFullPath(path)),
        IOException or UnauthorizedAccessException when Directory.Exists(path) => "a file is needed, this is a folder.",
        UnauthorizedAccessException => $"no permission ({error.Message})",
        IOException when DiskFull.Contains(error.HResult) => $"the disk is full ({error.Message})",
        _ => error.Message,
    });

    public static Fin<A> In<A>(string path, Fin<A> result) =>
        result.Match(Succ: value => value, Fail: error =>
            error.Message.StartsWith(path, StringComparison.Ordinal) ? error : Fin<A>.Fail(Error.New($"{path}: {error.Message}")));

    // The outermost part of a path that is no folder: all above it is there.
    private static string Missing(string path) =>
        Path.GetDirectoryName(path) is { } above && !Directory.Exists(above) ? Missing(above)
        : File.Exists(path) ? $"a folder is needed, {path} is a file."
        : $"the folder {path} does not exist.";
}
