using Functional.Core;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

/// <summary>What a network looks like as text.</summary>
public class NetworkTextTests
{
    private static readonly Network s_network = (
        from image in Input("image", 2, 4)
        from x in Flatten(image)
        from encode in Shared(Dense(8))
        from a in encode(x)
        from b in encode(a)
        from r in Residual(b, Dense(8, bias: false) >> Tanh)
        from parts in Split(r, 5, 3)
        from y in Dense(1200).Named("head").On(parts[1])
        select (y, parts[0])).Build().Value();

    [Fact]
    public void Summary_names_layers_shapes_parameters_and_connections() => Assert.Equal(
        """
        Layer             Output shape         Parameters  Connected to
        ────────────────────────────────────────────────────────────────────────────────────
        image             [2, 4]
        flatten1          [8]                           0  image
        shared1/dense1    [8]                          72  flatten1
        shared1_2/dense1  [8]           of shared1/dense1  shared1/dense1
        residual1/dense1  [8]                          64  shared1_2/dense1
        residual1/tanh1   [8]                           0  residual1/dense1
        residual1/add1    [8]                           0  shared1_2/dense1, residual1/tanh1
        split1            [5], [3]                      0  residual1/add1
        head              [1200]                    4,800  split1[1]
        ────────────────────────────────────────────────────────────────────────────────────
        Outputs: head, split1[0]. Parameters: 4,936.
        """.ReplaceLineEndings("\n"), s_network.Summary.ReplaceLineEndings("\n"));

    [Fact]
    public void Mermaid_draws_every_layer_and_wire() => Assert.Equal(
        """
        flowchart TD
            s0(["image [2, 4]"])
            s1["flatten1"]
            s0 -- "[2, 4]" --> s1
            s2["shared1/dense1"]
            s1 -- "[8]" --> s2
            s3["shared1_2/dense1"]
            s2 -- "[8]" --> s3
            s4["residual1/dense1"]
            s3 -- "[8]" --> s4
            s5["residual1/tanh1"]
            s4 -- "[8]" --> s5
            s6["residual1/add1"]
            s3 -- "[8]" --> s6
            s5 -- "[8]" --> s6
            s7["split1"]
            s6 -- "[8]" --> s7
            s9["head"]
            s7 -- "[3]" --> s9
            out0(["output [1200]"])
            s9 --> out0
            out1(["output [5]"])
            s7 --> out1
        """.ReplaceLineEndings("\n"), s_network.Mermaid);

    [Fact]
    public void A_quotation_mark_in_a_name_does_not_end_its_label()
    {
        string text = (Input("the \"x\"", 2) >> Dense(1).Named("a \"b\"")).Built().Mermaid;
        Assert.Contains("[\"the #quot;x#quot; [2]\"]", text);
        Assert.Contains("[\"a #quot;b#quot;\"]", text);
    }
}
