using Functional.Core;
using Functional.Facade;
using Functional.Facade.Reports;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests.Facade.Reports;

/// <summary>Which tensors are pictures, and how they are laid out.</summary>
public class PicturesTests
{
    [Fact]
    public void Inputs_of_two_sizes_or_of_one_or_three_channels_are_pictures()
    {
        Assert.Equal((1, 8, 9), Pictures.Sizes([8, 9]));
        Assert.Equal((1, 8, 9), Pictures.Sizes([1, 8, 9]));
        Assert.Equal((3, 8, 9), Pictures.Sizes([3, 8, 9]));
        foreach (Shape shape in new Shape[] { [], [64], [2, 8, 9], [1, 64], [64, 1], [513, 8], [1, 1, 8, 8] }) Assert.Null(Pictures.Sizes(shape));
    }

    [Fact]
    public void Channels_become_colours_and_the_range_black_to_white()
    {
        byte[] shades = Pictures.OfExample([0f, 1, 2, 4], (1, 2, 2), 0, 4);
        Assert.Equal(Png.OfShades(2, 2, [0, 63, 127, 255]), shades);
        Assert.Equal(Png.OfColours(2, 1, [255, 0, 0, 0, 127, 255]), Pictures.OfExample([1f, 0, 0, 0.5f, 0, 1], (3, 1, 2), 0, 1));
        Assert.Equal(Png.OfShades(2, 1, [127, 127]), Pictures.OfExample([3f, 3], (1, 1, 2), 3, 3));
    }

    [Fact]
    public void First_weights_that_see_the_picture_have_its_shape()
    {
        var dense = Pictures.OfFirstLayer(Model.Create(Input(8, 8) >> Flatten >> Dense(128) >> Relu >> Dense(3)))!;
        Assert.Equal(("dense1.weight", 128, 128, 8, 8, 16 * 9 - 1, 8 * 9 - 1), (dense.Name, dense.All, dense.Shown, dense.TileHeight, dense.TileWidth, dense.Width, dense.Height));
        var convolution = Pictures.OfFirstLayer(Model.Create(Input(8, 8) >> Reshape([1, 8, 8]) >> Conv2d(6, 3) >> BatchNorm() >> Flatten >> Dense(3)))!;
        Assert.Equal((6, 3, 3), (convolution.All, convolution.TileHeight, convolution.TileWidth));
        var many = Pictures.OfFirstLayer(Model.Create(Input(8, 8) >> Flatten >> Dense(300)))!;
        Assert.Equal((300, 256), (many.All, many.Shown));
        // Where something stands between, or the input is no picture, the matrix itself.
        var behind = Pictures.OfFirstLayer(Model.Create(Input(8, 8) >> Flatten >> Tanh >> Dense(5)))!;
        Assert.Equal((1, 5, 64), (behind.All, behind.TileHeight, behind.TileWidth));
        var rows = Pictures.OfFirstLayer(Model.Create(Input(4) >> Dense(5)))!;
        Assert.Equal((1, 5, 4), (rows.All, rows.TileHeight, rows.TileWidth));
        Assert.Null(Pictures.OfFirstLayer(Model.Create(Input(4) >> Relu)));
    }

    [Fact]
    public void The_largest_weight_is_the_darkest_red_the_least_the_darkest_blue()
    {
        var model = Model.Create(Input(2) >> Dense(1, bias: false));
        string file = Path.GetTempFileName();
        try
        {
            model.Save(file);
            var weights = Pictures.OfFirstLayer(Model.Load(file))!;
            float[] values = model.Parameters["dense1.weight"].ToArray();
            Assert.Equal(values.Max(Math.Abs), weights.Largest);
            Assert.Equal(2, weights.Width);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
