using Functional.Core;
using Functional.Properties.Tests.Storage;
using MnistExample;
using Xunit;

namespace Functional.Properties.Tests;

/// <summary>The example that reads MNIST, on a small set of its format: bars in ten places stand for the digits.</summary>
public sealed class MnistTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Names => [.. MnistTraining.All.Select(training => training.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_learns_from_a_folder_of_IDX_files_packed_or_not(string name)
    {
        int count = name == "cnn" ? 150 : 300;
        Write("train", count, isPacked: true);
        Write("t10k", 40, isPacked: false);
        var (learned, test) = (MnistData.Read(_folder["."], "train"), MnistData.Read(_folder["."], "t10k"));
        Assert.Equal(Shape.Of(count, 28, 28), learned.Inputs.Shape);
        // One epoch of small batches in place of the example's many.
        var training = MnistTraining.All.Single(choice => choice.Name == name) with { Epochs = 1, BatchSize = 10 };
        Assert.Equal(1, training.Start(learned, key: 1).Last().Model.Evaluate(test).Accuracy);
        Assert.Contains("does not exist", Assert.Throws<IOException>(() => MnistData.Read(_folder["none"], "train")).Message);
    }

    private void Write(string part, int count, bool isPacked)
    {
        byte[] images = [0, 0, 8, 3, 0, 0, (byte)(count >> 8), (byte)count, 0, 0, 0, 28, 0, 0, 0, 28, .. new byte[count * 784]], labels = [0, 0, 8, 1, 0, 0, (byte)(count >> 8), (byte)count, .. new byte[count]];
        for (int i = 0; i < count; i++)
        {
            int digit = labels[8 + i] = (byte)(i * 7 % 10);
            for (int row = 0; row < 28; row++) images.AsSpan(16 + i * 784 + row * 28 + digit * 2 + 4, 2).Fill((byte)(200 + i % 50));
        }
        foreach (var (name, bytes) in new[] { ($"{part}-images-idx3-ubyte", images), ($"{part}-labels-idx1-ubyte", labels) })
            File.WriteAllBytes(_folder[name + (isPacked ? ".gz" : "")], isPacked ? IdxTests.Pack(bytes) : bytes);
    }
}
