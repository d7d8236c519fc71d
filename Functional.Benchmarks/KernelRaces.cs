using Functional.Core;
using Functional.Core.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Functional.Benchmarks;

/// <summary>Matrix products and functions of a million numbers.</summary>
internal static class KernelRaces
{
    private static readonly int[] s_sizes = [64, 128, 256, 512, 1024, 2048];

    private const int Numbers = 1024 * 1024;

    public static IEnumerable<(string Name, Func<IEnumerable<Race>> Make)> All() =>
    [
        .. s_sizes.Select(n => One($"gemm/{n}", name => Product(name, n))),
        One("elementwise/sigmoid", name => Map(name, Layers.Sigmoid(), x => x.sigmoid())),
        One("elementwise/tanh", name => Map(name, Layers.Tanh(), x => x.tanh())),
        One("elementwise/relu", name => Map(name, Layers.Relu(), x => x.relu())),
        One("elementwise/exp", name => Map(name, Layers.Exp(), x => x.exp())),
        One("elementwise/gelu", name => Map(name, Layers.Gelu(), x => nn.functional.gelu(x))),
        One("rows/softmax", name => Map(name, Layers.Softmax(), x => x.softmax(1))),
        One("rows/logsumexp", name => Map(name, Layers.LogSumExp(), x => x.logsumexp(1))),
    ];

    private static (string, Func<IEnumerable<Race>>) One(string name, Func<string, Race> make) => (name, () => [make(name)]);

    private static Race Product(string name, int n)
    {
        var (a, b) = (Random([n, n], "a"), Random([n, n], "b"));
        var (torchA, torchB) = (randn(n, n), randn(n, n));
        return new(
            name,
            () => Region.Run(() =>
            {
                var c = Core.Tensor.Fresh<float>([n, n]);
                MatrixProduct.Multiply(n, n, n, a.Span, false, b.Span, false, c.Span);
                return c.Span[0];
            }),
            () => mm(torchA, torchB).Dispose(),
            Flops: 2.0 * n * n * n);
    }

    private static Race Map(string name, Layer layer, Func<torch.Tensor, torch.Tensor> theirs)
    {
        var function = layer.At<float>();
        var x = Random([1024, 1024], "x");
        var torchX = randn(1024, 1024);
        return new(name, () => Region.Run(() => function.Forward(new ForwardCall<float>(x)).Outputs.Count), () => theirs(torchX).Dispose(), Bytes: 2.0 * sizeof(float) * Numbers);
    }

    private static Tensor<float> Random(Core.Shape shape, string name)
    {
        float[] numbers = new float[shape.Size];
        new Key(3).For(name).Normal<float>(numbers);
        return Core.Tensor.From<float>(shape, numbers);
    }
}
