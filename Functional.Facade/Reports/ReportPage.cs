using System.Collections.Immutable;
using System.Numerics.Tensors;
using Functional.Core;

namespace Functional.Facade.Reports;

/// <summary>A report as one page that needs nothing else: no script, no address outside it.</summary>
internal static class ReportPage
{
    private const int MostPictures = 24, MostRows = 20, MostColumns = 8;

    public static Html Of(TrainingReport report) => Html.Of($"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"/>
        <title>{report.Title}: training report</title>
        <style>
        {new Html(ReportStyle.Sheet)}</style></head>
        <body><main>
        <h1>{report.Title}</h1>
        <p class="soft">Training report: {Count(report.Epochs.Length, "epoch")}, measured on {Count(report.HeldOut.Count, "held-out example")}.</p>
        {Tiles(report)}{Curves(report)}{Classes(report)}{(report.HeldOut.AreLabelled ? Mistakes(report) : Errors(report))}
        <h2>Network</h2>
        <div class="network">
        {NetworkDrawing.Of(report.Model.Network)}<pre tabindex="0">{report.Model.Network.Summary.ReplaceLineEndings("\n")}</pre></div>
        {FirstLayer(report)}{Options(report)}</main></body></html>

        """);

    private static Html Tiles(TrainingReport report)
    {
        var evaluation = report.Evaluation;
        (string Name, string Value)[] tiles = report.HeldOut.AreLabelled
            ? [("Accuracy", $"{evaluation.Accuracy:P2}"), ("F₁, macro", $"{evaluation.Confusion.F1(Average.Macro):F4}"), ("Misclassified", $"{evaluation.Mistakes.Length:N0} of {report.HeldOut.Count:N0}")]
            : [("RMSE", $"{evaluation.Errors.RootMeanSquared:G4}"), ("Mean absolute error", $"{evaluation.Errors.MeanAbsolute:G4}"), ("R²", $"{evaluation.Errors.RSquared:F4}")];
        return Html.Of($"<dl class=\"tiles\">{tiles.Append(("Loss", $"{evaluation.Loss:G4}")).Append(("Parameters", $"{report.Model.Parameters.Layout.Size:N0}"))
            .Select(tile => Html.Of($"<div><dt>{tile.Item1}</dt><dd>{tile.Item2}</dd></div>"))}</dl>\n");
    }

    private static Html Curves(TrainingReport report)
    {
        string measured = report.IsValidated ? "validation" : "held out";
        Curve Line(string name, string style, Func<ReportedEpoch, double> value) => new(name, style, [.. report.Epochs.Select(epoch => (epoch.Number, value(epoch)))]);
        Html loss = CurveChart.Of("Loss", [Line("training", "a", epoch => epoch.Loss), Line(measured, "b", epoch => epoch.HeldOutLoss)]);
        Html accuracy = !report.HeldOut.AreLabelled ? Html.Empty
            : CurveChart.Of("Accuracy", [Line("training", "a", epoch => epoch.Accuracy), Line(measured, "b", epoch => epoch.HeldOutAccuracy)], isShare: true);
        var best = report.Epochs.Where(epoch => double.IsFinite(epoch.HeldOutLoss)).DefaultIfEmpty(report.Epochs[0]).MinBy(epoch => epoch.HeldOutLoss)!;
        return Html.Of($"""
            <h2>Curves</h2>
            <div class="charts">
            {loss}{accuracy}</div>
            <p class="soft">Least {measured.Replace(' ', '-')} loss: {best.HeldOutLoss:G4}, after epoch {best.Number} of {report.Epochs[^1].Number}. The training loss of an epoch is the mean over its steps, while the network was still learning.</p>

            """);
    }

    private static Html Classes(TrainingReport report) => !report.HeldOut.AreLabelled ? Html.Empty : Html.Of($"""
        <h2>Confusion matrix</h2>
        {ConfusionTable.Of(report.Evaluation.Confusion, report.ClassName)}
        """);

    private static Html Mistakes(TrainingReport report)
    {
        var (all, shown) = (report.Evaluation.Mistakes.Length, report.Worst(MostPictures));
        if (all == 0) return Html.Of($"<h2>Misclassified examples</h2>\n<p>None: every held-out example was classified right.</p>\n");
        Html content = Pictures.Sizes(report.Model.InputShape) is { } size ? Shown(report, shown, size) : Rows(report, report.Worst(MostRows));
        return Html.Of($"""
            <h2>Misclassified examples</h2>
            <p class="soft">{(all <= shown.Length ? $"All {all}" : $"{shown.Length} of {all}")}, the surest mistakes first: those in which the output of the predicted class is furthest above that of the label.</p>
            {content}
            """);
    }

    private static Html Shown(TrainingReport report, ImmutableArray<int> places, (int Channels, int Height, int Width) size)
    {
        float least = TensorPrimitives.Min(report.HeldOut.Inputs.Span), most = TensorPrimitives.Max(report.HeldOut.Inputs.Span);
        return Html.Of($"""
            <ul class="examples">
            {places.Select(place =>
            {
                string told = $"{report.ClassName(report.Evaluation.Labels[place])} taken for {report.ClassName(report.Evaluation.Predictions[place])}";
                return Html.Of($"<li><figure><img src=\"{Png.Address(Pictures.OfExample(report.HeldOut.Inputs.Example(place).Span, size, least, most))}\" alt=\"Example {place}: {told}\" title=\"Example {place}\"/><figcaption>{told}</figcaption></figure></li>\n");
            })}</ul>

            """);
    }

    private static Html Rows(TrainingReport report, ImmutableArray<int> places)
    {
        int width = report.Model.InputShape.Size, columns = Math.Min(width, MostColumns);
        return Html.Of($"""
            <div class="scroll" tabindex="0" role="region" aria-label="Misclassified examples"><table class="rows">
            <thead><tr><th scope="col">example</th><th scope="col">label</th><th scope="col">prediction</th>{Enumerable.Range(0, columns).Select(column => Html.Of($"<th scope=\"col\">x{column}</th>"))}{More(width > columns)}</tr></thead>
            <tbody>
            {places.Select(place => Html.Of($"<tr><th scope=\"row\">{place}</th><td>{report.ClassName(report.Evaluation.Labels[place])}</td><td>{report.ClassName(report.Evaluation.Predictions[place])}</td>{Numbers(report.HeldOut.Inputs.Example(place).Span[..columns])}{More(width > columns)}</tr>\n"))}</tbody></table></div>

            """);
    }

    private static Html Errors(TrainingReport report)
    {
        var (inputs, targets, outputs) = (report.HeldOut.Inputs, report.HeldOut.Targets, report.Model.Predict(report.HeldOut.Inputs).Reshape(report.HeldOut.Targets.Shape));
        int width = Math.Min(report.HeldOut.Width, MostColumns), columns = Math.Min(report.Model.InputShape.Size, MostColumns);
        double Error(int place) => Math.Sqrt(Enumerable.Range(0, report.HeldOut.Width).Sum(column => Math.Pow(targets[place, column] - outputs[place, column], 2)));
        var worst = Enumerable.Range(0, report.HeldOut.Count).Select(place => (Place: place, Error: Error(place))).OrderByDescending(each => each.Error).ThenBy(each => each.Place).Take(MostRows);
        string Named(string name, int column) => report.HeldOut.Width == 1 ? name : $"{name} {column}";
        return Html.Of($"""
            <h2>Largest errors</h2>
            <div class="scroll" tabindex="0" role="region" aria-label="Largest errors"><table class="rows">
            <thead><tr><th scope="col">example</th><th scope="col">error</th>{Enumerable.Range(0, width).Select(column => Html.Of($"<th scope=\"col\">{Named("target", column)}</th><th scope=\"col\">{Named("prediction", column)}</th>"))}{Enumerable.Range(0, columns).Select(column => Html.Of($"<th scope=\"col\">x{column}</th>"))}</tr></thead>
            <tbody>
            {worst.Select(each => Html.Of($"<tr><th scope=\"row\">{each.Place}</th><td>{each.Error:G4}</td>{Enumerable.Range(0, width).Select(column => Html.Of($"<td>{targets[each.Place, column]:G4}</td><td>{outputs[each.Place, column]:G4}</td>"))}{Numbers(inputs.Example(each.Place).Span[..columns])}</tr>\n"))}</tbody></table></div>

            """);
    }

    private static Html FirstLayer(TrainingReport report)
    {
        if (Pictures.OfFirstLayer(report.Model) is not { } weights) return Html.Empty;
        string told = weights.All == 1 ? $"{weights.Name} {weights.Shape}, a row for each output"
            : $"{weights.Name} {weights.Shape}: {(weights.Shown < weights.All ? $"{weights.Shown} of " : "")}{weights.All} tiles of {weights.TileHeight} × {weights.TileWidth}, one for each output";
        return Html.Of($"""
            <h2>Weights of the first layer</h2>
            <figure><img class="weights" src="{Png.Address(weights.Picture)}" width="{weights.Width}" height="{weights.Height}" alt="{told}"/>
            <figcaption>{told}.</figcaption></figure>
            <div class="scale"><span>−{weights.Largest:G3}</span><img src="{Png.Address(Pictures.Scale)}" alt="from blue through white to red"/><span>+{weights.Largest:G3}</span></div>

            """);
    }

    private static Html Options(TrainingReport report) => report.Options is not { } options ? Html.Empty : Html.Of($"""
        <h2>Options</h2>
        <table class="options"><tbody>
        {new (string Name, string Value)[]
        {
            ("epochs", $"{options.Epochs}"),
            ("batch size", $"{options.BatchSize}"),
            ("optimizer", options.OptimizerFrom is null ? $"{options.Optimizer}" : "from the state before each epoch"),
            ("loss", options.Loss is { } loss ? $"{loss.Layer.Kind}, {loss.Reduction}" : "chosen by the examples and the last layer"),
            ("seed", $"{options.Seed}"),
            ("validation", options.Validation is { } validation ? Count(validation.Count, "example") : "none"),
            ("patience", options.Patience is { } patience ? Count(patience, "epoch") : "none"),
        }.Select(row => Html.Of($"<tr><th scope=\"row\">{row.Name}</th><td>{row.Value}</td></tr>\n"))}</tbody></table>

        """);

    private static Html Numbers(ReadOnlySpan<float> numbers)
    {
        var cells = new List<Html>();
        foreach (float number in numbers) cells.Add(Html.Of($"<td>{number:G4}</td>"));
        return Html.Join(cells);
    }

    private static Html More(bool isMore) => isMore ? Html.Of($"<td>…</td>") : Html.Empty;

    private static string Count(int count, string what) => $"{count:N0} {what}{(count == 1 ? "" : "s")}";
}
