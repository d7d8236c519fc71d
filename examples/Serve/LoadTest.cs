using System.Diagnostics;
using System.Net.Http.Json;
using Functional.Facade;

namespace ServeExample;

/// <summary>What came of a load test.</summary>
/// <param name="Requests">How many were answered.</param>
/// <param name="Failed">How many were not answered with 200.</param>
/// <param name="Wrong">How many answers were not, bit for bit, what the model says.</param>
/// <param name="Took">How long all took.</param>
/// <param name="Latencies">How many requests took so many tenths of a millisecond; the last place holds all longer ones.</param>
public sealed record LoadResult(long Requests, long Failed, long Wrong, TimeSpan Took, IReadOnlyList<long> Latencies)
{
    /// <summary>The time, in milliseconds, in which a share of the requests was answered.</summary>
    public double Within(double share)
    {
        long left = (long)Math.Ceiling(share * Latencies.Sum());
        int place = 0;
        while (place < Latencies.Count - 1 && (left -= Latencies[place]) > 0) place++;
        return (place + 1) / 10.0;
    }
}

/// <summary>A client that asks a server on this machine for some time, and checks every answer.</summary>
public static class LoadTest
{
    private const int Slowest = 10_000;

    /// <summary>Asks one example after another, several clients at once, until the time is over or so many were asked.</summary>
    /// <param name="server">Where the server listens; an address of this machine itself.</param>
    /// <param name="model">The model that it serves.</param>
    /// <param name="examples">What to ask.</param>
    /// <param name="clients">How many ask at once, from 1 to 64.</param>
    /// <param name="time">How long, at most ten minutes.</param>
    /// <param name="most">How many requests at most.</param>
    /// <exception cref="ArgumentException">The address is not of this machine, or a bound is out of range.</exception>
    public static async Task<LoadResult> Run(Uri server, Model model, Examples examples, int clients, TimeSpan time, long most)
    {
        if (!server.IsLoopback) throw new ArgumentException($"{server} is not on this machine; only a server here may be put under load.", nameof(server));
        if (clients is < 1 or > 64) throw new ArgumentOutOfRangeException(nameof(clients), clients, "From 1 to 64 clients.");
        if (time > TimeSpan.FromMinutes(10)) throw new ArgumentOutOfRangeException(nameof(time), time, "Ten minutes at most.");
        var questions = Enumerable.Range(0, examples.Count).Select(i => examples.Inputs.Example(i).ToArray()).ToArray();
        var expected = questions.Select(question => model.Predict(question)).ToArray();
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = clients };
        using var http = new HttpClient(handler) { BaseAddress = server, Timeout = TimeSpan.FromSeconds(30) };
        long asked = 0, failed = 0, wrong = 0;
        long[] latencies = new long[Slowest];
        long began = Stopwatch.GetTimestamp();

        async Task Ask()
        {
            while (Stopwatch.GetElapsedTime(began) < time && Interlocked.Increment(ref asked) is var number && number <= most)
            {
                int which = (int)(number % questions.Length);
                long sent = Stopwatch.GetTimestamp();
                try
                {
                    using var response = await http.PostAsJsonAsync("/predict", new Question([questions[which]]));
                    var answer = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<Answer>() : null;
                    Interlocked.Increment(ref latencies[Math.Min(Slowest - 1, (int)(Stopwatch.GetElapsedTime(sent).TotalMilliseconds * 10))]);
                    if (answer is null) Interlocked.Increment(ref failed);
                    else if (!IsRight(answer, expected[which])) Interlocked.Increment(ref wrong);
                }
                catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
                {
                    Interlocked.Increment(ref failed);
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(Ask)));
        return new(latencies.Sum(), failed, wrong, Stopwatch.GetElapsedTime(began), latencies);
    }

    // Numbers are written so that they read back as the same bits.
    private static bool IsRight(Answer answer, float[] expected) =>
        answer.Predictions is [var only] && only.Class == Array.IndexOf(expected, expected.Max()) && only.Outputs.AsSpan().SequenceEqual(expected);
}
