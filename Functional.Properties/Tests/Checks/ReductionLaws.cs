using Functional.Core;
using Xunit;

namespace Functional.Properties.Tests.Checks;

/// <summary>Every loss of the library obeys the laws of reductions.</summary>
public class ReductionLaws
{
    private static readonly CatalogEntry[] s_losses = [.. LayerCatalog.All.Filter(entry => entry.Draw(default).Layer is LossLayer)];

    public static TheoryData<int> Seeds => Given.Seeds(20);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Mean_and_sum_of_every_loss(int seed)
    {
        Assert.NotEmpty(s_losses);
        foreach (var entry in s_losses)
        {
            var key = new Key((ulong)seed).For("reductions").For(entry.Name);
            var (loss, shapes) = entry.Draw(key.For("layer"));
            var at = new LossPoint(key, (LossLayer)loss, shapes, entry.Kinds, 1 + key.Below(5, 0));
            Holds(entry.Name, LossLaws.MeanIsSumOverCount(at.Network, at.Loss, at.Parameters, at.Inputs, at.Targets));
            Holds(entry.Name, LossLaws.SumOfExamples(at.Network, at.Loss, at.Parameters, at.Inputs, at.Targets));
        }
    }

    private static void Holds(string loss, Finding finding) => Assert.True(finding.Verdict == Verdict.Pass, $"{loss}: {string.Join('\n', finding.Violations.AsEnumerable())}");
}
