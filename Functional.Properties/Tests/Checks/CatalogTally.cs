using System.Globalization;
using Functional.Core;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Functional.Properties.Tests.Checks;

/// <summary>How many cases of the catalog were tried and what was special about them, said when all are done.</summary>
public sealed class CatalogTally(IMessageSink messages) : IDisposable
{
    private readonly SortedDictionary<string, int> _edges = new(StringComparer.Ordinal);
    private int _cases, _findings, _inconclusive;

    /// <summary>Counts cases on their way to the laws.</summary>
    public IEnumerable<LayerCase> Seen(IEnumerable<LayerCase> cases) => cases.Select(at =>
    {
        foreach (string edge in Edges.Of(at)) _edges[edge] = _edges.GetValueOrDefault(edge) + 1;
        return at;
    });

    /// <summary>Adds a report, and gives it as a line.</summary>
    public string Add(string name, LawReport report)
    {
        _cases += report.Cases;
        _findings += report.Findings;
        _inconclusive += report.Inconclusive;
        return $"{name}: {report.Cases} cases, {report.Inconclusive} of {report.Findings} findings inconclusive";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        int seen = Math.Max(1, _cases);
        string edges = string.Join(", ", _edges.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {100.0 * pair.Value / seen:0.#} %")));
        messages.OnMessage(new DiagnosticMessage(string.Create(CultureInfo.InvariantCulture,
            $"catalog: {_cases} cases, {_inconclusive} of {_findings} findings inconclusive; {edges}")));
    }
}
