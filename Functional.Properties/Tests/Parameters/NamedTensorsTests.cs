using Functional.Core;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

/// <summary>Parameters are named views of one buffer.</summary>
public class NamedTensorsTests
{
    private static readonly Network s_network = (Input(3) >> Dense(2) >> Tanh >> Dense(4)).Built();
    private static readonly Parameters<double> s_parameters = s_network.Initialize<double>(new Key(9));

    [Fact]
    public void Views_follow_each_other_and_share_the_buffer()
    {
        Assert.Equal([0, 6, 8, 16], s_network.Layout.Entries.Map(entry => entry.Offset).ToArray());
        Assert.Equal(20, s_parameters.Values.Size);
        Assert.True(s_parameters["dense2.weight"].Span == s_parameters.Values.Span.Slice(8, 8));
        Assert.Equal(s_parameters["dense2.bias"], s_parameters[3]);
        Assert.Equal(s_parameters.Values.ToArray(), s_parameters.All.SelectMany(tensor => tensor.ToArray()));
    }

    [Fact]
    public void Replacing_one_leaves_the_others_and_the_old()
    {
        var before = s_parameters.Values.ToArray();
        var changed = s_parameters.With("dense1.bias", Tensor.From(7.0, 8.0));
        Assert.Equal(before, s_parameters.Values.ToArray());
        Assert.Equal([.. before[..6], 7.0, 8.0, .. before[8..]], changed.Values.ToArray());
        Assert.NotEqual(s_parameters, changed);
        Assert.Equal(s_parameters, changed.With("dense1.bias", s_parameters["dense1.bias"]));
        Assert.Equal(s_parameters.GetHashCode(), changed.With("dense1.bias", s_parameters["dense1.bias"]).GetHashCode());
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Assert.Contains("'dense1.bias' has shape [2]; a tensor of shape [3]", Assert.Throws<ArgumentException>(() => s_parameters.With("dense1.bias", Tensor.From(1.0, 2.0, 3.0))).Message);
        Assert.Contains("There is no 'dense3.bias'", Assert.Throws<KeyNotFoundException>(() => s_parameters.With("dense3.bias", Tensor.From(1.0))).Message);
    }

    [Fact]
    public void Text_has_a_tensor_a_line() => Assert.Equal(
        ["dense1.weight Tensor[2, 3]", "dense1.bias Tensor[2] [0, 0]", "dense2.weight Tensor[4, 2]", "dense2.bias Tensor[4] [0, 0, 0, 0]"],
        s_parameters.ToString().Split(Environment.NewLine).Select(line => line.Contains("[[", StringComparison.Ordinal) ? line[..line.IndexOf(" [[", StringComparison.Ordinal)] : line));
}
