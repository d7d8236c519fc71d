using System.Collections.Immutable;
using System.Reflection;
using Functional.Core;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Reports;

/// <summary>What is printed as C# compiles and gives equal values, whatever their settings.</summary>
public class CSharpCodeTests
{
    [Fact]
    public void Every_layer_and_loss_of_the_catalog_comes_again_with_its_case()
    {
        LayerCase[] cases = [.. LayerCatalog.All.AsEnumerable().SelectMany(entry => Enumerable.Range(0, 2).Select(i => entry.Case(new Key(2026).For(entry.Name).Split((ulong)i)) with { Origin = null }))];
        Come(cases, at => $"{at}");
    }

    [Fact]
    public void Every_setting_of_every_layer_comes_again()
    {
        var layers = LayerCatalog.All.Map(entry => entry.Draw(new Key(3)).Layer).AsEnumerable().DistinctBy(layer => layer.GetType()).SelectMany(Changed).ToArray();
        Assert.True(layers.Length > 120);
        Come(layers, layer => $"Verify.Value({CSharpCode.Of(layer)});");
    }

    [Fact]
    public void The_line_that_repeats_a_check_gives_its_point()
    {
        var options = new VerifyOptions
        {
            First = 7,
            Cases = 1,
            Key = new(9),
            Families = Seq1(ValueFamily.Ties),
            Modes = Seq1(Mode.Inference),
            LargestBatch = 2,
            VariesShapes = false,
        };
        LayerCase[] points =
        [
            new VerifyOptions { First = 3 }.Points(Layers.Embedding(3, 2), Seq1(Shape.Scalar)).First(),
            .. LayerCatalog.All.AsEnumerable().Select(entry =>
            {
                var (layer, inputs) = entry.Draw(new Key(4));
                return (options with { Kinds = entry.Kinds }).Points(layer, inputs).First();
            }),
        ];
        Come(points, at => at.Origin!);
    }

    [Fact]
    public void Every_optimizer_of_the_catalog_comes_again_with_its_case()
    {
        var network = (Layers.Input(2) >> Layers.Dense(2) >> Layers.Tanh() >> Layers.Dense(1)).Built();
        var w = network.Initialize<double>(new Key(1));
        var g = new Gradients<double>(w.Layout, Probe.Draw(new Key(2), w.Values.Shape));
        OptimizerCase[] cases = [.. OptimizerCatalog.All.Select(optimizer =>
        {
            var (next, state) = optimizer.Update(w, g, optimizer.Init(w));
            return new OptimizerCase(optimizer, next, g, state);
        })];
        Come(cases, at => $"Verify.Value({at});");
    }

    [Fact]
    public void Random_networks_come_again_with_their_cases()
    {
        Recipe[] recipes = [.. Enumerable.Range(0, 30).Select(i => RecipeMaker.Make(new Key(5).Split((ulong)i), 1 + i / 3))];
        object?[] again = SnippetCompiler.Given([.. recipes.Select(recipe => $"{recipe}")]);
        foreach (var (recipe, at) in recipes.Zip(again)) Assert.True(recipe.Case().Equals(at), $"Another case came of\n{recipe}");
    }

