// Serves a model of handwritten digits on http://127.0.0.1:5080, or puts such a server under load for some seconds and checks every answer:
//   dotnet run -c Release --project examples/Serve
//   dotnet run -c Release --project examples/Serve -- load --seconds 60
using System.Diagnostics;
using System.Globalization;
using DigitsExample;
using Functional.Facade;
using ServeExample;

string file = Path.Combine(Path.GetTempPath(), "functional-serve.safetensors");
int seconds = 60;
if (args is not ([] or ["load"] or ["load", "--seconds", _]) || (args is [.., "--seconds", var given] && !(int.TryParse(given, CultureInfo.InvariantCulture, out seconds) && seconds is >= 1 and <= 600)))
{
    Console.Error.WriteLine("Nothing to serve; load to put a server under load, then --seconds and from 1 to 600.");
    return 2;
}

Model model = DigitsModel.At(file);
if (args.Length == 0)
{
    var server = ServeApp.Create(model, "http://127.0.0.1:5080");
    Console.WriteLine($"{file} on http://127.0.0.1:5080/predict, /health and /metrics. Ctrl+C ends it.");
    await server.RunAsync();
    return 0;
}

await using var app = ServeApp.Create(model, "http://127.0.0.1:0");
await app.StartAsync();
var address = new Uri(app.Urls.Single());
var digits = DigitsData.Read();
await LoadTest.Run(address, model, digits, clients: 8, TimeSpan.FromSeconds(5), most: 5_000);     // so that everything is compiled and every buffer made
var before = Memory();
Console.WriteLine($"{seconds} s, 8 clients, one digit a request, every answer compared with the model's, bit for bit …");
var result = await LoadTest.Run(address, model, digits, clients: 8, TimeSpan.FromSeconds(seconds), most: long.MaxValue);
var after = Memory();
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Requests:N0} requests in {result.Took.TotalSeconds:F1} s: {result.Requests / result.Took.TotalSeconds:N0} a second; half within {result.Within(0.5):F1} ms, 99 % within {result.Within(0.99):F1} ms"));
Console.WriteLine($"failed {result.Failed}, wrong answers {result.Wrong}");
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory in use before {before.Held:F1} MiB, after {after.Held:F1} MiB; of the process before {before.Process:F0} MiB, after {after.Process:F0} MiB (server and clients together)"));
await app.StopAsync();
return result.Failed + result.Wrong == 0 ? 0 : 1;

static (double Held, double Process) Memory()
{
    const double mebi = 1024 * 1024;
    double held = GC.GetTotalMemory(forceFullCollection: true) / mebi;
    using var process = Process.GetCurrentProcess();
    return (held, process.WorkingSet64 / mebi);
}
