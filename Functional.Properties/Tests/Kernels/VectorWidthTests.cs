using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Functional.Core.Kernels;
using Xunit;
using Xunit.Abstractions;

namespace Functional.Properties.Tests.Kernels;

/// <summary>
/// What vectors this process has. The settings of .NET by which the script <c>widths</c> runs the tests at others do what they say, so that
/// a setting that was renamed does not pass for one that was tried.
/// </summary>
public class VectorWidthTests(ITestOutputHelper output)
{
    [Fact]
    public void The_settings_of_the_runtime_do_what_they_say()
    {
        output.WriteLine(
            $"Vector<float> of {Vector<float>.Count}, kernels of {MatrixProduct.PreferredBits} bits; AVX-512 {Avx512F.IsSupported}, AVX2 {Avx2.IsSupported}, "
            + $"FMA {Fma.IsSupported}, any vectors {Vector.IsHardwareAccelerated}");
        if (Setting("EnableAVX512") == "0") Assert.False(Avx512F.IsSupported || Vector512.IsHardwareAccelerated);
        if (Setting("EnableAVX2") == "0") Assert.False(Avx2.IsSupported || Fma.IsSupported || Vector256.IsHardwareAccelerated);
        if (Setting("EnableHWIntrinsic") == "0") Assert.False(Sse.IsSupported || Vector128.IsHardwareAccelerated || Vector.IsHardwareAccelerated);
        if (Setting("MaxVectorTBitWidth") == "128" || !Vector256.IsHardwareAccelerated) Assert.Equal(4, Vector<float>.Count);
        if (Setting("MaxVectorTBitWidth") == "512" && Vector512.IsHardwareAccelerated) Assert.Equal(16, Vector<float>.Count);
    }

    private static string? Setting(string name) => Environment.GetEnvironmentVariable("DOTNET_" + name);
}
