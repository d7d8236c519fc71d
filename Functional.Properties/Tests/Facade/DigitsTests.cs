using DigitsExample;
using Xunit;

namespace Functional.Properties.Tests.Facade;

/// <summary>The README's example on real digits, for the keys 1 to 5.</summary>
public class DigitsTests
{
    [Fact]
    public void Held_out_digits_are_read_right()
    {
        double[] accuracies = [.. Enumerable.Range(1, 5).Select(key =>
        {
            var (epochs, heldOut) = DigitsTraining.Start((ulong)key);
            return epochs.Last().Model.Evaluate(heldOut).Accuracy;
        })];
        Assert.All(accuracies, accuracy => Assert.InRange(accuracy, 0.96, 1));
        Assert.InRange(accuracies.Average(), 0.97, 1);
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
}
