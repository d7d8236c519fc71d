using Functional.Core;
using LanguageExt;
using TorchSharp;
using static Functional.Core.Layers;
using static TorchSharp.torch;

namespace Functional.Benchmarks;

/// <summary>A convolutional network whole, and layers by themselves: forward and backward from a given gradient of the output.</summary>
internal static class LayerRaces
{
    private static readonly int[] s_batches = [1, 32, 128];
    private static readonly string[] s_kinds = ["train", "infer"];

    public static IEnumerable<(string Name, Func<IEnumerable<Race>> Make)> All() =>
    [
        .. s_batches.SelectMany(batch => s_kinds.Select<string, (string, Func<IEnumerable<Race>>)>(kind =>
            ($"{kind}/mnist-cnn/batch={batch}", () => [Cnn(kind, $"{kind}/mnist-cnn/batch={batch}", batch)]))),
        One("layer/lstm-128/length=64/batch=32", name => Pass(name, Lstm(128), [64, 128], 32, () =>
        {
            var lstm = nn.LSTM(128, 128, batchFirst: true);
            return (lstm, x => lstm.call(x).Item1);
        })),
        One("layer/transformer-block-128/heads=4/length=128/batch=16", name => Pass(name, TransformerBlock(4), [128, 128], 16, () =>
        {
            var block = new TorchBlock(128, 4);
            return (block, block.call);
        })),
        One("layer/resnet-block-64/16x16/batch=32", name => Pass(
            name, Residual(Block() >> BatchNorm() >> Relu >> Block() >> BatchNorm()) >> Relu, [64, 16, 16], 32, () =>
            {
                var block = nn.Sequential(
                    ("c1", nn.Conv2d(64, 64, 3, padding: 1, bias: false)), ("b1", nn.BatchNorm2d(64)), ("r", nn.ReLU()),
                    ("c2", nn.Conv2d(64, 64, 3, padding: 1, bias: false)), ("b2", nn.BatchNorm2d(64)));
                return (block, x => (block.call(x) + x).relu());
            })),
        One("layer/batch-norm/64x16x16/batch=32", name => Pass(name, BatchNorm(), [64, 16, 16], 32, () =>
        {
            var norm = nn.BatchNorm2d(64);
            return (norm, norm.call);
        })),
        One("layer/layer-norm/128x128/batch=32", name => Pass(name, LayerNorm(), [128, 128], 32, () =>
        {
            var norm = nn.LayerNorm(128);
            return (norm, norm.call);
        })),
        One("layer/dropout/1024/batch=512", name => Pass(name, Dropout(0.5), [1024], 512, () =>
        {
            var dropout = nn.Dropout(0.5);
            return (dropout, dropout.call);
        })),
        One("layer/embedding-10000x64/length=128/batch=32", name => Pass(name, Embedding(10_000, 64), [128], 32, () =>
        {
            var embedding = nn.Embedding(10_000, 64);
            return (embedding, embedding.call);
        }, indices: 10_000)),
    ];

    private static (string, Func<IEnumerable<Race>>) One(string name, Func<string, Race> make) => (name, () => [make(name)]);

    private static Layer Block() => Conv2d(64, 3, padding: Core.Padding.Same, bias: false);

    private static Race Cnn(string kind, string name, int batch)
    {
        var network = Network.Of(
            [1, 28, 28],
            Conv2d(32, 3) >> Relu >> Conv2d(64, 3) >> Relu >> MaxPool2d(2) >> Flatten >> Dense(128) >> Relu >> Dense(10)).ToFin().ThrowIfFail();
        var model = nn.Sequential(
            ("conv1", nn.Conv2d(1, 32, 3)), ("relu1", nn.ReLU()), ("conv2", nn.Conv2d(32, 64, 3)), ("relu2", nn.ReLU()),
            ("pool", nn.MaxPool2d(2)), ("flat", nn.Flatten()), ("fc1", nn.Linear(9216, 128)), ("relu3", nn.ReLU()), ("fc2", nn.Linear(128, 10)));
        return Contest.Of(kind, name, network, model, batch, Optimizers.Adam(1e-3), optim.Adam(model.parameters(), 1e-3));
    }

    /// <summary>Forward and backward of one network of layers: gradients of the input (where it has any) and of all parameters.</summary>
    private static Race Pass(
        string name, Layer layer, Core.Shape shape, int batch, Func<(nn.Module Module, Func<torch.Tensor, torch.Tensor> Call)> theirs, int indices = 0)
    {
        var network = Network.Of(shape, layer).ToFin().ThrowIfFail();
        var key = new Key(7);
        float[] numbers = new float[batch * shape.Size];
        key.For("x").Normal<float>(numbers);
        if (indices > 0)
            for (int i = 0; i < numbers.Length; i++) numbers[i] = key.Below(indices, (ulong)i);
        var x = Core.Tensor.From<float>(shape.Batched(batch), numbers);
        float[] gradient = new float[batch * network.OutputShapes[0].Size];
        key.For("dy").Normal<float>(gradient);
        var dy = Core.Tensor.From<float>(network.OutputShapes[0].Batched(batch), gradient);
        var parameters = network.Initialize<float>(key);
        var step = new Step<float>(network.InitializeState<float>(), Mode.Train, key);

        var (module, call) = theirs();
        long[] sizes = [batch, .. shape.Select(size => (long)size)];
        var torchX = indices > 0 ? tensor([.. numbers.Select(number => (long)number)], sizes) : tensor(numbers, sizes).requires_grad_();
        var torchDy = tensor(gradient, [batch, .. network.OutputShapes[0].Select(size => (long)size)]);
        return new(
            name,
            () => Region.Run(() =>
            {
                var pullback = network.Pullback(parameters, x, step).ThrowIfFail();
                return pullback.Back(dy).Parameters.Layout.Size;
            }),
            () =>
            {
                using var scope = NewDisposeScope();
                module.zero_grad();
                if (torchX.requires_grad) torchX.grad?.zero_();
                call(torchX).backward([torchDy]);
            });
    }

    /// <summary>A transformer block with the normalisation first, as one writes it in TorchSharp.</summary>
    private sealed class TorchBlock : nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly nn.Module<torch.Tensor, torch.Tensor> _norm1, _norm2, _qkv, _out, _up, _down;
        private readonly int _heads;

        public TorchBlock(int width, int heads) : base("block")
        {
            _heads = heads;
            (_norm1, _norm2) = (nn.LayerNorm(width), nn.LayerNorm(width));
            (_qkv, _out) = (nn.Linear(width, 3 * width), nn.Linear(width, width));
            (_up, _down) = (nn.Linear(width, 4 * width), nn.Linear(4 * width, width));
            RegisterComponents();
        }

        public override torch.Tensor forward(torch.Tensor x)
        {
            var parts = _qkv.call(_norm1.call(x)).chunk(3, -1);
            torch.Tensor Heads(torch.Tensor part) => part.view(part.shape[0], part.shape[1], _heads, -1).transpose(1, 2);
            var attended = nn.functional.scaled_dot_product_attention(Heads(parts[0]), Heads(parts[1]), Heads(parts[2]));
            x = x + _out.call(attended.transpose(1, 2).reshape(x.shape));
            return x + _down.call(nn.functional.gelu(_up.call(_norm2.call(x))));
        }
    }
}
