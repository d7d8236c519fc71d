using Functional.Core;

namespace Functional.Properties;

/// <summary>One of the tensors that a layer is differentiated by.</summary>
/// <param name="Name">What it is called in reports, such as <c>parameter 'bias'</c>.</param>
/// <param name="Tensor">Its value.</param>
/// <param name="IsInput">Whether it is an input, batch first, or a parameter.</param>
/// <param name="Place">Its place among the inputs or the parameters.</param>
internal sealed record Entry(string Name, Tensor<double> Tensor, bool IsInput, int Place);
