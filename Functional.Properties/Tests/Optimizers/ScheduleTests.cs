using Functional.Core;
using Xunit;

namespace Functional.Properties.Tests;

/// <summary>Schedules at points where their values are known.</summary>
public class ScheduleTests
{
    [Fact]
    public void A_number_is_a_constant_and_a_value()
    {
        Schedule rate = 0.1;
        Assert.Equal(0.1, rate.At(0));
        Assert.Equal(0.1, rate.At(1_000_000));
        Assert.Equal((Schedule)0.1, rate);
        Assert.NotEqual((Schedule)0.2, rate);
        Assert.Equal(6, Schedule.Of(step => 2.0 * step).At(3));
    }

    [Fact]
    public void Steps_and_exponentials_fall_by_their_factor()
    {
        var steps = Schedules.Step(0.8, 0.5, every: 10);
        Assert.Equal([0.8, 0.8, 0.4, 0.4, 0.2], new long[] { 0, 9, 10, 19, 20 }.Select(steps.At));
        var smooth = Schedules.Exponential(0.8, 0.25, every: 10);
        Assert.Equal(0.8, smooth.At(0));
        Assert.Equal(0.4, smooth.At(5), 1e-15);
        Assert.Equal(0.2, smooth.At(10), 1e-15);
    }

    [Fact]
    public void Polynomials_end_where_they_should()
    {
        var line = Schedules.Polynomial(1, 0.2, 8);
        Assert.Equal([1, 0.6, 0.2, 0.2], new long[] { 0, 4, 8, 100 }.Select(step => Math.Round(line.At(step), 12)));
        Assert.Equal(0.2 + 0.8 * 0.25, Schedules.Polynomial(1, 0.2, 8, power: 2).At(4), 1e-15);
    }

    [Fact]
    public void Cosines_fall_and_start_again_in_longer_rounds()
    {
        var once = Schedules.Cosine(1, 0.2, 10);
        Assert.Equal([1, 0.6, 0.2, 0.2], new long[] { 0, 5, 10, 50 }.Select(step => Math.Round(once.At(step), 12)));
        var equal = Schedules.CosineWithRestarts(1, 0, 10);
        Assert.Equal([1, 0.5, 1, 0.5, 1], new long[] { 0, 5, 10, 15, 20 }.Select(step => Math.Round(equal.At(step), 12)));
        // Rounds of 10, 20 and 40 steps begin at 0, 10, 30 and 70.
        var longer = Schedules.CosineWithRestarts(1, 0, 10, longer: 2);
        Assert.Equal([1, 0.5, 1, 0.5, 1, 0.5, 1], new long[] { 0, 5, 10, 20, 30, 50, 70 }.Select(step => Math.Round(longer.At(step), 12)));
        // Of 10, 30 and 90: at 0, 10, 40 and 130.
        var threefold = Schedules.CosineWithRestarts(1, 0, 10, longer: 3);
        Assert.Equal([1, 0.5, 1, 0.5, 1, 0.5, 1], new long[] { 0, 5, 10, 25, 40, 85, 130 }.Select(step => Math.Round(threefold.At(step), 12)));
        for (int round = 0, start = 0; round < 12; start += 10 << round, round++) Assert.Equal(1, longer.At(start), 1e-9);
    }

    // torch.optim.lr_scheduler.OneCycleLR(max_lr=0.1, total_steps=10) by its formula: 0.004 at first, 0.1 at step 2, 4e-7 at the last.
    [Fact]
    public void One_cycle_rises_and_falls()
    {
        var cycle = Schedules.OneCycle(0.1, 10);
        Assert.Equal(0.004, cycle.At(0), 1e-15);
        Assert.Equal(0.052, cycle.At(1), 1e-15);
        Assert.Equal(0.1, cycle.At(2), 1e-15);
        Assert.Equal(4e-7 + (0.1 - 4e-7) * (1 + Math.Cos(Math.PI * 3 / 7)) / 2, cycle.At(5), 1e-15);
        Assert.Equal(4e-7, cycle.At(9), 1e-15);
        Assert.Equal(4e-7, cycle.At(1000), 1e-15);
    }

    [Theory]
    [InlineData(10, 0.1)]
    [InlineData(100, 0.01)]
    [InlineData(4, 0.25)]
    [InlineData(1, 1)]
    public void One_cycle_may_begin_at_its_highest_rate(long steps, double rising)
    {
        var cycle = Schedules.OneCycle(0.5, steps, rising);
        Assert.Equal(0.5, cycle.At(0), 1e-12);
        Assert.All(Enumerable.Range(0, 200), step => Assert.InRange(cycle.At(step), 0, 0.5));
    }

    [Fact]
    public void Schedules_compose()
    {
        var warm = Schedules.Step(0.8, 0.5, 10).WarmedUp(4, from: 0.25);
        Assert.Equal([0.2, 0.35, 0.5, 0.65, 0.8, 0.8, 0.4], new long[] { 0, 1, 2, 3, 4, 13, 14 }.Select(step => Math.Round(warm.At(step), 12)));
        var then = ((Schedule)1).Then(5, Schedules.Polynomial(0.5, 0, 10));
        Assert.Equal([1, 1, 0.5, 0.25], new long[] { 0, 4, 5, 10 }.Select(then.At));
        Assert.Equal(0.2, (Schedules.Step(0.8, 0.5, 10) * 0.5).At(10), 1e-15);
        Assert.Equal(warm, Schedules.Step(0.8, 0.5, 10).WarmedUp(4, from: 0.25));
    }
}
