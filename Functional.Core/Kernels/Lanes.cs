using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Functional.Core.Kernels;

/// <summary>
/// What a kernel needs from a vector type, so that its text is written once for all widths: <typeparamref name="TVector"/> is a
/// vector of <typeparamref name="T"/>, which is <see cref="float"/> or <see cref="double"/>.
/// </summary>
internal unsafe interface ILanes<TVector, T> where T : unmanaged
{
    /// <summary>Numbers in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>
    /// Rows of a product's tile that is two vectors wide: 12 where there are 32 registers, 6 where there are 16.
    /// </summary>
    static abstract int Rows { get; }

    static abstract TVector Load(T* from);
    static abstract void Store(TVector value, T* to);
    static abstract TVector Broadcast(T value);

    /// <summary>a·b + c, rounded once where the machine has a fused multiply-add.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Add(TVector a, TVector b);
    static abstract T Sum(TVector value);
}

/// <summary>512 bits: AVX-512.</summary>
internal readonly unsafe struct Lanes512<T> : ILanes<Vector512<T>, T> where T : unmanaged
{
    public static int Count => Vector512<T>.Count;
    public static int Rows => 12;
    public static Vector512<T> Load(T* from) => Vector512.Load(from);
    public static void Store(Vector512<T> value, T* to) => Vector512.Store(value, to);
    public static Vector512<T> Broadcast(T value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> c) => typeof(T) == typeof(float)
        ? Vector512.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector512.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    public static Vector512<T> Add(Vector512<T> a, Vector512<T> b) => a + b;
    public static T Sum(Vector512<T> value) => Lanes256<T>.Sum(value.GetLower() + value.GetUpper());
}

/// <summary>256 bits: AVX2 with FMA.</summary>
internal readonly unsafe struct Lanes256<T> : ILanes<Vector256<T>, T> where T : unmanaged
{
    public static int Count => Vector256<T>.Count;
    public static int Rows => 6;
    public static Vector256<T> Load(T* from) => Vector256.Load(from);
    public static void Store(Vector256<T> value, T* to) => Vector256.Store(value, to);
    public static Vector256<T> Broadcast(T value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> a, Vector256<T> b, Vector256<T> c) => typeof(T) == typeof(float)
        ? Vector256.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector256.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    public static Vector256<T> Add(Vector256<T> a, Vector256<T> b) => a + b;
    public static T Sum(Vector256<T> value) => Vector128.Sum(value.GetLower() + value.GetUpper());
}

/// <summary>128 bits: SSE, NEON, and what runs in software where there are no vectors.</summary>
internal readonly unsafe struct Lanes128<T> : ILanes<Vector128<T>, T> where T : unmanaged
{
    public static int Count => Vector128<T>.Count;
    public static int Rows => AdvSimd.Arm64.IsSupported ? 12 : 6;
    public static Vector128<T> Load(T* from) => Vector128.Load(from);
    public static void Store(Vector128<T> value, T* to) => Vector128.Store(value, to);
    public static Vector128<T> Broadcast(T value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> a, Vector128<T> b, Vector128<T> c) => typeof(T) == typeof(float)
        ? Vector128.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector128.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    public static Vector128<T> Add(Vector128<T> a, Vector128<T> b) => a + b;
    public static T Sum(Vector128<T> value) => Vector128.Sum(value);
}
