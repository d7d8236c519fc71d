using LanguageExt;

namespace Functional.Core;

/// <summary>The usual schedules, by name.</summary>
public static class Schedules
{
    /// <summary>η f^⌊t / every⌋: the rate falls by a factor at every so many steps.</summary>
    public static Schedule Step(double rate, double factor, long every) => new StepSchedule(rate, factor, every);

    /// <summary>η f^(t / every): the rate falls smoothly, by a factor in every so many steps.</summary>
    public static Schedule Exponential(double rate, double factor, double every = 1) => new ExponentialSchedule(rate, factor, every);

    /// <summary>From one rate to another in so many steps, along (1 − t / steps)^power; power 1 is a line. The last rate stays.</summary>
    public static Schedule Polynomial(double from, double to, long steps, double power = 1) => new PolynomialSchedule(from, to, steps, power);

    /// <summary>From one rate to another along half a cosine, once: the last rate stays.</summary>
    public static Schedule Cosine(double from, double to, long steps) => new CosineSchedule(from, to, steps, double.PositiveInfinity);

    /// <summary>Along half a cosine, again and again from the first rate on; each round is longer by a factor than the one before (SGDR).</summary>
    public static Schedule CosineWithRestarts(double from, double to, long steps, double longer = 1) => new CosineSchedule(from, to, steps, longer);

    /// <summary>One cycle: up from highest / divide to the highest rate along half a cosine, then down to highest / divide / final.</summary>
    /// <param name="highest">The highest rate.</param>
    /// <param name="steps">How many steps the cycle has; the last rate stays.</param>
    /// <param name="rising">The share of the steps in which the rate rises.</param>
    /// <param name="divide">How much lower it begins.</param>
    /// <param name="final">How much lower than the beginning it ends.</param>
    public static Schedule OneCycle(double highest, long steps, double rising = 0.3, double divide = 25, double final = 1e4) =>
        new OneCycleSchedule(highest, steps, rising, divide, final);

    /// <summary>From one number to another along half a cosine, by the share of the way.</summary>
    internal static double HalfCosine(double from, double to, double share) => to + (from - to) * (1 + Math.Cos(Math.PI * share)) / 2;
}

/// <summary>η f^⌊t / every⌋.</summary>
/// <param name="Rate">η.</param>
/// <param name="Factor">f.</param>
/// <param name="Every">The number of steps between two falls.</param>
public sealed record StepSchedule(double Rate, double Factor, long Every) : Schedule
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Expect.Rate(("rate", Rate), ("factor", Factor)) + Expect.Settings(("every", Every, Every >= 1, "a number of steps of at least 1"));

    /// <inheritdoc/>
    public override double At(long step) => Rate * Math.Pow(Factor, step / Every);
}

/// <summary>η f^(t / every).</summary>
/// <param name="Rate">η.</param>
/// <param name="Factor">f.</param>
/// <param name="Every">The number of steps in which the rate falls by the factor.</param>
public sealed record ExponentialSchedule(double Rate, double Factor, double Every = 1) : Schedule
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Expect.Rate(("rate", Rate), ("factor", Factor)) + Expect.Settings(("every", Every, Every > 0, "a number of steps above 0"));

    /// <inheritdoc/>
    public override double At(long step) => Rate * Math.Pow(Factor, step / Every);
}

/// <summary>b + (a − b) (1 − t / steps)^power, and b from then on.</summary>
/// <param name="From">a.</param>
/// <param name="To">b.</param>
/// <param name="Steps">How many steps it takes.</param>
/// <param name="Power">1 is a line.</param>
public sealed record PolynomialSchedule(double From, double To, long Steps, double Power = 1) : Schedule
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Expect.Rate(("from", From), ("to", To)) + Expect.Settings(
        ("steps", Steps, Steps >= 1, "a number of steps of at least 1"), ("power", Power, Power >= 0 && double.IsFinite(Power), "a power of at least 0"));

    /// <inheritdoc/>
    public override double At(long step) => step >= Steps ? To : To + (From - To) * Math.Pow(1 - step / (double)Steps, Power);
}

/// <summary>b + ½ (a − b) (1 + cos(π t / T)), in rounds of T, T f, T f² … steps; without restarts where f is infinite.</summary>
/// <param name="From">a.</param>
/// <param name="To">b.</param>
/// <param name="Steps">T.</param>
/// <param name="Longer">f, at least 1.</param>
/// <remarks>I. Loshchilov and F. Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, 2017, equation 5.</remarks>
public sealed record CosineSchedule(double From, double To, long Steps, double Longer) : Schedule
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Expect.Rate(("from", From), ("to", To)) + Expect.Settings(
        ("steps", Steps, Steps >= 1, "a number of steps of at least 1"), ("longer", Longer, Longer >= 1, "a factor of at least 1"));

    /// <inheritdoc/>
    public override double At(long step)
    {
        if (double.IsPositiveInfinity(Longer)) return Schedules.HalfCosine(From, To, Math.Min(1, step / (double)Steps));
        // Rounds that are done: their lengths add up to T (fⁿ − 1) / (f − 1).
        double n = Longer == 1 ? Math.Floor(step / (double)Steps) : Math.Floor(Math.Log(1 + step * (Longer - 1) / Steps, Longer) + 1e-12);
        double done = Longer == 1 ? n * Steps : Steps * (Math.Pow(Longer, n) - 1) / (Longer - 1);
        return Schedules.HalfCosine(From, To, (step - done) / (Steps * Math.Pow(Longer, n)));
    }
}

/// <summary>Up and down along half cosines: see <see cref="Schedules.OneCycle"/>.</summary>
/// <param name="Highest">The highest rate.</param>
/// <param name="Steps">How many steps the cycle has.</param>
/// <param name="Rising">The share of the steps in which the rate rises.</param>
/// <param name="Divide">How much lower it begins.</param>
/// <param name="Final">How much lower than the beginning it ends.</param>
/// <remarks>L. Smith and N. Topin, Super-Convergence, 2018, in the form of PyTorch's OneCycleLR: the peak lies at step rising · steps − 1, the end at steps − 1.</remarks>
public sealed record OneCycleSchedule(double Highest, long Steps, double Rising = 0.3, double Divide = 25, double Final = 1e4) : Schedule
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Expect.Rate(("highest", Highest)) + Expect.Settings(
        ("steps", Steps, Steps >= 1, "a number of steps of at least 1"), ("rising", Rising, Rising is >= 0 and <= 1, "a share from 0 to 1"),
        ("divide", Divide, Divide > 0, "a divisor above 0"), ("final", Final, Final > 0, "a divisor above 0"));

    /// <inheritdoc/>
    public override double At(long step)
    {
        double start = Highest / Divide, peak = Rising * Steps - 1, end = Steps - 1;
        return step <= peak
            ? Schedules.HalfCosine(start, Highest, peak > 0 ? step / peak : 1)
            : Schedules.HalfCosine(Highest, start / Final, Math.Min(1, (step - peak) / (end - peak)));
    }
}
