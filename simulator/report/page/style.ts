/** The whole look of a report; the page's policy names it by its hash. */
export const STYLE = `
:root { color-scheme: light dark;
  --bg: #fbfaf8; --card: #fff; --text: #1d2125; --dim: #626b74; --line: #d9dcdf;
  --good: #1a7f43; --bad: #c22f2f; --warn: #a15c00; --accent: #2563b0;
  --off: #c9cdd2; --booting: #e0c36a; --trial: #8b6fc7; --running: #6fae86; --halted: #c22f2f; --loader: #5b9bb5; }
@media (prefers-color-scheme: dark) { :root {
  --bg: #15181b; --card: #1d2125; --text: #e6e8ea; --dim: #9aa3ab; --line: #363c42;
  --good: #5fc98a; --bad: #f07a72; --warn: #e0a648; --accent: #7db0ee;
  --off: #454c53; --booting: #b08f35; --trial: #9a82d6; --running: #4d8a64; --halted: #d9534b; --loader: #4b8aa3; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1160px; margin: 0 auto; padding: 20px 16px 48px; }
h1 { font-size: 22px; line-height: 1.25; margin: 6px 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 0 0 10px; }
p { margin: 4px 0; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; margin-top: 14px; min-width: 0; }
.badge { display: inline-block; border-radius: 999px; padding: 2px 12px; font-weight: 650; color: #fff; background: #1a7f43; }
.badge.bad { color: #fff; background: #b92b2b; }
.dim { color: var(--dim); }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
ul.plain { list-style: none; margin: 0; padding: 0; }
ul.plain li { padding: 4px 0 4px 24px; position: relative; overflow-wrap: anywhere; }
ul.plain li > b:first-child { position: absolute; left: 0; }
.columns { margin-top: 14px; display: grid; grid-template-columns: minmax(0, 1fr); gap: 14px; align-items: start; }
.columns section { margin-top: 0; }
.columns > div { min-width: 0; }
.columns > div > section + section { margin-top: 14px; }
@media (min-width: 860px) { .columns { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); } }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 14px; margin: 0; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
code, pre, .mono { font: 12.5px/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
code { overflow-wrap: anywhere; }
pre { margin: 8px 0 0; padding: 10px; background: var(--bg); border: 1px solid var(--line); border-radius: 6px;
  overflow: auto; max-height: 420px; white-space: pre-wrap; overflow-wrap: anywhere; }
pre .time { color: var(--dim); }
.scroll { overflow-x: auto; }
.tall { max-height: 480px; overflow-y: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 500; color: var(--dim); font-size: 13px; }
th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.time, td.number { white-space: nowrap; } td.time { width: 1%; } .number { text-align: right; }
tr:last-child td { border-bottom: 0; }
details > summary { cursor: pointer; padding: 3px 0; }
svg { display: block; width: 100%; overflow: visible; }
svg text { fill: var(--text); font-size: 13px; paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; } svg text.dim { fill: var(--dim); font-size: 11.5px; }
.link { stroke: var(--dim); stroke-width: 1.5; fill: none; }
.node { fill: var(--running); } .node.off { fill: var(--off); } .node.halted { fill: var(--halted); } .node.router { fill: var(--accent); }
.node.alone { fill: var(--booting); }
.grid { stroke: var(--line); stroke-width: 1; } .step { stroke: var(--accent); stroke-width: 1; stroke-dasharray: 2 3; }
.span-off { fill: var(--off); } .span-booting { fill: var(--booting); } .span-trial { fill: var(--trial); }
.span-running { fill: var(--running); } .span-halted { fill: var(--halted); } .span-loader { fill: var(--loader); }
.transfer { fill: var(--accent); } .transfer.unfinished { fill: var(--warn); }
.mark { stroke: var(--card); stroke-width: 1.5; paint-order: stroke; }
.mark.reset { fill: var(--dim); } .mark.crash, .mark.power { fill: var(--bad); } .mark.confirmed { fill: var(--good); }
.mark.rolled-back, .mark.fault { fill: var(--warn); } .mark.finding { fill: var(--bad); }
.step-dot { fill: var(--accent); } .step-bar { fill: var(--warn); opacity: .75; }
.found { stroke: var(--bad); stroke-width: 1; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 10px 0 0; padding: 0; list-style: none; font-size: 13px; color: var(--dim); }
.legend li { display: flex; align-items: center; gap: 6px; }
.legend svg { width: 14px; height: 14px; }
`;
