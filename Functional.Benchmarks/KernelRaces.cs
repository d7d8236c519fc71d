using Functional.Core;
using Functional.Core.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Functional.Benchmarks;

/// <summary>Matrix products and functions of a million numbers.</summary>
internal static class KernelRaces
{
    private static readonly int[] s_sizes = [64, 128, 256, 512, 1024, 2048];

    public static IEnumerable<Func<IEnumerable<Race>>> All() =>
    [
        .. s_sizes.Select<int, Func<IEnumerable<Race>>>(n => () => [Product(n)]),
        () => [Map("elementwise/sigmoid", Layers.Sigmoid(), x => x.sigmoid())],
        () => [Map("elementwise/tanh", Layers.Tanh(), x => x.tanh())],
        () => [Map("elementwise/relu", Layers.Relu(), x => x.relu())],
        () => [Map("elementwise/exp", Layers.Exp(), x => x.exp())],
        () => [Map("rows/softmax", Layers.Softmax(), x => x.softmax(1))],
        () => [Map("rows/logsumexp", Layers.LogSumExp(), x => x.logsumexp(1))],
    ];

    private static Race Product(int n)
    {
        var (a, b) = (Random([n, n], "a"), Random([n, n], "b"));
        var (torchA, torchB) = (randn(n, n), randn(n, n));
        return new(
            $"gemm/{n}",
            () => Region.Run(() =>
            {
                var c = Core.Tensor.Fresh<float>([n, n]);
                MatrixProduct.Multiply(n, n, n, a.Span, false, b.Span, false, c.Span);
                return c.Span[0];
            }),
            () => mm(torchA, torchB).Dispose());
    }

    private static Race Map(string name, Layer layer, Func<torch.Tensor, torch.Tensor> theirs)
    {
        var function = layer.At<float>();
        var x = Random([1024, 1024], "x");
        var torchX = randn(1024, 1024);
        return new(name, () => Region.Run(() => function.Forward(new ForwardCall<float>(x)).Outputs.Count), () => theirs(torchX).Dispose());
    }

    private static Tensor<float> Random(Core.Shape shape, string name)
    {
        float[] numbers = new float[shape.Size];
        new Key(3).For(name).Normal<float>(numbers);
        return Core.Tensor.From<float>(shape, numbers);
    }
}
