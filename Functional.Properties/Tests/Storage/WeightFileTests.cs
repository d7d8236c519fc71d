using System.Buffers.Binary;
using System.Text;
using Functional.Core;
using Functional.Core.Storage;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests.Storage;

/// <summary>Weights alone by name: what matches is loaded, what does not is told and left alone.</summary>
public sealed class WeightFileTests : IDisposable
{
    private static readonly Network s_network = (Input(3) >> Dense(2) >> Relu >> BatchNorm() >> Dense(1)).Built();

    private readonly Folder _folder = new();

    private readonly Parameters<float> _parameters = s_network.Initialize<float>(new Key(1));

    private readonly State<float> _state = s_network.InitializeState<float>();

    public void Dispose() => _folder.Dispose();

    private string Write(params StoredTensor[] tensors)
    {
        string path = _folder["weights.safetensors"];
        Safetensors.WriteFile(path, SafetensorsFile.Of(tensors, [new("format", "pt")]).Get()).Get();
        return path;
    }

    private static StoredTensor Floats(string name, long[] shape, params float[] values) => StoredTensor.From<float>(name, shape, values).Get();

    [Fact]
    public void A_layer_named_state_is_found_by_its_whole_name()
    {
        var network = (Input(2) >> (Dense(2) >> Tanh >> BatchNorm()).Named("state") >> Dense(2)).Built();
        string path = _folder["state.safetensors"];
        var parameters = network.Initialize<float>(new Key(3));
        ModelFile.Save(path, new StoredModel<float>(network, parameters, network.InitializeState<float>(), default)).Get();
        var loaded = WeightFile.Load(path, network.Initialize<float>(new Key(4)), network.InitializeState<float>()).Get();
        Assert.Empty(loaded.Report.Others);
        Assert.Equal(parameters, loaded.Parameters);
    }

    /// <summary>
    /// A file as safetensors.torch.save_file writes the state of nn.Sequential(Linear(3, 2), ReLU(), BatchNorm1d(2), Linear(2, 1)), byte by byte after the specification: 8 bytes of
    /// length, the JSON with its keys and the metadata {"format": "pt"}, then the data, little-endian and row-major.
    /// </summary>
    [Fact]
    public void A_file_of_PyTorch_is_loaded_by_a_map_of_names()
    {
        string json = """{"__metadata__":{"format":"pt"},"2.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"0.bias":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},"0.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[16,40]},"2.bias":{"dtype":"F32","shape":[2],"data_offsets":[40,48]},"2.running_mean":{"dtype":"F32","shape":[2],"data_offsets":[48,56]},"2.running_var":{"dtype":"F32","shape":[2],"data_offsets":[56,64]},"2.weight":{"dtype":"F32","shape":[2],"data_offsets":[64,72]},"3.bias":{"dtype":"F32","shape":[1],"data_offsets":[72,76]},"3.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[76,84]}}""";
        byte[] header = Encoding.UTF8.GetBytes(json.PadRight((json.Length + 7) / 8 * 8));
        float[] numbers = [0.5f, -0.5f, 1, 2, 3, 4, 5, 6, 0.25f, 0.75f, 10, 20, 4, 9, 1.5f, 2.5f, 7, 8, 9];
        byte[] data = new byte[8 + numbers.Length * 4];
        data[0] = 42;
        for (int i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(8 + i * 4), numbers[i]);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        File.WriteAllBytes(_folder["pt.safetensors"], [.. length, .. header, .. data]);

        var names = WeightFile.Names(("0", "dense1"), ("2", "batchnorm1"), ("2.running_mean", "batchnorm1.mean"), ("2.running_var", "batchnorm1.variance"), ("3", "dense2"));
        var loaded = WeightFile.Load(_folder["pt.safetensors"], _parameters, _state, names).Get();
        Assert.True(loaded.Report.IsComplete);
        Assert.Equal(8, loaded.Report.Loaded.Count);
        Assert.Equal("Unexpected: \"2.num_batches_tracked\", []: the network has no \"batchnorm1.num_batches_tracked\"", Assert.Single(loaded.Report.Others).ToString());
        Assert.Equal(Tensor.From<float>([2, 3], [1, 2, 3, 4, 5, 6]), loaded.Parameters["dense1.weight"]);
        Assert.Equal(Tensor.From<float>(4, 9), loaded.State["batchnorm1.variance"]);

        // y = Wx + b of PyTorch's definition, out × in: x = (1, 0, −1) gives (−2 + 0.5, −2 − 0.5) → ReLU 0 → (0 − m) / √(v + ε) · g + b → 8 h₀ + 9 h₁ + 7.
        double h0 = -10 / Math.Sqrt(4 + 1e-5) * 1.5 + 0.25, h1 = -20 / Math.Sqrt(9 + 1e-5) * 2.5 + 0.75;
        var output = s_network.Forward(loaded.Parameters, Tensor.From<float>([1, 3], [1, 0, -1]), new Step<float>(loaded.State)).Get()[0];
        Assert.Equal(8 * h0 + 9 * h1 + 7, output[0, 0], 1e-4);
    }

