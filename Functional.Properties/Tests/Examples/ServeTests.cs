using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Functional.Core;
using Functional.Facade;
using Microsoft.AspNetCore.Builder;
using ServeExample;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

/// <summary>The example that serves a model, on a free port of this machine.</summary>
public sealed class ServeTests : IAsyncLifetime, IDisposable
{
    private static readonly Model s_model = Model.Create(Input(3) >> Dense(16) >> Tanh >> Dense(4), 5).WithClassNames("a", "b", "c", "\"d\"");

    private static readonly Examples s_examples = Examples.Labelled(
        [.. Enumerable.Range(0, 50).Select(i => new[] { MathF.Sin(i), MathF.Cos(i * 2), MathF.Sin(i * 3) })], [.. Enumerable.Range(0, 50).Select(i => i % 4)], classes: 4);

    private readonly WebApplication _app = ServeApp.Create(s_model, "http://127.0.0.1:0");

    private readonly HttpClient _http = new();

    public async Task InitializeAsync()
    {
        await _app.StartAsync();
        _http.BaseAddress = Address;
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Many_clients_share_one_model_and_every_answer_is_right()
    {
        var result = await LoadTest.Run(Address, s_model, s_examples, clients: 8, TimeSpan.FromMinutes(2), most: 500);
        Assert.Equal((500, 0, 0), (result.Requests, result.Failed, result.Wrong));
        Assert.True(result.Within(0.5) <= result.Within(0.99));

        string metrics = await _http.GetStringAsync("/metrics");
        long counted = metrics.Split('\n').Where(line => line.StartsWith("functional_serve_predictions_total{", StringComparison.Ordinal)).Sum(line => long.Parse(line.Split(' ')[^1]));
        Assert.Equal(500, counted);
        Assert.Contains("functional_serve_predict_duration_seconds_count 500\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_answer_is_noticed()
    {
        var other = Model.Create(s_model.Network, seed: 6);
        var result = await LoadTest.Run(Address, other, s_examples, clients: 2, TimeSpan.FromMinutes(2), most: 20);
        Assert.Equal((20, 0, 20), (result.Requests, result.Failed, result.Wrong));
    }

    [Fact]
    public async Task Several_examples_are_answered_in_order()
    {
        float[][] rows = [[1, 2, 3], [-1, 0, 1]];
        using var response = await _http.PostAsJsonAsync("/predict", new Question(rows));
        var answer = await response.Content.ReadFromJsonAsync<Answer>();
        Assert.Equal(s_model.Predict(rows), answer!.Predictions.Select(prediction => prediction.Outputs));
        Assert.Equal(s_model.PredictClasses(rows), answer.Predictions.Select(prediction => prediction.Class));
        Assert.Equal(s_model.PredictClasses(rows).Select(place => s_model.ClassNames[place]), answer.Predictions.Select(prediction => prediction.Name));
    }

    [Theory]
    [InlineData("""{"examples":[[1,2,3],[1,2]]}""", "Row 1 has 2 numbers; the network's input [3] needs 3")]
    [InlineData("""{"examples":[[1,1e999,3]]}""", "Row 0, column 1 is ")]
    [InlineData("""{"examples":[]}""", "The set is empty")]
    [InlineData("""{"examples":[null]}""", "Row 0 has 0 numbers")]
    [InlineData("""{"examples":[["x"]]}""", "could not be converted")]
    [InlineData("""{"examples":null}""", "null")]
    [InlineData("""{"rows":[[1,2,3]]}""", "examples")]
    [InlineData("""{"examples":[[1,2""", "$.examples[0][1]")]
    [InlineData("", "body")]
    public async Task A_bad_question_is_told_what_is_wrong(string body, string message)
    {
        using var response = await _http.PostAsync("/predict", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Contains(message, problem.RootElement.GetProperty("detail").GetString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_question_that_is_too_long_is_refused()
    {
        using var response = await _http.PostAsync("/predict", new StringContent($"{{\"examples\":[[{new string('1', 2_000_000)}]]}}", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Health_is_told()
    {
        Assert.Equal("Healthy", await _http.GetStringAsync("/health"));
        // exp(1000) is infinite at single precision.
        var sick = Model.Create(Input(1) >> new DenseLayer(1) { BiasInitializer = Initializer.Constant(1000) } >> Exp, 1);
        await using var app = ServeApp.Create(sick, "http://127.0.0.1:0");
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new(app.Urls.Single()) };
        using var response = await http.GetAsync("/health");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), (response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Only_servers_of_this_machine_are_put_under_load()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => LoadTest.Run(new("http://example.invalid/"), s_model, s_examples, 1, TimeSpan.FromSeconds(1), 1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => LoadTest.Run(Address, s_model, s_examples, 0, TimeSpan.FromSeconds(1), 1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => LoadTest.Run(Address, s_model, s_examples, 1, TimeSpan.FromHours(1), 1));
    }

    private Uri Address => new(_app.Urls.Single());
}
