using FsCheck;
using FsCheck.Fluent;
using Functional.Core;

namespace Functional.Properties;

/// <summary>Reports how many of the cases were edge cases, so that nobody has to believe that they were tried.</summary>
public static class Shares
{
    /// <summary>The property with its recipe's edges reported.</summary>
    public static Property Of(Property property, Recipe recipe) => property
        .Collect($"values {recipe.Family}")
        .Classify(recipe.Batch == 1, "batch 1")
        .Classify(recipe.Inputs.Exists(shape => shape.Size == 1), "width 1")
        .Classify(recipe.Steps.IsEmpty, "no layers")
        .Classify(recipe.Steps.Count > 4, "five layers or more")
        .Classify(recipe.Inputs.Count > 1, "several inputs")
        .Classify(recipe.Outputs.Count > 1, "several outputs")
        .Classify(recipe.Steps.Exists(step => step.Shares is not null), "shared parameters")
        .Classify(recipe.Steps.Exists(step => step.From.Count > 1 || step.Layer is ResidualLayer), "wires meet");

    /// <summary>The property with a layer case's edges reported.</summary>
    public static Property Of(Property property, LayerCase at)
    {
        double[] numbers = [.. at.Inputs.SelectMany(input => input.ToArray())];
        return property
            .Collect(at.Layer.Kind)
            .Classify(at.Batch == 1, "batch 1")
            .Classify(at.InputShapes.Exists(shape => shape.Size == 1), "width 1")
            .Classify(numbers.Distinct().Count() < numbers.Length, "ties")
            .Classify(numbers.Any(number => number == 0), "exact zeros")
            .Classify(numbers.Any(number => Math.Abs(number) is > 15 and < 100), "saturated")
            .Classify(numbers.Any(number => Math.Abs(number) >= 300), "huge")
            .Classify(numbers.Any(number => number != 0 && Math.Abs(number) < 1e-3), "tiny");
    }
}
