using System.Reflection;
using Xunit;

namespace Functional.Properties.Tests;

/// <summary>Every property runs at as many times its usual cases as asked for.</summary>
public class PropertyAttributeTests
{
    [Fact]
    public void Every_property_of_the_project_is_multiplied()
    {
        var properties = typeof(PropertyAttributeTests).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributes<FsCheck.Xunit.PropertyAttribute>().Select(attribute => (Name: $"{method.DeclaringType}.{method.Name}", Attribute: attribute))).ToArray();
        Assert.True(properties.Length >= 60);
        Assert.All(properties, property => Assert.True(property.Attribute is PropertyAttribute, $"{property.Name} has FsCheck's own attribute, which FUNCTIONAL_CASES does not reach."));
    }

    [Fact]
    public void FsCheck_is_asked_for_the_multiplied_number()
    {
        Assert.Equal(Verify.Scaled(100), Asked(new PropertyAttribute()));
        Assert.Equal(Verify.Scaled(7), Asked(new PropertyAttribute { MaxTest = 7 }));

        static int Asked(FsCheck.Xunit.PropertyAttribute attribute) => attribute.MaxTest;
    }

    [Theory]
    [InlineData(100, 1, 100)]
    [InlineData(100, 1000, 100_000)]
    [InlineData(100, int.MaxValue, int.MaxValue)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    public void What_an_int_does_not_hold_becomes_the_largest_one(int cases, int scale, int expected) => Assert.Equal(expected, Verify.Times(cases, scale));

    [Fact]
    public void The_last_points_of_all_are_points_too()
    {
        var options = new VerifyOptions { First = int.MaxValue - 1, Cases = 5 };
        Assert.Equal(2, options.Points(Core.Layers.Tanh(), LanguageExt.Prelude.Seq1(Core.Shape.Of(2))).Count());
    }
}
