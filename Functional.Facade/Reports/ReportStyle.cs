namespace Functional.Facade.Reports;

/// <summary>The style sheet of a report: light and dark as the reader's system is, from a telephone to paper.</summary>
internal static class ReportStyle
{
    public const string Sheet = """
        :root { color-scheme: light dark; --page: #ffffff; --card: #f5f6f8; --ink: #1b1e23; --soft: #565d67; --line: #d9dde3; --a: #1d4ed8; --b: #b45309; --hit: 37 99 235; --miss: 220 88 12 }
        @media (prefers-color-scheme: dark) { :root { --page: #14161a; --card: #1e2127; --ink: #e8eaed; --soft: #a6adb7; --line: #3a3f48; --a: #8ab4ff; --b: #ffb070; --hit: 96 150 255; --miss: 255 140 60 } }
        * { box-sizing: border-box }
        body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif }
        main { max-width: 960px; margin: 0 auto; padding: 24px 20px 48px }
        h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 4px }
        h2 { font-size: 1.2rem; margin: 40px 0 10px }
        p { margin: 8px 0; max-width: 46em }
        .soft, figcaption, caption { color: var(--soft) }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(128px, 1fr)); gap: 10px; margin: 20px 0 0 }
        .tiles div { background: var(--card); border-radius: 10px; padding: 10px 14px }
        .tiles dt { color: var(--soft); font-size: .85rem }
        .tiles dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); gap: 20px }
        figure { margin: 0 }
        figcaption, caption { font-size: .88rem; text-align: left }
        svg text { font-family: inherit; fill: var(--ink); font-size: 13px }
        .chart svg { width: 100%; height: auto; display: block }
        svg .title { font-weight: 600; font-size: 14px }
        svg .mark { fill: var(--soft); font-size: 12px }
        svg .name { font-weight: 600 }
        .grid { stroke: var(--line) }
        .curve { fill: none; stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round }
        .curve.a { stroke: var(--a) }
        .curve.b { stroke: var(--b); stroke-dasharray: 6 4 }
        .dot.a { fill: var(--a) }
        .dot.b { fill: var(--b) }
        .box { fill: var(--card); stroke: var(--line); stroke-width: 1.2 }
        .box.input, .box.output { fill: var(--page); stroke: var(--a) }
        .wire { fill: none; stroke: var(--soft); stroke-width: 1.4 }
        .head { fill: var(--soft) }
        .scroll { overflow: auto; max-height: 80vh; padding: 2px }
        .scroll:focus-visible, pre:focus-visible { outline: 2px solid var(--a) }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums }
        caption { padding: 0 0 8px }
        th, td { padding: 4px 8px; text-align: right; font-weight: 400 }
        th { color: var(--soft); font-size: .88rem }
        .matrix td { min-width: 38px; text-align: center; border: 1px solid var(--page) }
        .matrix thead th { text-align: center }
        .matrix td.none { color: var(--soft) }
        .matrix td.share { color: var(--soft); font-size: .88rem; padding-left: 12px }
        .options th, .options td, .rows th, .rows td { text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
        .rows th, .rows td { text-align: right; overflow-wrap: normal }
        .options th { white-space: nowrap; font-size: 1rem; padding-left: 0 }
        .examples { display: flex; flex-wrap: wrap; gap: 16px; list-style: none; margin: 12px 0 0; padding: 0 }
        .examples figure { width: 92px }
        .examples img { width: 92px; height: 92px; object-fit: contain; border: 1px solid var(--line); border-radius: 6px; background: var(--card) }
        img { image-rendering: pixelated; display: block }
        .weights { width: 100%; height: auto; margin: 0 0 8px }
        .scale { display: flex; gap: 10px; align-items: center; font-size: .88rem; color: var(--soft); font-variant-numeric: tabular-nums }
        .scale img { width: 160px; height: 12px; border-radius: 3px }
        .network { display: flex; flex-wrap: wrap; gap: 24px; align-items: flex-start }
        .network > * { max-width: 100% }
        pre { margin: 0; overflow-x: auto; font-size: .8rem; line-height: 1.35; background: var(--card); border-radius: 10px; padding: 12px 14px }
        @media (max-width: 600px) {
          main { padding: 16px 14px 32px }
          .chart svg .mark { font-size: 15px }
          .chart svg .title { font-size: 16.5px }
          .matrix { font-size: .85rem }
          .matrix td { min-width: 22px; padding: 4px 1px }
          .matrix th { padding: 4px 2px; font-size: .7rem }
          .matrix tbody th { max-width: 60px; overflow-wrap: break-word }
          .matrix td.share { min-width: 21px; padding: 4px 0; font-size: .7rem }
        }
        @media print { .scroll, pre { max-height: none; overflow: visible } h2 { break-after: avoid } figure, table { break-inside: avoid } }

        """;
}
