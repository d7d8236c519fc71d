using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Functional.Core;
using Functional.Facade;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests.Facade;

/// <summary>The page of a run: well-formed, alone, the same for the same run, and with what it promises.</summary>
public sealed class TrainingReportTests : IDisposable
{
    private static readonly Examples s_training = Rings(90, 1), s_heldOut = Rings(60, 2);

    private readonly string _folder = Directory.CreateTempSubdirectory("functional").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_page_is_well_formed_and_needs_nothing_else()
    {
        foreach (var report in new[] { Classes(), Pictured(), Numbers() })
        {
            string page = report.ToHtml();
            var html = Parsed(page);
            Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("://", page, StringComparison.Ordinal);
            Assert.DoesNotContain(html.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase));
            Assert.All(html.Descendants("img"), image =>
            {
                Assert.StartsWith("data:image/png;base64,", (string?)image.Attribute("src"));
                Assert.False(string.IsNullOrEmpty((string?)image.Attribute("alt")));
            });
            Assert.All(html.Descendants("svg"), drawing => Assert.False(string.IsNullOrEmpty((string?)drawing.Attribute("aria-label"))));
            Assert.All(html.Descendants("th"), head => Assert.NotNull(head.Attribute("scope")));
            Assert.Equal("en", (string?)html.Root!.Attribute("lang"));
            Assert.DoesNotContain(_folder, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Equal_runs_give_equal_pages_in_any_culture()
    {
        string page = Classes().ToHtml();
        Assert.Equal(page, Classes().ToHtml());
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NegativeSign) = (",", "~");
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            Assert.Equal(page, Classes().ToHtml());
            Assert.Same(culture, CultureInfo.CurrentCulture);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Curves_matrix_and_mistakes_are_those_of_the_run()
    {
        var epochs = Model().Train(s_training, Options).Take(4).ToList();
        var report = TrainingReport.Of(epochs, s_heldOut, Options, s_training);
        for (int i = 0; i < 4; i++)
        {
            var (there, here) = (epochs[i].Model.Evaluate(s_heldOut), report.Epochs[i]);
            Assert.Equal((i + 1, epochs[i].Loss, epochs[i].Model.Evaluate(s_training).Accuracy, there.Loss, there.Accuracy), (here.Number, here.Loss, here.Accuracy, here.HeldOutLoss, here.HeldOutAccuracy));
        }
        Assert.False(report.IsValidated);
        Assert.Same(epochs[^1].Model, report.Model);

        var html = Parsed(report.ToHtml());
        Assert.Equal(2, html.Descendants("figure").Count(figure => (string?)figure.Attribute("class") == "chart"));
        Assert.Equal(2 * (2 + 2), html.Descendants().Count(line => ((string?)line.Attribute("class"))?.StartsWith("curve ", StringComparison.Ordinal) == true));
        Assert.All(html.Descendants("polyline"), line => Assert.Equal(4, ((string)line.Attribute("points")!).Split(' ').Length));
        var matrix = html.Descendants("table").Single(table => (string?)table.Attribute("class") == "matrix").Descendants("tbody").Single().Elements("tr").ToArray();
        var counts = report.Evaluation.ConfusionMatrix();
        for (int label = 0; label < 3; label++)
            for (int guess = 0; guess < 3; guess++)
                Assert.Equal(counts[label, guess] == 0 ? "·" : $"{counts[label, guess]}", matrix[label].Elements("td").ElementAt(guess).Value);

        Assert.Equal(Math.Min(20, report.Evaluation.Mistakes.Length), html.Descendants("table").Single(table => (string?)table.Attribute("class") == "rows").Element("tbody")!.Elements("tr").Count());
        Assert.Contains("AdamOptimizer", html.Descendants("table").Single(table => (string?)table.Attribute("class") == "options").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_surest_mistakes_come_first()
    {
        var report = Classes();
        var all = report.Worst(int.MaxValue);
        Assert.Equal(report.Evaluation.Mistakes, all.Order());
        float Margin(int place)
        {
            float[] outputs = report.Model.Predict(report.HeldOut.Inputs.Example(place).Span);
            return outputs[report.Evaluation.Predictions[place]] - outputs[report.Evaluation.Labels[place]];
        }
        float[] margins = [.. all.Select(Margin)];
        Assert.Equal(margins.OrderDescending(), margins);
        Assert.Equal(all.Take(3), report.Worst(3));
    }

    [Fact]
    public void Inputs_that_are_pictures_are_shown_as_pictures()
    {
        var report = Pictured();
        var images = Parsed(report.ToHtml()).Descendants("ul").Single().Descendants("img").ToArray();
        Assert.Equal(Math.Min(24, report.Evaluation.Mistakes.Length), images.Length);
        Assert.NotEmpty(images);
        int first = report.Worst(1)[0];
        Assert.StartsWith($"Example {first}: ", (string?)images[0].Attribute("alt"));
    }

    [Fact]
    public void Target_numbers_have_their_errors()
    {
        var report = Numbers();
        var html = Parsed(report.ToHtml());
        Assert.Contains("RMSE", html.Descendants("dl").Single().Value, StringComparison.Ordinal);
        Assert.DoesNotContain(html.Descendants("h2"), head => head.Value == "Confusion matrix");
        var rows = html.Descendants("table").Single(table => (string?)table.Attribute("class") == "rows").Element("tbody")!.Elements("tr").ToArray();
        Assert.Equal(20, rows.Length);
        double[] errors = [.. rows.Select(row => double.Parse(row.Elements("td").First().Value, CultureInfo.InvariantCulture))];
        Assert.Equal(errors.OrderDescending(), errors);
        Assert.Single(html.Descendants("figure"), figure => (string?)figure.Attribute("class") == "chart");
    }

    [Fact]
    public void Validation_examples_are_said_to_be_those()
    {
        var options = Options with { Validation = s_training };
        var report = TrainingReport.Of(Model().Train(s_training, options).Take(2), s_heldOut, options);
        Assert.True(report.IsValidated);
        Assert.Contains("Least validation loss", report.ToHtml(), StringComparison.Ordinal);
        Assert.All(report.Epochs, epoch => Assert.True(double.IsNaN(epoch.Accuracy)));
    }

    [Fact]
    public void Names_cannot_become_markup()
    {
        const string evil = "</title></style><script>alert(1)</script>\"'&";
        var model = Functional.Facade.Model.Create(from x in Input(evil, 2) from h in Dense(8).Named(evil.Replace('/', '|')).On(x) from y in Dense(h, 3) select y)
            .WithClassNames(evil, "b", "c");
        var options = Options with { Name = evil };
        string page = TrainingReport.Of(model.Train(s_training, options).Take(1), s_heldOut, options).ToHtml();
        var html = Parsed(page);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(evil, html.Descendants("h1").Single().Value);
        Assert.Equal($"{evil}: training report", html.Descendants("title").First().Value);
        Assert.Contains(html.Descendants("th"), head => head.Value == evil);
    }

    [Fact]
    public void Many_classes_are_told_by_their_most_frequent_mistakes()
    {
        var many = Examples.Labelled([.. Enumerable.Range(0, 100).Select(i => new[] { i / 100f, 1f })], [.. Enumerable.Range(0, 100).Select(i => i % 50)], classes: 50);
        var report = TrainingReport.Of(Functional.Facade.Model.Create(Input(2) >> Dense(50)).Train(many, new() { Epochs = 1 }).Take(1), many);
        var html = Parsed(report.ToHtml());
        Assert.DoesNotContain(html.Descendants("table"), table => (string?)table.Attribute("class") == "matrix");
        Assert.Contains("50 classes", html.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_is_written_whole_and_refusals_are_told()
    {
        var report = Classes();
        string file = Path.Combine(_folder, "report.html");
        report.SaveHtml(file);
        Assert.Equal(report.ToHtml(), File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFiles(_folder));
        Assert.Contains("does not exist", Assert.Throws<IOException>(() => report.SaveHtml(Path.Combine(_folder, "none", "report.html"))).Message);
        Assert.Contains("The run has no epochs", Assert.Throws<ArgumentException>(() => TrainingReport.Of([], s_heldOut)).Message);
    }

    [Fact]
    public void The_best_model_may_be_reported_on_and_a_perfect_one_has_no_mistakes()
    {
        var easy = Examples.Labelled([[-1f], [1f], [-2f], [2f]], [0, 1, 0, 1], classes: 2);
        var epochs = Functional.Facade.Model.Create(Input(1) >> Dense(2)).Train(easy, new() { Optimizer = Optimizers.Adam(0.1) }).Take(60).ToList();
        var report = TrainingReport.Of(epochs, easy, model: epochs[40].Model) with { Title = "easy" };
        Assert.Same(epochs[40].Model, report.Model);
        Assert.Empty(report.Worst(5));
        string page = report.ToHtml();
        Assert.Contains("every held-out example was classified right", page, StringComparison.Ordinal);
        Assert.Contains("<h1>easy</h1>", page, StringComparison.Ordinal);
        _ = Parsed(page);
    }

    private static TrainingOptions Options => new() { Name = "rings", Epochs = 4, BatchSize = 16, Optimizer = Optimizers.Adam(0.005), Seed = 2 };

    private static Model Model() => Functional.Facade.Model.Create(Input(2) >> Dense(8) >> Tanh >> Dense(3), 1);

    private static TrainingReport Classes() => TrainingReport.Of(Model().Train(s_training, Options).Take(4), s_heldOut, Options, s_training);

    private static TrainingReport Pictured()
    {
        var random = new Random(3);
        var examples = Examples.Labelled([.. Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, 30).Select(_ => random.NextSingle()).ToArray())], [.. Enumerable.Range(0, 40).Select(_ => random.Next(2))], 2);
        return TrainingReport.Of(Functional.Facade.Model.Create(Input(5, 6) >> Flatten >> Dense(4) >> Tanh >> Dense(2)).Train(examples, new() { Epochs = 1 }).Take(1), examples);
    }

    private static TrainingReport Numbers()
    {
        var examples = Examples.Regression([.. Enumerable.Range(0, 50).Select(i => new[] { i / 50f, 1 })], [.. Enumerable.Range(0, 50).Select(i => new[] { i * i / 2500f, -1f })]);
        return TrainingReport.Of(Functional.Facade.Model.Create(Input(2) >> Dense(4) >> Tanh >> Dense(2)).Train(examples, new() { Epochs = 2 }).Take(2), examples);
    }

    private static Examples Rings(int count, int seed)
    {
        var random = new Random(seed);
        float[][] rows = [.. Enumerable.Range(0, count).Select(_ => new[] { random.NextSingle() * 2 - 1, random.NextSingle() * 2 - 1 })];
        return Examples.Labelled(rows, [.. rows.Select(row => MathF.Sqrt(row[0] * row[0] + row[1] * row[1]) switch { < 0.4f => 0, < 0.8f => 1, _ => 2 })], 3);
    }

    private static XDocument Parsed(string page)
    {
        using var reader = XmlReader.Create(new StringReader(page), new() { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
