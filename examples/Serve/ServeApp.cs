using Functional.Facade;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace ServeExample;

/// <summary>What a client sends.</summary>
/// <param name="Examples">One or more examples, each all the numbers of the network's input, row-major.</param>
public sealed record Question(float[][] Examples);

/// <summary>What it gets.</summary>
/// <param name="Predictions">One for each example, in order.</param>
public sealed record Answer(Prediction[] Predictions);

/// <summary>What the model says of an example.</summary>
/// <param name="Class">The most probable class.</param>
/// <param name="Name">Its name.</param>
/// <param name="Outputs">All outputs of the network.</param>
public sealed record Prediction(int Class, string Name, float[] Outputs);

/// <summary>A model behind a minimal API: <c>POST /predict</c>, <c>GET /health</c>, <c>GET /metrics</c>.</summary>
public static class ServeApp
{
    /// <summary>The application, not yet started.</summary>
    /// <param name="model">The model that all requests share.</param>
    /// <param name="url">Where to listen, such as <c>http://127.0.0.1:5080</c>; port 0 takes a free one.</param>
    public static WebApplication Create(Model model, string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = 1 << 20);
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.RespectNullableAnnotations = json.SerializerOptions.RespectRequiredConstructorParameters = true);

        builder.Services.AddSingleton(model);           // one model for all requests: it never changes, so there is nothing to lock
        builder.Services.AddSingleton<Measurements>();
        builder.Services.AddHealthChecks().AddCheck("model", () => Health(model));

        var app = builder.Build();
        app.Urls.Add(url);
        app.Use(BadRequests);
        app.MapPost("/predict", Predict);
        app.MapHealthChecks("/health");
        app.MapGet("/metrics", (Measurements measurements) => Results.Text(measurements.ToText(), "text/plain; version=0.0.4"));
        return app;
    }

    private static IResult Predict(Question question, Model model, Measurements measurements)
    {
        float[][] outputs;
        try
        {
            outputs = measurements.Timed(() => model.Predict(question.Examples));
        }
        catch (ArgumentException error)                 // an example of another width, a number that is not finite: the message says where
        {
            return Results.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest);
        }
        Prediction[] predictions = [.. outputs.Select(output => Named(model, output))];
        foreach (var prediction in predictions) measurements.Predicted(prediction.Name);
        return Results.Ok(new Answer(predictions));
    }

    private static Prediction Named(Model model, float[] output)
    {
        int place = Array.IndexOf(output, output.Max());
        return new(place, model.ClassNames.IsDefaultOrEmpty ? $"{place}" : model.ClassNames[place], output);
    }

    // What is no JSON, or JSON of something else, or too long, is the client's mistake too.
    private static async Task BadRequests(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException error)
        {
            await Results.Problem(error.InnerException?.Message ?? error.Message, statusCode: error.StatusCode).ExecuteAsync(context);
        }
    }

    private static HealthCheckResult Health(Model model) => model.Predict(new float[model.InputShape.Size]).All(float.IsFinite)
        ? HealthCheckResult.Healthy()
        : HealthCheckResult.Unhealthy("The model's outputs are not finite.");
}
