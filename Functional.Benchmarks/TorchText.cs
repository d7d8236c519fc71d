using TorchSharp;
using static TorchSharp.torch;

namespace Functional.Benchmarks;

/// <summary>The transformer of examples/Text as one writes it in TorchSharp.</summary>
internal sealed class TorchTransformer : nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly nn.Module<torch.Tensor, torch.Tensor> _embedding;
    private readonly TorchSharp.Modules.Parameter _positions;
    private readonly TorchSharp.Modules.Sequential _blocks;
    private readonly nn.Module<torch.Tensor, torch.Tensor> _norm, _dense;

    public TorchTransformer(int alphabet, int width, int heads, int blocks, int length) : base("transformer")
    {
        _embedding = nn.Embedding(alphabet, width);
        _positions = new(zeros(length, width));
        _blocks = nn.Sequential(Enumerable.Range(1, blocks).Select(i => ($"block{i}", (nn.Module<torch.Tensor, torch.Tensor>)new Block(width, heads))));
        (_norm, _dense) = (nn.LayerNorm(width), nn.Linear(width, alphabet));
        // In the order in which the data flow, which is that of our parameters.
        register_module("embedding", _embedding);
        register_module("positions", new Held(_positions));
        register_module("blocks", _blocks);
        register_module("norm", _norm);
        register_module("dense", _dense);
    }

    public override torch.Tensor forward(torch.Tensor x) => _dense.call(_norm.call(_blocks.call(_embedding.call(x) + _positions)));

    private sealed class Held : nn.Module<torch.Tensor, torch.Tensor>
    {
        public Held(TorchSharp.Modules.Parameter parameter) : base("held") => register_parameter("weight", parameter);

        public override torch.Tensor forward(torch.Tensor x) => x;
    }

    private sealed class Block : nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly nn.Module<torch.Tensor, torch.Tensor> _norm1, _query, _key, _value, _out, _norm2, _expand, _contract;
        private readonly int _heads;

        public Block(int width, int heads) : base("block")
        {
            _heads = heads;
            _norm1 = nn.LayerNorm(width);
            (_query, _key, _value, _out) = (nn.Linear(width, width), nn.Linear(width, width, hasBias: false), nn.Linear(width, width), nn.Linear(width, width));
            _norm2 = nn.LayerNorm(width);
            (_expand, _contract) = (nn.Linear(width, 4 * width), nn.Linear(4 * width, width));
            register_module("norm1", _norm1);
            register_module("query", _query);
            register_module("key", _key);
            register_module("value", _value);
            register_module("out", _out);
            register_module("norm2", _norm2);
            register_module("expand", _expand);
            register_module("contract", _contract);
        }

        public override torch.Tensor forward(torch.Tensor x)
        {
            torch.Tensor Heads(torch.Tensor part) => part.view(part.shape[0], part.shape[1], _heads, -1).transpose(1, 2);
            var calm = _norm1.call(x);
            var seen = nn.functional.scaled_dot_product_attention(Heads(_query.call(calm)), Heads(_key.call(calm)), Heads(_value.call(calm)), is_casual: true);
            x = x + _out.call(seen.transpose(1, 2).reshape(x.shape));
            return x + _contract.call(nn.functional.gelu(_expand.call(_norm2.call(x))));
        }
    }
}

/// <summary>The recurrent network of examples/Text in TorchSharp.</summary>
internal sealed class TorchGru : nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly nn.Module<torch.Tensor, torch.Tensor> _embedding, _dense;
    private readonly TorchSharp.Modules.GRU _gru;

    public TorchGru(int alphabet, int embedding, int width) : base("gru")
    {
        (_embedding, _gru, _dense) = (nn.Embedding(alphabet, embedding), nn.GRU(embedding, width, batchFirst: true), nn.Linear(width, alphabet));
        register_module("embedding", _embedding);
        register_module("gru", _gru);
        register_module("dense", _dense);
    }

    public override torch.Tensor forward(torch.Tensor x) => _dense.call(_gru.call(_embedding.call(x)).Item1);
}
