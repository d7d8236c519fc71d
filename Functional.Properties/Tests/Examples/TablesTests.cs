using Functional.Core;
using TablesExample;
using Xunit;

namespace Functional.Properties.Tests;

/// <summary>The example on real tables: what it promises, in stratified five-fold cross-validation.</summary>
public class TablesTests
{
    [Theory]
    [InlineData("iris", 150, 0.95)]
    [InlineData("wine", 178, 0.95)]
    [InlineData("cancer", 569, 0.95)]
    [InlineData("digits", 1797, 0.98)]
    public void Held_out_rows_are_told_right(string name, int rows, double least)
    {
        var table = TableData.All.Single(table => table.Name == name);
        var folds = table.CrossValidate(5, key: 1).ToArray();
        var all = folds.Aggregate(Confusion.AdditiveIdentity, (sum, fold) => sum + fold.Evaluation.Confusion);
        Assert.Equal(rows, all.Count);
        Assert.InRange(all.Accuracy, least, 1);
        Assert.Equal(table.ClassNames.Length, all.Classes);
        // Each fold has a transform of its own, of its own training part.
        if (name != "digits") Assert.Equal(5, folds.Select(fold => fold.Model.Inputs).Distinct().Count());
    }
}
