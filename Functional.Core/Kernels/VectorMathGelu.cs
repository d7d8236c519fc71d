using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Functional.Core.Kernels;

/// <summary>x·Φ(x) = max(x, 0) - u·Φ(-u) with u = |x|, so that the small results below zero keep all their digits.</summary>
/// <remarks>
/// -Φ(-u) is a polynomial of degree 5 around the nearest multiple of 9/64, whose six coefficients are looked up: interpolation at
/// the Chebyshev nodes of each interval (in 40 digits), of relative error at most 7.5e-8 after rounding. The last one serves all
/// greater u, with an absolute error of 1.4e-8; that is exact enough above zero, and what is so far below goes to the tail.
/// </remarks>
internal readonly struct GeluFunction : IVectorFunction
{
    private const float Step = 9 / 64f;

    // Adding it leaves the number of the nearest interval in the lowest bits.
    private const float Shift = 3 << 22;

    // By power of the distance, then by interval.
    private static ReadOnlySpan<float> C0 =>
    [
        -0.5f, -0.4440831f, -0.38925934f, -0.33655813f, -0.2868877f, -0.24098893f, -0.19940457f, -0.16246559f,
        -0.13029452f, -0.10282368f, -0.079824954f, -0.060946696f, -0.045753624f, -0.033765398f, -0.024490904f, -0.017456112f,
        -0.012224473f, -0.0084098615f, -0.0056828405f, -0.003771437f, -0.0024579011f, -0.0015728727f, -0.0009882197f, -0.0006095464f,
        -0.00036907845f, -0.0002193601f, -0.00012796589f, -7.3265815e-05f, -4.1167466e-05f, -2.2700178e-05f, -1.2283024e-05f, -6.530902e-06f,
    ];

    private static ReadOnlySpan<float> C1 =>
    [
        0.3989423f, 0.3950171f, 0.38347176f, 0.3649745f, 0.3405676f, 0.3115701f, 0.27946016f, 0.2457512f,
        0.21187665f, 0.17909446f, 0.14842017f, 0.12059112f, 0.0960615f, 0.075023115f, 0.057445027f, 0.043124244f,
        0.031739652f, 0.022903113f, 0.016203115f, 0.01123865f, 0.007642606f, 0.005095425f, 0.0033306659f, 0.002134486f,
        0.0013411188f, 0.00082613854f, 0.00049894204f, 0.000295433f, 0.00017150611f, 9.7613934e-05f, 5.446979e-05f, 2.9958372e-05f,
    ];

    private static ReadOnlySpan<float> C2 =>
    [
        0, -0.027774625f, -0.053925686f, -0.07698677f, -0.09578459f, -0.10953632f, -0.11789721f, -0.120955646f,
        -0.1191806f, -0.11333321f, -0.104357935f, -0.093269706f, -0.08105191f, -0.06857584f, -0.05654747f, -0.045482617f,
        -0.035707124f, -0.027376385f, -0.020507073f, -0.015014137f, -0.010747415f, -0.0075237127f, -0.0051521217f, -0.0034518617f,
        -0.0022631355f, -0.0014521942f, -0.0009121264f, -0.00056085945f, -0.00033765135f, -0.00019903996f, -0.00011489654f, -6.3994e-05f,
    ];

    private static ReadOnlySpan<float> C3 =>
    [
        -0.06649037f, -0.06453423f, -0.058856413f, -0.050002806f, -0.038801644f, -0.026255768f, -0.013418097f, -0.0012699649f,
        0.009379944f, 0.017963363f, 0.024181075f, 0.027993659f, 0.029581435f, 0.029284533f, 0.027535094f, 0.024792582f,
        0.021490393f, 0.017998368f, 0.014602322f, 0.011498857f, 0.008801935f, 0.00655692f, 0.004758017f, 0.0033657937f,
        0.0023225104f, 0.0015641028f, 0.0010284992f, 0.0006606006f, 0.00041458438f, 0.00025430194f, 0.00015249566f, 7.779082e-05f,
    ];

    private static ReadOnlySpan<float> C4 =>
    [
        0, 0.006889425f, 0.013110181f, 0.018083867f, 0.02139705f, 0.022848103f, 0.02245956f, 0.020456241f,
        0.017215637f, 0.01320153f, 0.008893679f, 0.004725419f, 0.0010379328f, -0.0019444088f, -0.0041176816f, -0.0054846965f,
        -0.006129808f, -0.0061887545f, -0.005819296f, -0.0051768404f, -0.004397283f, -0.0035874916f, -0.002822496f, -0.0021476573f,
        -0.0015838656f, -0.001133988f, -0.00078921916f, -0.0005344869f, -0.00035252943f, -0.00022660947f, -0.00014205015f, -5.1419545e-05f,
    ];

    private static ReadOnlySpan<float> C5 =>
    [
        0.009964757f, 0.009477934f, 0.008083624f, 0.005968819f, 0.0034093123f, 0.00072377885f, -0.0017767487f, -0.003834318f,
        -0.005276474f, -0.0060310783f, -0.0061229537f, -0.0056554396f, -0.004782432f, -0.00367744f, -0.0025055709f, -0.0014026982f,
        -0.00046379093f, 0.00025974456f, 0.0007554936f, 0.0010408829f, 0.0011522189f, 0.0011342228f, 0.001031602f, 0.0008833567f,
        0.0007198202f, 0.0005619585f, 0.0004222333f, 0.0003063183f, 0.00021508233f, 0.00014643402f, 9.68072e-05f, 1.4148425e-05f,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Apply<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats>
    {
        TFloats u = TFloats.AtMost(TFloats.Abs(x), 5.4f), shift = TFloats.Of(Shift);
        TFloats number = TFloats.AtMost(TFloats.MultiplyAdd(u, TFloats.Of(1 / Step), shift), Shift + 31);
        TFloats t = TFloats.MultiplyAdd(number - shift, TFloats.Of(-Step), u);
        TFloats p = TFloats.MultiplyAdd(TFloats.Lookup(C5, number), t, TFloats.Lookup(C4, number));
        p = TFloats.MultiplyAdd(p, t, TFloats.Lookup(C3, number));
        p = TFloats.MultiplyAdd(p, t, TFloats.Lookup(C2, number));
        p = TFloats.MultiplyAdd(p, t, TFloats.Lookup(C1, number));
        p = TFloats.MultiplyAdd(p, t, TFloats.Lookup(C0, number));
        TFloats y = TFloats.MultiplyAdd(p, u, TFloats.AtLeast(x, 0));
        return TFloats.AnyBelow(x, GeluTail.Start) ? GeluTail.Into(y, x) : y;
    }
}

/// <summary>x·Φ(x) for negative x, in full precision down to where it is denormal.</summary>
/// <remarks>
/// Φ(-u) = e^(-u²/2)·S(q) / (u + 2) with q = (u - 2) / (u + 2) and S of degree 10, a minimax fit on 0 ≤ u ≤ 14.6 of relative
/// error 2.4e-8 (Remez exchange in 40 digits; the change of variable is the one customary for the scaled complementary error
/// function). The square's rounding error goes into the exponential, and 2ⁿ comes last, so that denormal results round once.
/// Below -14.5 the nearest float is -0, which is the limit at -∞ too.
/// </remarks>
internal readonly struct GeluTail : IVectorFunction
{
    /// <summary>Where the tail begins.</summary>
    public const float Start = -4.28f;

    // Below, the nearest float is 0; results that underflow cost a hundred cycles or more.
    private const float Least = -14.5f;

    /// <summary>y, and in the lanes of the tail this function's results.</summary>
    /// <remarks>Rarely needed, so not a part of the loop that calls it; it takes all it needs, so that the loop keeps nothing across the call.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TFloats Into<TFloats>(TFloats y, TFloats x) where TFloats : struct, IFloats<TFloats> =>
        TFloats.Select(x < TFloats.Of(Start), Apply(x), y);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Apply<TFloats>(TFloats x) where TFloats : struct, IFloats<TFloats>
    {
        TFloats zero = TFloats.Of(0), u = TFloats.AtMost(TFloats.Abs(x), 14.6f), half = TFloats.Of(-0.5f);
        TFloats square = u * u, low = Fma.IsSupported || AdvSimd.IsSupported
            ? TFloats.MultiplyAdd(u, u, zero - square)
            : SquareError(u, square);
        TFloats r = ExpFunction.Reduce(square * half, out TFloats n);
        TFloats t = ExpFunction.MinusOne(TFloats.MultiplyAdd(low, half, r));

        TFloats two = TFloats.Of(2), divisor = u + two, lost = u - (divisor - two), inverse = TFloats.Of(1) / divisor;
        TFloats q = TFloats.MultiplyAdd(TFloats.Of(-4), inverse, TFloats.Of(1));
        TFloats s = TFloats.MultiplyAdd(TFloats.Of(-7.68953469e-05f), q, TFloats.Of(2.99149015e-05f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(0.00072467688f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(0.000885244284f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(-0.00189071591f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(-0.0067519946f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(-0.00048322379f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(0.0367216617f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(0.0287983995f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(-0.331404567f));
        s = TFloats.MultiplyAdd(s, q, TFloats.Of(0.672407985f));

        // u·s·(1 + t) / (u + 2), the division corrected by its remainder.
        s = TFloats.ZeroBelow(TFloats.MultiplyAdd(s, t, s), x, Least);
        TFloats product = s * u, quotient = product * inverse, negative = zero - quotient;
        TFloats remainder = TFloats.MultiplyAdd(negative, lost, TFloats.MultiplyAdd(negative, divisor, product));
        remainder += TFloats.MultiplyAdd(s, u, zero - product);
        TFloats tail = TFloats.Scale(TFloats.MultiplyAdd(remainder, inverse, quotient), n);
        return TFloats.Of(-0f) - tail;
    }

    /// <summary>u² - square, exactly, where there is no fused multiply-add: u in two halves of 12 bits (Dekker 1971).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloats SquareError<TFloats>(TFloats u, TFloats square) where TFloats : struct, IFloats<TFloats>
    {
        TFloats high = u & TFloats.Of(BitConverter.UInt32BitsToSingle(0xFFFFF000)), rest = u - high, cross = high * rest;
        return high * high - square + cross + cross + rest * rest;
    }
}
