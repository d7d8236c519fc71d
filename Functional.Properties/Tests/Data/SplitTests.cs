using FsCheck.Xunit;
using Functional.Core;
using Xunit;

namespace Functional.Properties.Tests;

/// <summary>Parts part: every example is in one of them, in even shares, and equal keys part alike.</summary>
[Properties(Arbitrary = [typeof(Small)])]
public class SplitTests
{
    [Property]
    public void Folds_hold_out_every_example_once(Key key, Dims dims)
    {
        int folds = dims.In + 1, count = folds + dims.Batch * dims.Out;
        var parted = Splits.Folds(count, folds, key);
        Assert.Equal(folds, parted.Length);
        Assert.Equal(Enumerable.Range(0, count), parted.SelectMany(fold => fold.HeldOut).Order());
        Assert.All(parted, fold => Assert.Equal(Enumerable.Range(0, count), fold.Training.Concat(fold.HeldOut).Order()));
        Assert.InRange(parted.Max(fold => fold.HeldOut.Length) - parted.Min(fold => fold.HeldOut.Length), 0, 1);
        Assert.Equal(parted.SelectMany(fold => fold.HeldOut), Splits.Folds(count, folds, key).SelectMany(fold => fold.HeldOut));
    }

    [Property]
    public void Stratified_folds_have_their_share_of_every_class_within_one(Key key, Dims dims)
    {
        int folds = dims.In + 1, classes = dims.Out;
        int[] labels = [.. Enumerable.Range(0, folds + dims.Batch * 17).Select(i => key.Below(classes, (ulong)i))];
        var parted = Splits.Folds(labels, folds, key);
        Assert.Equal(Enumerable.Range(0, labels.Length), parted.SelectMany(fold => fold.HeldOut).Order());
        Assert.InRange(parted.Max(fold => fold.HeldOut.Length) - parted.Min(fold => fold.HeldOut.Length), 0, 1);
        foreach (var fold in parted)
        {
            Assert.Equal(Enumerable.Range(0, labels.Length), fold.Training.Concat(fold.HeldOut).Order());
            for (int label = 0; label < classes; label++)
                Assert.InRange(Math.Abs(fold.HeldOut.Count(i => labels[i] == label) - labels.Count(other => other == label) / (double)folds), 0, 1 - 1e-9);
        }
    }

    [Property]
    public void Parts_have_their_shares_within_one(Key key, Dims dims)
    {
        double[] shares = [0.5, 0.3, 0.2];
        int[] labels = [.. Enumerable.Range(0, 20 + dims.Batch * 7).Select(i => i % (dims.Out + 1))];
        foreach (var parts in new[] { Splits.Parts(labels, shares, key), Splits.Parts(labels.Length, shares, key) })
        {
            Assert.Equal(Enumerable.Range(0, labels.Length), parts.SelectMany(part => part).Order());
            for (int part = 0; part < 3; part++) Assert.InRange(Math.Abs(parts[part].Length - shares[part] * labels.Length), 0, dims.Out + 1);
        }
        var stratified = Splits.Parts(labels, shares, key);
        for (int part = 0; part < 3; part++)
            for (int label = 0; label <= dims.Out; label++)
                Assert.InRange(Math.Abs(stratified[part].Count(i => labels[i] == label) - shares[part] * labels.Count(other => other == label)), 0, 1);
    }

    [Fact]
    public void What_cannot_be_parted_is_told()
    {
        Assert.Contains("From 2 folds to as many as there are examples, 3", Assert.Throws<ArgumentOutOfRangeException>(() => Splits.Folds(3, 4, new(1))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Splits.Folds(3, 1, new(1)));
        Assert.Contains("add up to 1", Assert.Throws<ArgumentException>(() => Splits.Parts(9, [0.5, 0.6], new(1))).Message);
        Assert.Throws<ArgumentException>(() => Splits.Parts(9, [1.5, -0.5], new(1)));
        Assert.Contains("a part would be empty", Assert.Throws<ArgumentException>(() => Splits.Parts(3, [0.98, 0.02], new(1))).Message);
    }

    [Fact]
    public void One_hot_and_back()
    {
        Assert.Equal(Tensor.From<float>([3, 3], [0, 0, 1, 1, 0, 0, 0, 1, 0]), OneHot.Of<float>([2, 0, 1], 3));
        Assert.Equal([2, 0, 1], OneHot.Labels(OneHot.Of<double>([2, 0, 1], 3)));
        Assert.Contains("Row 1 has label 3", Assert.Throws<ArgumentOutOfRangeException>(() => OneHot.Of<float>([0, 3], 3)).Message);
    }
}
