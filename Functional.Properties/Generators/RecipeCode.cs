using System.Globalization;
using System.Text;
using Functional.Core;
using LanguageExt;

namespace Functional.Properties;

/// <summary>A recipe as C#: the network as a LINQ query over wires, its losses, and the case at which it is looked at.</summary>
internal static class RecipeCode
{
    public static string Of(Recipe recipe)
    {
        var text = new StringBuilder("var network = (\n");
        var names = new List<Seq<(string Name, Shape Shape)>>();
        var shared = new Dictionary<int, string>();
        for (int i = 0; i < recipe.Inputs.Count; i++)
        {
            Line($"from x{i + 1} in Layers.Input({string.Join(", ", recipe.Inputs[i])})");
            names.Add(Prelude.Seq1(($"x{i + 1}", recipe.Inputs[i])));
        }
        foreach (var (number, step) in recipe.Steps.Select((step, number) => (number, step)))
        {
            string name = $"v{number + 1}";
            var inputs = step.From.Map((i, source) => Adapted(source, step.Needs[i], step.Kinds[i])).ToArray();
            var shapes = step.Layer.Outputs(step.Needs).ThrowIfFail();
            if (recipe.Steps.Exists(other => other.Shares == number))
            {
                shared[number] = $"use{number + 1}";
                Line($"from {shared[number]} in Layers.Shared({CSharpCode.Of(step.Layer)})");
            }
            string? use = step.Shares is { } owner ? shared.GetValueOrDefault(owner) : shared.GetValueOrDefault(number);
            if (use is not null) Line($"from {name} in {use}({inputs[0]})");
            else if (shapes.Count > 1) Line($"from {name} in {CSharpCode.Of(step.Layer)}.OnAll({NetworkCode.Listed(inputs)})");
            else Line($"from {name} in {CSharpCode.Of(step.Layer)}.On({string.Join(", ", inputs)})");
            names.Add(shapes.Map((i, shape) => (shapes.Count > 1 ? $"{name}[{i}]" : name, shape)).ToSeq().Strict());
        }
        var outputs = recipe.Outputs.Map(output => Adapted(output.From, output.Needs, output.Prediction)).Strict();
        Line($"select {NetworkCode.Listed([.. outputs])}).Build().ToFin().ThrowIfFail();");
        string losses = string.Join(", ", recipe.Outputs.Map(output => $"new Loss({CSharpCode.Of(output.Loss.Layer)}, Reduction.{output.Loss.Reduction})"));
        string kinds = NetworkCode.Listed([.. recipe.Kinds.Map(kind => $"ValueKind.{kind}")]);
        text.Append(CultureInfo.InvariantCulture, $"var combined = Objective.Of(network, {losses}).ToFin().ThrowIfFail().Combined;\n");
        text.Append(CultureInfo.InvariantCulture, $"Verify.Case(CaseMaker.Make(combined, combined.Inputs.Map(input => input.Shape), {recipe.Batch}, new Key({recipe.Seed}), ValueFamily.{recipe.Family}, {kinds}{(recipe.Mode == Mode.Train ? "" : $", Mode.{recipe.Mode}")}));");
        return text.ToString();

        void Line(string line) => text.Append("    ").Append(line).Append('\n');

        // A value through the layers that bring it to a shape and kind, each in a line of its own.
        string Adapted(Source source, Shape? to, ValueKind kind)
        {
            var (name, shape) = names[source.Index][source.Output % names[source.Index].Count];
            foreach (var layer in RecipeBuild.Adapters(shape, to, kind))
            {
                string next = $"{name.Replace('[', '_').Replace("]", "", StringComparison.Ordinal)}_";
                while (text.ToString().Contains($"from {next} in", StringComparison.Ordinal)) next += "_";
                Line($"from {next} in {CSharpCode.Of(layer)}.On({name})");
                name = next;
            }
            return name;
        }
    }
}
