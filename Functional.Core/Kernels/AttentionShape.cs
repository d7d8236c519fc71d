namespace Functional.Core.Kernels;

/// <summary>
/// The sizes of an attention: q <c>[batch, Queries, Heads · KeyWidth]</c>, k <c>[batch, Keys, Heads · KeyWidth]</c>,
/// v <c>[batch, Keys, Heads · ValueWidth]</c>, y <c>[batch, Queries, Heads · ValueWidth]</c>; a head is some neighbouring columns.
/// </summary>
internal readonly record struct AttentionShape(int Batch, int Heads, int Queries, int Keys, int KeyWidth, int ValueWidth, bool IsCausal)
{
    /// <summary>Width of q and k.</summary>
    public int KeyRow => Heads * KeyWidth;

    /// <summary>Width of v and y.</summary>
    public int ValueRow => Heads * ValueWidth;

    /// <summary>How many keys a query sees: all, or those up to its own place, the last query and the last key being level.</summary>
    public int Seen(int query) => IsCausal ? Math.Clamp(query + 1 + Keys - Queries, 0, Keys) : Keys;
}