    [Fact]
    public void Every_kind_of_mismatch_is_told_and_changes_nothing()
    {
        string path = Write(
            Floats("dense1.weight", [3, 2], 1, 2, 3, 4, 5, 6), Floats("fc.weight", [1, 2], 1, 2),
            StoredTensor.Of("dense1.bias", StoredDtype.I32, [2], new byte[8]).Get(), Floats("dense2.bias", [1], 5), Floats("old.bias", [1], 6));
        var loaded = WeightFile.Load(path, _parameters, _state, WeightFile.Names(("old", "dense2"))).Get();
        string[] lines = loaded.Report.ToString().Split('\n');
        Assert.Equal("1 loaded, 9 not", lines[0]);
        Assert.Contains("WrongShape: dense1.weight, given [3, 2], needed [2, 3]: a transposed matrix, in × out?", lines);
        Assert.Contains("WrongType: dense1.bias, given I32, needed F64, F32, F16 or BF16", lines);
        Assert.Contains("Missing: dense2.weight, [1, 2]: no tensor of that name in the file", lines);
        Assert.Contains("Missing: batchnorm1.mean, [2]: no tensor of that name in the file", lines);
        Assert.Contains("Loaded: dense2.bias, F32 [1]", lines);
        Assert.Contains("Unexpected: \"old.bias\", dense2.bias stands for \"dense2.bias\" already", lines);
        Assert.Contains("Unexpected: \"fc.weight\", [1, 2]: the network has no \"fc.weight\"; of that shape it has dense2.weight", lines);
        Assert.False(loaded.Report.IsComplete);
        Assert.Equal(_parameters.With("dense2.bias", Tensor.From<float>(5)), loaded.Parameters);
        Assert.Equal(_state, loaded.State);
    }

    [Theory]
    [InlineData(StoredDtype.F64)]
    [InlineData(StoredDtype.F32)]
    [InlineData(StoredDtype.F16)]
    [InlineData(StoredDtype.BF16)]
    public void All_types_of_floating_point_load(StoredDtype dtype)
    {
        byte[] data = [.. new[] { 1.5, -0.25 }.SelectMany(value => dtype switch
        {
            StoredDtype.F64 => BitConverter.GetBytes(value),
            StoredDtype.F32 => BitConverter.GetBytes((float)value),
            StoredDtype.F16 => BitConverter.GetBytes((Half)value),
            _ => BitConverter.GetBytes((float)value)[2..],
        })];
        var loaded = WeightFile.Load(Write(StoredTensor.Of("dense1.bias", dtype, [2], data).Get()), _parameters, _state).Get();
        Assert.Equal([1.5f, -0.25f], loaded.Parameters["dense1.bias"].ToArray());
        Assert.Contains($"{dtype.Code()} [2]", Assert.Single(loaded.Report.Loaded).Why);
    }

    [Fact]
    public void A_model_of_this_library_loads_by_its_own_names()
    {
        string path = _folder["model.safetensors"];
        ModelFile.Save(path, new StoredModel<float>(s_network, s_network.Initialize<float>(new Key(9)), _state, default)).Get();
        var loaded = WeightFile.Load(path, _parameters, _state).Get();
        Assert.Empty(loaded.Report.Others);
        Assert.Equal(s_network.Initialize<float>(new Key(9)), loaded.Parameters);
        Assert.Contains("there is no such file", WeightFile.Load(_folder["none"], _parameters, _state).Error());
    }

    [Fact]
    public void Names_change_up_to_a_dot_and_the_longest_holds()
    {
        var names = WeightFile.Names(("a", "x"), ("a.b", "y"), ("c.weight", "z"));
        Assert.Equal(["x.weight", "y.weight", "z", "ab.weight", "c.bias"], new[] { "a.weight", "a.b.weight", "c.weight", "ab.weight", "c.bias" }.Select(names));
    }
}
