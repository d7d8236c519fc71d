using Functional.Facade;

namespace MnistExample;

/// <summary>MNIST's four IDX files in a folder, packed (.gz) or not: images of 28 × 28 pixels from 0 to 1, with their labels.</summary>
public static class MnistData
{
    /// <summary>Reads one part.</summary>
    /// <param name="folder">Where the files lie.</param>
    /// <param name="part">The first word of the files' names: <c>train</c> or <c>t10k</c>.</param>
    /// <exception cref="IOException">A file cannot be read; the message says which, and why.</exception>
    public static Examples Read(string folder, string part) =>
        Examples.FromIdx(Find(folder, $"{part}-images-idx3-ubyte"), Find(folder, $"{part}-labels-idx1-ubyte"), classes: 10);

    private static string Find(string folder, string name) => Path.Combine(folder, name) is var path && File.Exists(path) ? path : path + ".gz";
}
