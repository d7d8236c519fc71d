using DigitsExample;
using Xunit;

namespace Functional.Properties.Tests.Facade;

/// <summary>The example on real digits, for the keys from 1 on.</summary>
public class DigitsTests
{
    [Fact]
    public void Held_out_digits_are_read_right()
    {
        double[] accuracies = Accuracies(DigitsTraining.Dense, 5);
        Assert.All(accuracies, accuracy => Assert.InRange(accuracy, 0.96, 1));
        Assert.InRange(accuracies.Average(), 0.97, 1);
    }

    [Fact]
    public void A_residual_network_reads_985_of_1000()
    {
        double[] accuracies = Accuracies(DigitsTraining.Residual, 2);
        Assert.All(accuracies, accuracy => Assert.InRange(accuracy, 0.98, 1));
        Assert.InRange(accuracies.Average(), 0.985, 1);
    }

    [Fact]
    public void The_held_out_fifth_is_stratified_and_apart()
    {
        var all = DigitsData.Read();
        var (training, heldOut) = all.Split(0.2, 1);
        Assert.Equal(1797, all.Count);
        Assert.Equal(1797, training.Count + heldOut.Count);
        for (int digit = 0; digit < 10; digit++)
            Assert.Equal(all.Labels.Count(label => label == digit) / 5.0, heldOut.Labels.Count(label => label == digit), 0.51);
    }

    private static double[] Accuracies(DigitsTraining training, int keys) => [.. Enumerable.Range(1, keys).Select(key =>
    {
        var (epochs, heldOut) = training.Start((ulong)key);
        return epochs.Last().Model.Evaluate(heldOut).Accuracy;
    })];
}
