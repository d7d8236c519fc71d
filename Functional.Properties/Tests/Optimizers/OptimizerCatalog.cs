using Functional.Core;
using static Functional.Core.Optimizers;

namespace Functional.Properties.Tests;

/// <summary>Every optimizer of the library, and compositions of them: what the laws are checked on.</summary>
internal static class OptimizerCatalog
{
    /// <summary>Those that treat each parameter by itself.</summary>
    public static Optimizer[] Plain { get; } =
    [
        Sgd(0.1), Sgd(0.1, momentum: 0.9), Sgd(0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01), Adam(1e-3), Adam(0.1, 0.5, 0.9, 1e-4),
        AdamW(0.01, 0.1), RmsProp(0.01), RmsProp(0.01, momentum: 0.9), RmsProp(0.01, centered: true), RmsProp(0.01, 0.9, 1e-6, 0.5, centered: true),
        Adagrad(0.1), Adagrad(0.1, accumulated: 0.5), Adadelta(), Adadelta(0.5, 0.8, 1e-4), NAdam(0.01), Lion(1e-3), Lion(1e-3, weightDecay: 0.1), NoStep,
    ];

    /// <summary>All. Names with a star match parameters of any network with two dense layers.</summary>
    public static Optimizer[] All { get; } =
    [
        .. Plain, Lbfgs(), Lbfgs(0.1, history: 2),
        Adam(1e-3).ClippedByValue(0.1), Adam(1e-3).ClippedByNorm(0.1), Sgd(0.1).ClippedByNorm(1e9), Adam(1e-3).Penalized(0.1, "*.weight"),
        Sgd(0.1).Decayed(0.01, "dense2.*"), Adam(1e-3).Freeze("dense1.*"), Adam(1e-3).For("*.bias", Sgd(0.1, momentum: 0.9)),
        Sgd(0.1).For("*.bias", Adagrad(0.1, accumulated: 0.5).ClippedByNorm(0.1)), Sgd(0.1).For("*.bias", Lbfgs(history: 2)),
        Adam(1e-3).Accumulating(2), Adam(1e-3).Accumulating(1), Sgd(0.1, momentum: 0.5).Averaging(0.9),
        AdamW(Schedules.Cosine(0.1, 0, 10)).For("*.bias", Adam(1e-3)).Accumulating(3).ClippedByNorm(1).Averaging(0.99),
    ];
}
