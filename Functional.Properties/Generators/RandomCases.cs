using System.Globalization;
using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using Functional.Core;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Functional.Properties;

/// <summary>A property failed; the message has the counterexample as C# and the replay line.</summary>
public sealed class FalsifiedException : Exception
{
    /// <summary>With the whole report as message.</summary>
    public FalsifiedException(string message) : base(message) { }
}

/// <summary>Runs properties over random cases: as many as asked times <c>FUNCTIONAL_CASES</c>, or the one of <c>FUNCTIONAL_REPLAY</c> where that names the property.</summary>
public static class RandomCases
{
    /// <summary>Checks a property of random values.</summary>
    /// <param name="values">The values, which shrink.</param>
    /// <param name="property">What is to hold; its labels stand in the report.</param>
    /// <param name="cases">How many, before <c>FUNCTIONAL_CASES</c> multiplies them.</param>
    /// <param name="edges">The edge cases that a value is, see <see cref="Edges"/>.</param>
    /// <param name="seed">Where the cases come from; the same seed gives the same cases.</param>
    /// <param name="replay">The one case to run, as a report's replay line says it, if it is one of this property; by default what <c>FUNCTIONAL_REPLAY</c> says.</param>
    /// <param name="part">Which of several properties of one test this is.</param>
    /// <param name="test">The test, by whose name a replay line finds the property: whoever calls.</param>
    /// <returns>The shares of the edge cases, as text.</returns>
    /// <exception cref="FalsifiedException">A case fails.</exception>
    /// <exception cref="InvalidOperationException"><c>FUNCTIONAL_REPLAY</c> is set to what no report prints.</exception>
    public static string Check<A>(
        Arbitrary<A> values, Func<A, Property> property, int cases, Func<A, IEnumerable<string>>? edges = null, ulong seed = 2026, string? replay = null,
        string part = "", [CallerMemberName] string test = "")
    {
        string name = RandomCase.Name(test, part);
        var runner = new Runner(name, test);
        var config = Config.Quick.WithMaxTest(Verify.Scaled(cases)).WithRunner(runner).WithReplay(seed, 1);
        if (RandomCase.Of(replay ?? Environment.GetEnvironmentVariable(RandomCase.Variable), name) is { } one)
            config = config.WithMaxTest(1).WithReplay(one.Seed, one.Gamma, one.Size);
        // FsCheck rounds the share of every combination to whole percents; of many small ones little would be left.
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        int tried = 0;
        Prop.ForAll(values, value =>
        {
            tried++;
            return (edges?.Invoke(value) ?? []).Aggregate(property(value), (all, edge) =>
            {
                counts[edge] = counts.GetValueOrDefault(edge) + 1;
                return all.Classify(true, edge);
            });
        }).Check(config);
        if (runner.Failure is { } failure) throw new FalsifiedException(failure);
        return string.Join(", ", counts.OrderByDescending(pair => pair.Value).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {100.0 * pair.Value / tried:0.#} %")));
    }

    private sealed class Runner(string property, string test) : IRunner
    {
        public string? Failure { get; private set; }

        public void OnStartFixture(Type t) { }

        public void OnArguments(int ntest, FSharpList<object> args, FSharpFunc<int, FSharpFunc<FSharpList<object>, string>> every) { }

        public void OnShrink(FSharpList<object> args, FSharpFunc<FSharpList<object>, string> everyShrink) { }

        public void OnFinished(string name, TestResult testResult) => Failure = testResult switch
        {
            TestResult.Passed => null,
            TestResult.Failed failed => $"A case fails, found after {failed.Item1.NumberOfTests} and made smaller {failed.Item1.NumberOfShrinks} times:\n"
                + string.Concat(failed.Item3.Select(value => $"{Printed(value)}\n"))
                + string.Concat(failed.Item1.Labels.Select(label => $"{label}\n"))
                + $"replay: {new RandomCase(property, failed.Item6.Seed, failed.Item6.Gamma, failed.Item7).Line(test)}",
            _ => $"{testResult}",
        };

        // Cases and recipes print themselves as C#.
        private static string Printed(object value) => value is Layer or Key or Shape or Enum or Tensor<double> or Batch<double> ? CSharpCode.Of(value) : $"{value}";
    }
}
