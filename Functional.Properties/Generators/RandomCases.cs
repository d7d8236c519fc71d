using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Functional.Properties;

/// <summary>A property failed; the message has the counterexample as C#, the replay line and the shares of edge cases.</summary>
public sealed class FalsifiedException : Exception
{
    /// <summary>With the whole report as message.</summary>
    public FalsifiedException(string message) : base(message) { }
}

/// <summary>Runs properties over random cases: as many as asked times <c>FUNCTIONAL_CASES</c>, or the one of <c>FUNCTIONAL_REPLAY</c>.</summary>
public static class RandomCases
{
    /// <summary>Checks a property of random values.</summary>
    /// <param name="values">The values, which shrink.</param>
    /// <param name="property">What is to hold.</param>
    /// <param name="cases">How many, before <c>FUNCTIONAL_CASES</c> multiplies them.</param>
    /// <param name="show">How a counterexample is written; as C# where it can be.</param>
    /// <param name="seed">Where the cases come from; the same seed gives the same cases.</param>
    /// <returns>The shares of the edge cases, as text.</returns>
    /// <exception cref="FalsifiedException">A case fails.</exception>
    public static string Check<A>(Arbitrary<A> values, Func<A, Property> property, int cases, Func<A, string>? show = null, ulong seed = 2026)
    {
        var runner = new Report<A>(show ?? (value => $"{value}"));
        var config = Config.Quick.WithMaxTest(cases * Verify.Scale).WithRunner(runner).WithReplay(seed, 1);
        if (Environment.GetEnvironmentVariable("FUNCTIONAL_REPLAY")?.Split(',') is [var one, var gamma, var size])
            config = config.WithReplay(ulong.Parse(one, CultureInfo.InvariantCulture), ulong.Parse(gamma, CultureInfo.InvariantCulture), int.Parse(size, CultureInfo.InvariantCulture)).WithMaxTest(1);
        Prop.ForAll(values, property).Check(config);
        return runner.Failure is { } failure ? throw new FalsifiedException(failure) : runner.Shares;
    }

    private sealed class Report<A>(Func<A, string> show) : IRunner
    {
        public string? Failure { get; private set; }

        public string Shares { get; private set; } = "";

        public void OnStartFixture(Type t) { }

        public void OnArguments(int ntest, FSharpList<object> args, FSharpFunc<int, FSharpFunc<FSharpList<object>, string>> every) { }

        public void OnShrink(FSharpList<object> args, FSharpFunc<FSharpList<object>, string> everyShrink) { }

        public void OnFinished(string name, TestResult testResult)
        {
            if (testResult is TestResult.Passed passed) Shares = Stamps(passed.Item1);
            else if (testResult is TestResult.Failed failed)
                Failure = $"A case fails, found after {failed.Item1.NumberOfTests} and made smaller {failed.Item1.NumberOfShrinks} times:\n"
                    + $"{string.Join('\n', failed.Item3.Select(value => value is A one ? show(one) : $"{value}"))}\n"
                    + string.Concat(failed.Item1.Labels.Select(label => $"{label}\n"))
                    + $"replay: FUNCTIONAL_REPLAY={failed.Item6.Seed},{failed.Item6.Gamma},{failed.Item7} dotnet test, or Replay = \"{failed.Item6.Seed},{failed.Item6.Gamma},{failed.Item7}\"";
            else Failure = $"{testResult}";
        }

        // A case bears several stamps; each is counted by itself.
        private static string Stamps(TestData data) => string.Join(", ", data.Stamps
            .SelectMany(stamp => stamp.Item2.Select(name => (Name: name.Trim('"'), Count: stamp.Item1)))
            .GroupBy(pair => pair.Name, (name, pairs) => (Name: name, Count: pairs.Sum(pair => pair.Count)))
            .OrderByDescending(pair => pair.Count).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Name} {100.0 * pair.Count / data.NumberOfTests:0.#} %")));
    }
}
