using DigitsExample;
using Functional.Facade;

namespace ServeExample;

/// <summary>A model to serve: of handwritten digits.</summary>
public static class DigitsModel
{
    /// <summary>The model in a file; it is trained first, in a few seconds, where there is no such file.</summary>
    public static Model At(string file)
    {
        if (!File.Exists(file)) Trained().Save(file);
        return Model.Load(file);
    }

    private static Model Trained()
    {
        var training = DigitsTraining.Dense;
        var (digits, _) = DigitsTraining.Split(key: 1);
        return Model.Create(training.Network, seed: 1).Fit(digits, training.Options(key: 1))
            .WithClassNames("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");
    }
}
