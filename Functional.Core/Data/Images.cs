using System.Numerics;
using Functional.Core.Storage;
using LanguageExt;
using LanguageExt.Common;
using StbImageSharp;
using static LanguageExt.Prelude;
using Array = System.Array;

namespace Functional.Core;

/// <summary>Images of classes.</summary>
/// <param name="Data">Inputs <c>[count, channels, height, width]</c>, numbers from 0 to 1, and one-hot targets <c>[count, classes]</c>.</param>
/// <param name="Classes">The classes by number.</param>
public sealed record ImageSet<T>(Batch<T> Data, Seq<string> Classes) where T : struct, IFloatingPointIeee754<T>;

/// <summary>PNG, JPEG, BMP, TGA and GIF files (a GIF's first picture) as tensors.</summary>
/// <remarks>The decoder is a port of stb_image, which is meant for images of one's own: it is managed code, but reads through pointers, so images from strangers are best decoded by other means.</remarks>
public static class Images
{
    // Beyond any photograph, and what keeps a header's promise within memory.
    private const long MostNumbers = 1 << 28;

    private static readonly string[] s_endings = [".png", ".jpg", ".jpeg", ".bmp", ".tga", ".gif"];

    /// <summary>One image as <c>[channels, height, width]</c>, numbers from 0 to 1.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channels">1 for grey, 3 for red, green and blue; whatever the file has becomes that.</param>
    /// <returns>The tensor, or why the file cannot be read.</returns>
    public static Fin<Tensor<T>> Read<T>(string path, int channels = 3) where T : struct, IFloatingPointIeee754<T> => channels is not (1 or 3)
        ? Error.New($"Images of {channels} channels were asked for; 1 (grey) or 3 (red, green, blue) are possible.")
        : FileBytes.Read(path).Bind(bytes => Decoded(path, bytes, channels)).Map(image =>
        {
            var fresh = Tensor.Fresh<T>([channels, image.Height, image.Width]);
            int plane = image.Height * image.Width;
            for (int i = 0; i < image.Data.Length; i++) fresh.Span[i % channels * plane + i / channels] = T.CreateChecked(image.Data[i]) / T.CreateChecked(byte.MaxValue);
            return fresh.Done();
        });

    /// <summary>All images of a folder whose sub-folders are the classes, ordered by name.</summary>
    /// <param name="folder">The folder; files of other kinds are passed over.</param>
    /// <param name="channels">1 for grey, 3 for red, green and blue.</param>
    /// <returns>The images, or the first that cannot be read or has another size than the first.</returns>
    public static Fin<ImageSet<T>> Folder<T>(string folder, int channels = 3) where T : struct, IFloatingPointIeee754<T>
    {
        var listed = Classes(folder);
        if (listed.Case is not Seq<(string Class, string[] Files)> classes) return (Error)listed;
        if (classes.Count < 2 || classes.Exists(item => item.Files.Length == 0))
            return Error.New($"{folder}: a sub-folder with images for each of at least two classes is needed; there are {(classes.IsEmpty ? "none" : string.Join(", ", classes.Map(item => $"{item.Class} with {item.Files.Length}")))}.");
        var files = classes.Bind(item => toSeq(item.Files)).ToArray();
        T[]? numbers = null;
        Shape? shape = null;
        for (int i = 0; i < files.Length; i++)
        {
            var read = Read<T>(files[i], channels);
            if (read.Case is not Tensor<T> image) return (Error)read;
            shape ??= image.Shape;
            if (image.Shape != shape) return Error.New($"{files[i]}: {image.Shape[2]} × {image.Shape[1]} pixels, needed {shape[2]} × {shape[1]}, as {files[0]} has.");
            if ((long)files.Length * image.Size > Array.MaxLength) return Error.New($"{folder}: {files.Length} images of {image.Size} numbers are more than one tensor holds; read them in pieces by Images.Read.");
            numbers ??= new T[files.Length * image.Size];
            image.Span.CopyTo(numbers.AsSpan(i * image.Size));
        }
        int[] labels = [.. classes.SelectMany((item, number) => Enumerable.Repeat(number, item.Files.Length))];
        return new ImageSet<T>(new([new Tensor<T>(numbers!, 0, shape!.Batched(files.Length))], [OneHot.Of<T>(labels, classes.Count)]), classes.Map(item => item.Class).Strict());
    }

    private static Fin<Seq<(string Class, string[] Files)>> Classes(string folder)
    {
        try
        {
            return toSeq(Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), Directory.GetFiles(path)
                .Where(file => s_endings.Contains(Path.GetExtension(file).ToLowerInvariant())).Order(StringComparer.Ordinal).ToArray()))).Strict();
        }
        catch (Exception error) when (FileAccessError.IsRefusal(error))
        {
            return FileAccessError.Of(folder, error);
        }
    }

    private static Fin<ImageResult> Decoded(string path, byte[] bytes, int channels)
    {
        try
        {
            using var stream = new MemoryStream(bytes, writable: false);
            if (ImageInfo.FromStream(stream) is not { } info) return Error.New($"{path}: no image of a known kind.");
            return (long)info.Width * info.Height is var pixels && (pixels < 1 || pixels * 4 > MostNumbers)
                ? Error.New($"{path}: {info.Width} × {info.Height} pixels are announced, at most {MostNumbers / 4:N0} are read.")
                : ImageResult.FromMemory(bytes, channels == 1 ? ColorComponents.Grey : ColorComponents.RedGreenBlue);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return Error.New($"{path}: the image is damaged ({error.Message.TrimEnd('.')}).");
        }
    }
}