    [Fact]
    public void Settings_of_any_common_type_come_again()
    {
        UserLayer[] layers =
        [
            new(3) { Needed = -1 },
            new(3, 0.1)
            {
                Needed = int.MinValue, Name = "so \"named\"\\", Text = "a\n\t\u2028'", Letter = '\'', Small = 0.1f, Smallest = float.NaN, Negative = -0.0, Large = double.PositiveInfinity,
                Exact = 1.10m, Long = ulong.MaxValue, Taste = UserLayer.Flavours.Sour, Kinds = (UserLayer.Flavours)6, Maybe = 0, Pair = (1, 0.5), Weights = [1, -0.0], Rows = [Shape.Of(2), Shape.Scalar],
                Words = ["a"], Many = Seq1(0.25), Fixed = Tensor.From<double>([2], 1, -2), Single = Tensor.From<float>([1], 0.1f), Several = [Tensor.Zeros<double>([0])],
                Inside = new(Extent.Square(2)) { More = 4 }, Bare = new() { More = 5 }, Around = Padding.Same, Odd = Padding.Same with { Top = 1 }, Start = Initializer.HeNormal,
            },
        ];
        object?[] again = SnippetCompiler.Given([.. layers.Select(layer => $"Verify.Value({CSharpCode.Of(layer)});")], typeof(UserLayer).Namespace!);
        foreach (var (layer, other) in layers.Zip(again))
            foreach (var property in typeof(UserLayer).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is not null))
                Assert.Equal(property.GetValue(layer), property.GetValue(Assert.IsType<UserLayer>(other)));
    }

    [Fact]
    public void What_nobody_can_write_is_a_comment()
    {
        Assert.Equal("/* secret */ null", CSharpCode.Of(new Secret(1)));
        Assert.Equal("/* hidden */ default", CSharpCode.Of(Hidden.Of(1)));
        Assert.StartsWith("/* ", CSharpCode.Of(new Dictionary<int, int> { [1] = 2 }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_as_by_default_is_left_out()
    {
        Assert.Equal("new Conv2dLayer(2, new Extent(3, 3)) { Padding = Padding.Same, Groups = 2 }", CSharpCode.Of(Layers.Conv2d(2, 3, padding: Padding.Same, groups: 2)));
        Assert.Equal("new DenseLayer(2)", CSharpCode.Of(Layers.Dense(2)));
        Assert.Equal("new CrossEntropyLayer() { Smoothing = 0.1 }", CSharpCode.Of(Losses.CrossEntropy(smoothing: 0.1).Layer));
    }

    private static void Come<A>(A[] values, Func<A, string> code) where A : notnull
    {
        string[] printed = [.. values.Select(code)];
        object?[] again = SnippetCompiler.Given(printed);
        for (int i = 0; i < values.Length; i++) Assert.True(values[i].Equals(again[i]), $"{printed[i]}\ngave\n{again[i]}");
    }

    // The layer with each of its settings changed alone.
    private static IEnumerable<Layer> Changed(Layer layer)
    {
        foreach (var setting in layer.GetType().GetProperties().Where(property => property.SetMethod is { IsPublic: true }))
        {
            object changed = layer.GetType().GetMethod("<Clone>$", BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)!.Invoke(layer, null)!;
            setting.SetValue(changed, Another(setting.PropertyType, setting.GetValue(layer)));
            yield return (Layer)changed;
        }
    }

    private static object? Another(Type type, object? old) => old switch
    {
        bool truth => !truth,
        int number => number + 1,
        double number => number + 0.125,
        Padding => Padding.Same,
        Extent extent => new Extent(extent.Height + 1, extent.Width),
        Initializer => Initializer.Constant(0.5),
        Shape => Shape.Of(7),
        LossLayer => Losses.HuberLoss(2).Layer,
        Layer => Layers.Conv1d(2, 1, stride: 2).Named("inner"),
        Seq<double> => Seq1(0.75),
        Seq<int> => Seq(1, 2, 3),
        Seq<Layer> => Seq1(Layers.Softmax()),
        null when type == typeof(string) => "own",
        null when type == typeof(int?) => 2,
        null when type == typeof(Extent) => new Extent(2, 1),
        ValueType when type.IsGenericType is false && type.Namespace == typeof(Layer).Namespace => Activator.CreateInstance(type),
        _ => throw new NotSupportedException($"A setting of type {type}: say here what else it may be."),
    };

    private sealed class Secret
    {
        public Secret(int number) => _ = number;
        public override string ToString() => "secret";
    }

    private readonly struct Hidden
    {
        private readonly int _number;
        private Hidden(int number) => _number = number;
        public static Hidden Of(int number) => new(number);
        public override string ToString() => _number == 0 ? "nothing" : "hidden";
    }
}

/// <summary>A layer as users write them, with settings of many types.</summary>
public sealed record UserLayer(int Width, double Slope = 1) : Layer
{
    [Flags]
    public enum Flavours
    {
        None = 0,
        Sweet = 1,
        Sour = 2,
        Bitter = 4,
    }

    public required int Needed { get; init; }
    public string? Text { get; init; } = "text";
    public char Letter { get; init; } = 'a';
    public float Small { get; init; }
    public float Smallest { get; init; }
    public double Negative { get; init; } = 1;
    public double Large { get; init; }
    public decimal Exact { get; init; }
    public ulong Long { get; init; }
    public Flavours Taste { get; init; }
    public Flavours Kinds { get; init; }
    public int? Maybe { get; init; } = 1;
    public (int, double) Pair { get; init; }
    public IReadOnlyList<double> Weights { get; init; } = [];
    public ImmutableArray<Shape> Rows { get; init; } = [];
    public IReadOnlyList<string> Words { get; init; } = new List<string>();
    public Seq<double> Many { get; init; } = Seq(1.0, 2.0);
    public Tensor<double> Fixed { get; init; }
    public Tensor<float> Single { get; init; }
    public Tensors<double> Several { get; init; }
    public Holder<int>.Nested Inside { get; init; }
    public Holder<int>.Nested Bare { get; init; }
    public Padding Around { get; init; } = 1;
    public Padding Odd { get; init; } = Padding.None;
    public Initializer Start { get; init; } = Initializer.Zeros;

    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => inputs;

    public override Differentiable<T> At<T>() => Layers.Identity().At<T>();
}

/// <summary>A type around another.</summary>
public static class Holder<T>
{
    /// <summary>The other, a struct with a setting beside its constructor's.</summary>
    public readonly record struct Nested(Extent? Size)
    {
        public int More { get; init; }
    }
}
