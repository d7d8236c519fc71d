using Functional.Core;
using Functional.Core.Storage;
using LanguageExt;
using static LanguageExt.Prelude;

namespace MnistCnnExample;

/// <summary>The images of a part of MNIST, <c>[count, 1, 28, 28]</c> from 0 to 1, with their labels.</summary>
/// <param name="Images">The images.</param>
/// <param name="Labels">The digit of each.</param>
public sealed record MnistData(Tensor<float> Images, int[] Labels)
{
    /// <summary>Reads <c>train</c> or <c>t10k</c> from the four IDX files as they are distributed, packed or not.</summary>
    /// <param name="folder">Where the files lie.</param>
    /// <param name="part">The first word of the files' names.</param>
    public static Fin<MnistData> Read(string folder, string part) =>
        from images in File(folder, $"{part}-images-idx3-ubyte")
        from labels in File(folder, $"{part}-labels-idx1-ubyte")
        from pixels in images.Values<float>()
        from digits in labels.Values<int>()
        from data in images.Sizes is [var count, var height, var width] && count == digits.Length
            ? FinSucc(new MnistData(Tensor.From<float>([count, 1, height, width], [.. pixels.Select(pixel => pixel / 255)]), digits))
            : FinFail<MnistData>(LanguageExt.Common.Error.New($"{part}: images of sizes {string.Join(" × ", images.Sizes)} and {digits.Length} labels do not belong together."))
        select data;

    private static Fin<IdxFile> File(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        return Idx.ReadFile(System.IO.File.Exists(path) ? path : path + ".gz");
    }
}
