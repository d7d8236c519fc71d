using LanguageExt;
using LanguageExt.Common;

namespace Functional.Core.Storage;

/// <summary>Reads a regular file whole, and no more than it has when it is opened.</summary>
internal static class FileBytes
{
    public static Fin<byte[]> Read(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            if (!file.CanSeek || file.Length > Array.MaxLength)
                return Error.New($"{path}: a regular file of at most {Array.MaxLength} bytes is needed.");

            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (EndOfStreamException)
        {
            return Error.New($"{path}: the file was cut off while it was read.");
        }
        catch (Exception error) when (FileAccessError.IsRefusal(error))
        {
            return FileAccessError.Of(path, error);
        }
    }
}
