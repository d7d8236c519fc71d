namespace Functional.Properties.Tests;

/// <summary>
/// FsCheck's attribute of the same name, at as many times the usual cases as <c>FUNCTIONAL_CASES</c> says. In this project's namespaces the short name is this one's.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PropertyAttribute : FsCheck.Xunit.PropertyAttribute
{
    private const int UsualCases = 100;

    /// <summary>At the usual number of cases, unless told otherwise.</summary>
    public PropertyAttribute() => MaxTest = UsualCases;

    /// <summary>How many cases are run; what is set is multiplied.</summary>
    public new int MaxTest
    {
        get => base.MaxTest;
        set => base.MaxTest = Verify.Scaled(value);
    }
}
