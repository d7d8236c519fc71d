using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace ServeExample;

/// <summary>
/// What the server measures: predictions by class, and how long the model takes. Any collector of OpenTelemetry reads the meter; so that nothing need be installed to see
/// it, <see cref="ToText"/> gives the same in the text format of Prometheus.
/// </summary>
public sealed class Measurements : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "Functional.Serve";

    private static readonly double[] s_boundaries = [0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.1, 1];

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _predictions;
    private readonly Histogram<double> _duration;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _byClass = new();
    private readonly long[] _buckets = new long[s_boundaries.Length + 1];
    private readonly Lock _lock = new();
    private double _seconds;

    /// <summary>Begins to listen.</summary>
    public Measurements()
    {
        _predictions = _meter.CreateCounter<long>("functional.serve.predictions", "{prediction}", "Examples that were classified, by class.");
        _duration = _meter.CreateHistogram("functional.serve.predict.duration", "s", "How long the model takes for a request.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = s_boundaries });
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) => _byClass.AddOrUpdate($"{tags[0].Value}", count, (_, sum) => sum + count));
        _listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => Add(seconds));
        _listener.EnableMeasurementEvents(_predictions);
        _listener.EnableMeasurementEvents(_duration);
    }

    /// <summary>A prediction was given.</summary>
    public void Predicted(string name) => _predictions.Add(1, new KeyValuePair<string, object?>("functional.class", name));

    /// <summary>What a function gives, and how long it took; one that throws is not counted.</summary>
    public A Timed<A>(Func<A> predict)
    {
        long began = Stopwatch.GetTimestamp();
        A result = predict();
        _duration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
        return result;
    }

    /// <summary>All measurements so far, in the text format of Prometheus.</summary>
    public string ToText()
    {
        var text = new StringBuilder("# HELP functional_serve_predictions_total Examples that were classified, by class.\n# TYPE functional_serve_predictions_total counter\n");
        foreach (var (name, count) in _byClass.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"functional_serve_predictions_total{{class=\"{Escaped(name)}\"}} {count}\n");
        text.Append("# HELP functional_serve_predict_duration_seconds How long the model takes for a request.\n# TYPE functional_serve_predict_duration_seconds histogram\n");
        lock (_lock)
        {
            long sum = 0;
            for (int i = 0; i < _buckets.Length; i++)
            {
                sum += _buckets[i];
                string upper = i < s_boundaries.Length ? s_boundaries[i].ToString("0.######", CultureInfo.InvariantCulture) : "+Inf";
                text.Append(CultureInfo.InvariantCulture, $"functional_serve_predict_duration_seconds_bucket{{le=\"{upper}\"}} {sum}\n");
            }
            text.Append(CultureInfo.InvariantCulture, $"functional_serve_predict_duration_seconds_sum {_seconds}\nfunctional_serve_predict_duration_seconds_count {sum}\n");
        }
        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    private void Add(double seconds)
    {
        int bucket = Array.FindIndex(s_boundaries, upper => seconds <= upper);
        lock (_lock)
        {
            _buckets[bucket < 0 ? s_boundaries.Length : bucket]++;
            _seconds += seconds;
        }
    }

    private static string Escaped(string name) =>
        name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
