using Functional.Core;
using Functional.Core.Storage;
using Functional.Facade;
using Functional.Properties.Tests.Storage;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests.Facade;

/// <summary>What a model does with data around its network: transforms, columns, class names; in training, prediction, measuring and files.</summary>
public sealed class ModelDataTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    // y = 40,000 + 900 x₁ − 3 x₂, in numbers that no network likes: areas around 100, years around 1990, prices around 100,000.
    private static Examples Houses(ulong key, int count = 60)
    {
        var draws = new Key(key);
        float[][] rows = [.. Enumerable.Range(0, count).Select(i => new[] { 50 + draws.Below(100, (ulong)i), 1950f + draws.Below(70, (ulong)(count + i)) })];
        return Examples.Regression(rows, [.. rows.Select(row => 40_000 + 900 * row[0] - 3 * row[1])]);
    }

    private static TrainingOptions Options => new()
    {
        Epochs = 40,
        BatchSize = 8,
        Optimizer = Optimizers.Adam(0.05),
        Inputs = Transforms.Standardise,
        Targets = Transforms.Standardise,
    };

    private static Model Houses() => Model.Create(Input(2) >> Dense(1)).Fit(Houses(1), Options);

    [Fact]
    public void Predictions_and_errors_are_in_the_units_of_the_targets()
    {
        var model = Houses();
        Assert.Equal(40_000 + 900 * 100 - 3 * 1990, model.Predict([100f, 1990f])[0], 200.0);
        var held = Houses(2);
        var evaluation = model.Evaluate(held);
        Assert.InRange(evaluation.Errors.RootMeanSquared, 0, 300);
        Assert.InRange(evaluation.Errors.RSquared, 0.999, 1);
        Assert.InRange(evaluation.Loss, 0, 1e-3);
        double[] apart = [.. Enumerable.Range(0, held.Count).Select(i => (double)model.Predict(held.Inputs.Example(i).Span)[0] - held.Targets[i, 0])];
        Assert.Equal(Math.Sqrt(apart.Average(x => x * x)), evaluation.Errors.RootMeanSquared, 1.0);
    }

    [Fact]
    public void All_ways_to_predict_give_the_same()
    {
        var model = Houses();
        float expected = model.Predict([100f, 1990f])[0];
        var output = new float[1];
        model.Predict([100f, 1990f], output);
        Assert.Equal(expected, output[0]);
        Assert.Equal(expected, model.Predict(new float[][] { [100f, 1990f] })[0][0]);
        Assert.Equal(expected, model.Predict(new float[,] { { 100, 1990 } })[0, 0]);
        Assert.Equal(expected, model.Predict(Tensor.From<float>([1, 2], [100, 1990]))[0, 0]);
        Assert.Equal(expected, model.Predict(Tensor.Build<float>([600, 2], index => index[1] == 0 ? 100 : 1990))[599, 0]);
    }

    [Fact]
    public void Transforms_are_fitted_to_the_training_examples_alone_and_stay()
    {
        var (training, validation) = (Houses(1), Houses(2));
        var options = Options with { Epochs = 2, Validation = validation };
        var first = Model.Create(Input(2) >> Dense(1)).Train(training, options).First();
        Assert.Equal(Transforms.Standardise.Fit(training.Inputs).Value(), first.Model.Inputs);
        Assert.Equal(Transforms.Standardise.Fit(training.Targets).Value(), first.Model.Targets);
        Assert.Equal(first.Validation!.Errors.RootMeanSquared, first.Model.Evaluate(validation).Errors.RootMeanSquared);

        // Learning on without options keeps what was fitted; with options it is fitted anew.
        var more = first.Model.Fit(validation, new() { Epochs = 1 });
        Assert.Equal(first.Model.Inputs, more.Inputs);
        Assert.Equal(first.Model.Targets, more.Targets);
        Assert.Equal(Transforms.MinMax.Fit(validation.Inputs).Value(), first.Model.Fit(validation, new() { Epochs = 1, Inputs = Transforms.MinMax }).Inputs);
    }

    [Fact]
    public void A_file_keeps_them_and_what_is_loaded_predicts_the_same_bits()
    {
        var model = Houses();
        model.Save(_folder["model"]);
        var same = Model.Load(_folder["model"]);
        Assert.Equal(model.Inputs, same.Inputs);
        Assert.Equal(model.Targets, same.Targets);
        Assert.Equal(model.Predict(Houses(3).Inputs), same.Predict(Houses(3).Inputs));
        var bare = same.WithTransforms(null);
        Assert.Null(bare.Inputs);
        Assert.NotEqual(model.Predict(Houses(3).Inputs), bare.Predict(Houses(3).Inputs));
        Assert.Equal(model.Predict(Houses(3).Inputs), bare.WithTransforms(model.Inputs, model.Targets).Predict(Houses(3).Inputs));
        Assert.Throws<ArgumentException>(() => bare.WithTransforms(model.Targets));
        // Numbers of another run under the same transforms.
        Assert.Equal(model.Inputs, model.WithParametersFrom(_folder["model"]).Inputs);
    }

    [Fact]
    public void A_checkpointed_run_goes_on_with_its_transforms()
    {
        var expected = Model.Create(Input(2) >> Dense(1)).Fit(Houses(1), Options with { Epochs = 6 });
        var options = Options with { Checkpoint = _folder["run"] };
        _ = Model.Create(Input(2) >> Dense(1)).Fit(Houses(1), options with { Epochs = 3 });
        var resumed = Model.Create(Input(2) >> Dense(1)).Fit(Houses(1), options with { Epochs = 6 });
        Assert.Equal(expected.Parameters, resumed.Parameters);
        Assert.Equal(expected.Targets, resumed.Targets);
        // Nothing left to do.
        Assert.Equal(expected.Inputs, Model.Create(Input(2) >> Dense(1)).Fit(Houses(1), options with { Epochs = 6 }).Inputs);
    }

    public static TheoryData<string, string, string> Hostile => new()
    {
        { "transform.inputs", "{\"kind\":\"scaled\",\"shift\":[1],\"scale\":[1]}", "transform.inputs: got 1 columns, needed 2, the size of the network's input" },
        { "transform.inputs", "{\"kind\":\"scaled\",\"shift\":[1,2],\"scale\":[1,0]}", "transform.inputs: got a scale of 0 or below" },
        { "transform.inputs", "{\"kind\":\"scaled\",\"shift\":[1,2],\"scale\":[1]}", "transform.inputs: got 2 shifts and 1 scales" },
        { "transform.inputs", "{\"kind\":\"scaled\",\"shift\":[1,\"NaN\"],\"scale\":[1,1]}", "transform.inputs: got shift NaN of column 1" },
        { "transform.inputs", "{\"kind\":\"scaled\",\"shift\":[],\"scale\":[]}", "transform.inputs" },
        { "transform.inputs", "{\"kind\":\"scaled\",\"shift\":[1,2]}", "transform.inputs" },
        { "transform.inputs", "{\"kind\":\"scaled\",\"shift\":[1,2],\"scale\":[1,2],\"more\":1}", "transform.inputs" },
        { "transform.inputs", "{\"kind\":\"filled\",\"values\":[1,2,3]}", "transform.inputs: got 3 columns, needed 2" },
        { "transform.inputs", "{\"kind\":\"chain\",\"steps\":[]}", "transform.inputs: got a chain of no transforms" },
        { "transform.inputs", "{\"kind\":\"chain\",\"steps\":[null]}", "transform.inputs" },
        { "transform.inputs", "{\"kind\":\"chain\",\"steps\":[{\"kind\":\"filled\",\"values\":[1,2]},{\"kind\":\"filled\",\"values\":[1]}]}", "transform.inputs: got transforms of 2, 1 columns" },
        { "transform.inputs", "{\"kind\":\"System.IO.File\"}", "transform.inputs" },
        { "transform.inputs", "{\"shift\":[1,2],\"scale\":[1,2]}", "transform.inputs" },
        { "transform.inputs", "null", "transform.inputs" },
        { "transform.inputs", "{", "transform.inputs" },
        { "transform.targets", "{\"kind\":\"filled\",\"values\":[1,2]}", "transform.targets: got 2 columns, needed 1, the size of the network's output" },
        { "columns", "{\"inputs\":[{\"name\":\"a\",\"categories\":[]}],\"targets\":[]}", "columns: got 1 columns, needed 2" },
        { "columns", "{\"inputs\":[{\"name\":\"a\",\"categories\":[\"x\",\"x\"]}],\"targets\":[]}", "columns: got a category twice in \"a\"" },
        { "columns", "{\"inputs\":[{\"name\":\"a\",\"categories\":[]},{\"name\":\"a\",\"categories\":[]}],\"targets\":[]}", "columns: got two columns \"a\"" },
        { "columns", "{\"inputs\":[{\"name\":\"a\",\"categories\":[\"x\",\"y\"]}],\"targets\":[{\"name\":\"b\",\"categories\":[\"p\",\"q\"]}]}", "columns: got 2 columns, needed 1, the size of the network's output" },
        { "columns", "{\"inputs\":[],\"targets\":[]}", "columns: got no input columns" },
        { "columns", "{\"inputs\":[{\"name\":null,\"categories\":[]}],\"targets\":[]}", "columns" },
        { "columns", "[]", "columns" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void What_does_not_belong_in_a_file_is_refused(string key, string json, string message)
    {
        Houses().Save(_folder["model"]);
        var file = Safetensors.ReadFile(_folder["model"]).Get();
        Safetensors.WriteFile(_folder["model"], SafetensorsFile.Of(file.Tensors, file.Metadata.SetItem(key, json)).Get()).Get();
        Assert.Contains(message, Assert.Throws<ModelFileException>(() => Model.Load(_folder["model"])).Message);
    }

    [Fact]
    public void A_table_is_learned_kept_and_asked_by_the_names_of_its_columns()
    {
        File.WriteAllText(_folder["train.csv"], "island,mass,species\n" + string.Concat(Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? $"Biscoe,{4000 + i},gentoo\n" : i % 3 == 0 ? $"Dream,{3000 + i},adelie\n" : $"Torgersen,{3000 + i},adelie\n")));
        var examples = Examples.FromCsv(_folder["train.csv"], label: "species");
        Assert.Equal(["adelie", "gentoo"], examples.ClassNames.ToArray());
        var (training, heldOut) = examples.Split(part: 0.25, seed: 1);
        var model = Model.Create(Input(4) >> Dense(2)).Fit(training, new() { Inputs = Transforms.Standardise, Optimizer = Optimizers.Adam(0.05) });
        Assert.Equal(1, model.Evaluate(heldOut).Accuracy);
        Assert.Equal(["adelie", "gentoo"], model.ClassNames.ToArray());

        model.Save(_folder["model"]);
        var same = Model.Load(_folder["model"]);
        Assert.Equal(examples.Columns, same.Columns);
        Assert.Equal("adelie", same.PredictClassName(new Dictionary<string, string> { ["island"] = "Dream", ["mass"] = "3100" }));
        Assert.Equal(2, same.Predict(new Dictionary<string, string> { ["island"] = "Biscoe", ["mass"] = "4100" }).Length);
        Assert.Contains("column \"island\": got \"Mars\"", Assert.Throws<ArgumentException>(() => same.Predict(new Dictionary<string, string> { ["island"] = "Mars", ["mass"] = "1" })).Message);
        Assert.Contains("column \"mass\": got no text of that name", Assert.Throws<ArgumentException>(() => same.Predict(new Dictionary<string, string> { ["island"] = "Dream", ["weight"] = "3100" })).Message);
        Assert.Contains("column \"mass\": got a missing value", Assert.Throws<ArgumentException>(() => same.Predict(new Dictionary<string, string> { ["island"] = "Dream", ["mass"] = "" })).Message);
        Assert.Equal(2, same.Predict(new Dictionary<string, string> { ["island"] = "", ["mass"] = "4100" }).Length);
        Assert.Throws<InvalidOperationException>(() => Model.Create(Input(4) >> Dense(2)).Predict(new Dictionary<string, string>()));

        File.WriteAllText(_folder["new.csv"], "mass,island\n3100,Dream\n4200,Biscoe\n");
        Assert.Equal([0, 1], same.PredictClasses(Examples.InputsFromCsv(_folder["new.csv"], same.Columns!)));
        File.WriteAllText(_folder["other.csv"], "mass,species,island\n3100,adelie,Dream\n4200,gentoo,Biscoe\n");
        Assert.Equal(1, same.Evaluate(Examples.FromCsv(_folder["other.csv"], same.Columns!)).Accuracy);
        File.WriteAllText(_folder["bad.csv"], "mass,species,island\n3100,emperor,Dream\n");
        Assert.Contains("line 2, column 2 (species): \"emperor\"", Assert.Throws<IOException>(() => Examples.FromCsv(_folder["bad.csv"], same.Columns!)).Message);

        // Other classes are other numbers, so they are refused.
        File.WriteAllText(_folder["birds.csv"], "island,mass,species\nBiscoe,1,a\nDream,2,b\nTorgersen,3,b\n");
        Assert.Contains("of the classes a, b; the model's are adelie, gentoo", Assert.Throws<ArgumentException>(() => same.Evaluate(Examples.FromCsv(_folder["birds.csv"], "species"))).Message);
    }

    [Fact]
    public void Missing_values_are_filled_by_the_model_or_refused()
    {
        File.WriteAllText(_folder["train.csv"], "a,b,y\n1,,2\n2,5,4\n3,7,6\n,9,8\n");
        var examples = Examples.FromCsv(_folder["train.csv"], ["y"], new() { Missing = MissingValues.Keep });
        Assert.True(examples.HaveMissing);
        var untrained = Model.Create(Input(2) >> Dense(1));
        Assert.Contains("Row 0, column \"b\" is missing, and the model fills nothing in", Assert.Throws<ArgumentException>(() => untrained.Fit(examples)).Message);
        Assert.Contains("missing values are filled first", Assert.Throws<ArgumentException>(() => untrained.Fit(examples, new() { Inputs = Transforms.Standardise })).Message);
        var model = untrained.Fit(examples, new() { Inputs = Transforms.FillMean >> Transforms.Standardise, Epochs = 1 });
        Assert.Equal(model.Predict([2f, 7f]), model.Predict([float.NaN, 7f]));
        Assert.Equal(model.Predict([2f, 7f])[0], model.Predict(new Dictionary<string, string> { ["a"] = "", ["b"] = "7" })[0]);
        Assert.Throws<ArgumentException>(() => model.Predict(new Dictionary<string, string> { ["b"] = "7" }));
        Assert.Throws<ArgumentException>(() => model.Predict([float.PositiveInfinity, 7f]));
        Assert.InRange(model.Evaluate(examples).Loss, 0, 1e6);
        // An array has no marks for missing values; NaN in it is a mistake.
        Assert.Throws<ArgumentException>(() => Examples.Regression([[float.NaN]], [1f]));
    }

    [Fact]
    public void Mistakes_are_told()
    {
        var labelled = Examples.Labelled([[0, 1], [1, 0]], [0, 1], classes: 2);
        Assert.Contains("the examples have labels; target numbers are needed", Assert.Throws<ArgumentException>(() => Model.Create(Input(2) >> Dense(2)).Fit(labelled, new() { Targets = Transforms.Standardise })).Message);
        Assert.Contains("2 examples make no batch of 32", Assert.Throws<ArgumentException>(() => Model.Create(Input(2) >> Dense(2)).Fit(labelled, new() { DropsLastBatch = true })).Message);
        Assert.Throws<ArgumentException>(() => Examples.FromCsv("none.csv", Array.Empty<string>()));
        Assert.Contains("none.csv: there is no such file", Assert.Throws<IOException>(() => Examples.FromCsv("none.csv", "y")).Message);
    }

    [Fact]
    public void A_short_last_batch_is_kept_or_dropped()
    {
        int Steps(bool drops)
        {
            int steps = 0;
            _ = Model.Create(Input(2) >> Dense(1)).Fit(Houses(1), new() { Epochs = 1, BatchSize = 50, DropsLastBatch = drops, Progress = new Reports(_ => steps++) });
            return steps;
        }
        Assert.Equal((2, 1), (Steps(false), Steps(true)));
    }

    private sealed class Reports(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
