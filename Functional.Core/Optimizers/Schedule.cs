using System.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A learning rate as a function of the step, counted from 0. A number is a constant schedule. Schedules are values: equal settings are equal.
/// They compose by <c>*</c>, <see cref="Then"/> and <see cref="WarmedUp"/>.
/// </summary>
public abstract record Schedule
{
    /// <summary>The rate of a step, counted from 0.</summary>
    public abstract double At(long step);

    /// <summary>What is wrong with its settings; empty when nothing is.</summary>
    public virtual Seq<Fault> Faults => Empty;

    // Derived records print their settings; what is wrong with them is no setting.
    /// <summary>Prints nothing of its own.</summary>
    protected virtual bool PrintMembers(StringBuilder builder) => false;

    /// <summary>The same rate at every step.</summary>
    public static implicit operator Schedule(double rate) => new ConstantSchedule(rate);

    /// <summary>Any function of the step. Two such schedules are equal when they hold the same function.</summary>
    public static Schedule Of(Func<long, double> rate) => new FunctionSchedule(rate);

    /// <summary>The product of both, step by step: such as a schedule times a factor.</summary>
    public static Schedule operator *(Schedule left, Schedule right) => new ProductSchedule(left, right);

    /// <summary>This schedule for some steps, then another, which counts its steps from 0 again.</summary>
    public Schedule Then(long steps, Schedule next) => new SequenceSchedule(this, steps, next);

    /// <summary>
    /// Linear warm-up: step t of the first ones has η₀ (f + (1 − f) t / steps), where η₀ is this schedule's first rate; then this schedule from its beginning.
    /// </summary>
    /// <param name="steps">How many steps the warm-up has.</param>
    /// <param name="from">f, the share of η₀ that it begins with.</param>
    public Schedule WarmedUp(long steps, double from = 0) => new WarmUpSchedule(this, steps, from);
}

/// <summary>η.</summary>
/// <param name="Rate">η.</param>
public sealed record ConstantSchedule(double Rate) : Schedule
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Expect.Rate(("rate", Rate));

    /// <inheritdoc/>
    public override double At(long step) => Rate;
}

/// <summary>Any function of the step.</summary>
/// <param name="Rate">The rate of a step, counted from 0.</param>
public sealed record FunctionSchedule(Func<long, double> Rate) : Schedule
{
    /// <inheritdoc/>
    public override double At(long step) => Rate(step);
}

/// <summary>The product of two schedules.</summary>
/// <param name="Left">One.</param>
/// <param name="Right">The other.</param>
public sealed record ProductSchedule(Schedule Left, Schedule Right) : Schedule
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Left.Faults + Right.Faults;

    /// <inheritdoc/>
    public override double At(long step) => Left.At(step) * Right.At(step);
}

/// <summary>One schedule for some steps, then another from its own beginning.</summary>
/// <param name="First">The schedule of the first steps.</param>
/// <param name="Steps">How many there are.</param>
/// <param name="Next">The schedule of all others.</param>
public sealed record SequenceSchedule(Schedule First, long Steps, Schedule Next) : Schedule
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => First.Faults + Next.Faults + Expect.Settings(("steps", Steps, Steps >= 0, "a number of steps of at least 0"));

    /// <inheritdoc/>
    public override double At(long step) => step < Steps ? First.At(step) : Next.At(step - Steps);
}

/// <summary>Linear warm-up to the first rate of a schedule, then the schedule: see <see cref="Schedule.WarmedUp"/>.</summary>
/// <param name="Next">The schedule after the warm-up.</param>
/// <param name="Steps">How many steps the warm-up has.</param>
/// <param name="From">The share of the first rate that it begins with.</param>
/// <remarks>P. Goyal et al., Accurate, Large Minibatch SGD, 2017, section 2.2.</remarks>
public sealed record WarmUpSchedule(Schedule Next, long Steps, double From = 0) : Schedule
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Next.Faults + Expect.Settings(
        ("steps", Steps, Steps >= 0, "a number of steps of at least 0"), ("from", From, From >= 0 && double.IsFinite(From), "a share of at least 0"));

    /// <inheritdoc/>
    public override double At(long step) => step >= Steps ? Next.At(step - Steps) : Next.At(0) * (From + (1 - From) * step / Steps);
}
