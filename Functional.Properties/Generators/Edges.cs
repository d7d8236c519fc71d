using Functional.Core;

namespace Functional.Properties;

/// <summary>Names the edge cases that a case is, so that their shares can be reported and nobody has to believe that they were tried.</summary>
public static class Edges
{
    /// <summary>What is special about a recipe.</summary>
    public static IEnumerable<string> Of(Recipe recipe)
    {
        yield return $"values {recipe.Family}";
        if (recipe.Mode == Mode.Inference) yield return "inference";
        if (recipe.Batch == 1) yield return "batch 1";
        if (recipe.Inputs.Exists(shape => shape.Size == 1)) yield return "width 1";
        if (recipe.Steps.IsEmpty) yield return "no layers";
        if (recipe.Steps.Count > 4) yield return "five layers or more";
        if (recipe.Inputs.Count > 1) yield return "several inputs";
        if (recipe.Outputs.Count > 1) yield return "several outputs";
        if (recipe.Steps.Exists(step => step.Shares is not null)) yield return "shared parameters";
        if (recipe.Steps.Exists(step => step.From.Count > 1 || step.Layer is ResidualLayer)) yield return "wires meet";
    }

    /// <summary>What is special about a layer's case.</summary>
    public static IEnumerable<string> Of(LayerCase at)
    {
        double[] numbers = [.. at.Inputs.SelectMany(input => input.ToArray())];
        if (at.Batch == 1) yield return "batch 1";
        if (at.InputShapes.Exists(shape => shape.Size == 1)) yield return "width 1";
        if (numbers.Distinct().Count() < numbers.Length) yield return "ties";
        if (numbers.Any(number => number == 0)) yield return "exact zeros";
        if (at.Parameters.Any(parameter => parameter.Size > 1 && parameter.ToArray().Distinct().Count() < parameter.Size)) yield return "tied parameters";
        if (numbers.Any(number => Math.Abs(number) is > 15 and < 100)) yield return "saturated";
        if (numbers.Any(number => Math.Abs(number) >= 300)) yield return "huge";
        if (numbers.Any(number => number != 0 && Math.Abs(number) < 1e-3)) yield return "tiny";
    }
}
