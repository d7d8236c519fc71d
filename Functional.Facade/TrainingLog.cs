using Microsoft.Extensions.Logging;

namespace Functional.Facade;

/// <summary>What a run says in a log. The numbers of the events are part of the library's interface: they stand in <c>docs/observing.md</c>.</summary>
internal static partial class TrainingLog
{
    [LoggerMessage(1, LogLevel.Information, "{Run}: training begins; {Parameters} parameters, {Examples} examples, {Steps} steps an epoch", EventName = "RunStarted")]
    public static partial void Started(this ILogger log, string run, int parameters, int examples, int steps);

    [LoggerMessage(2, LogLevel.Information, "{Run}: training goes on from {Path}, after step {Step}, in epoch {Epoch}", EventName = "RunResumed")]
    public static partial void Resumed(this ILogger log, string run, string path, long step, int epoch);

    [LoggerMessage(3, LogLevel.Information, "{Run}: epoch {Epoch} of {Epochs}, loss {Loss:G4}, {Rate:F0} examples/s", EventName = "EpochFinished")]
    public static partial void Epoch(this ILogger log, string run, int epoch, int epochs, double loss, double rate);

    [LoggerMessage(
        4, LogLevel.Information, "{Run}: epoch {Epoch} of {Epochs}, loss {Loss:G4}, validation loss {ValidationLoss:G4}, accuracy {Accuracy:P2}, {Rate:F0} examples/s",
        EventName = "EpochMeasured")]
    public static partial void Measured(this ILogger log, string run, int epoch, int epochs, double loss, double validationLoss, double accuracy, double rate);

    [LoggerMessage(5, LogLevel.Debug, "{Run}: step {Step}, in epoch {Epoch}, written to {Path}", EventName = "CheckpointWritten")]
    public static partial void Written(this ILogger log, string run, long step, int epoch, string path);

    [LoggerMessage(6, LogLevel.Information, "{Run}: stopped after epoch {Epoch}; no better validation loss for {Patience} epochs", EventName = "StoppedEarly")]
    public static partial void StoppedEarly(this ILogger log, string run, int epoch, int patience);

    [LoggerMessage(7, LogLevel.Information, "{Run}: cancelled in epoch {Epoch}", EventName = "RunCancelled")]
    public static partial void Cancelled(this ILogger log, string run, int epoch);

    [LoggerMessage(8, LogLevel.Error, "{Run}: {Problem}", EventName = "RunDiverged")]
    public static partial void Diverged(this ILogger log, string run, string problem);
}
