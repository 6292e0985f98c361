// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/report/report_style.hpp"

namespace memcosim::report {

std::string_view style_sheet() {
  return R"css(
:root {
  color-scheme: light dark;
  --page: #f4f6f8; --surface: #ffffff; --ink: #18212c; --muted: #5a6675; --line: #dfe4ea; --grid: #e6eaef; --code: #f0f3f6;
  --accent: #2563a8; --energy: #c9771c; --area: #23857a; --latency: #3a6fc0; --pulses: #7a5bb8;
  --right: 37 99 168; --wrong: 214 96 36; --note: #b7791f;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0f1419; --surface: #181f27; --ink: #e3e8ee; --muted: #97a4b3; --line: #2b3541; --grid: #27303b; --code: #10161c;
    --accent: #76aeea; --energy: #dd9440; --area: #3aa799; --latency: #5f92e0; --pulses: #9a80d6;
    --right: 84 148 220; --wrong: 232 122 62; --note: #d9a441;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 3.2rem; }
body {
  margin: 0; background: var(--page); color: var(--ink); line-height: 1.45;
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif;
  -webkit-print-color-adjust: exact; print-color-adjust: exact;
}
header, nav > div, main, footer { max-width: 1320px; margin: 0 auto; padding: 0 28px; }
header { padding-top: 30px; padding-bottom: 18px; }
header p { margin: 0; color: var(--muted); }
.eyebrow { font-size: 12px; font-weight: 600; letter-spacing: .09em; text-transform: uppercase; }
h1 { margin: 4px 0 10px; font-size: 29px; line-height: 1.2; font-weight: 650; overflow-wrap: anywhere; }
h2 { margin: 38px 0 12px; font-size: 19px; font-weight: 650; }
h3, h4 { margin: 0; font-weight: 600; }
h4 { margin: 18px 0 6px; font-size: 14px; }
code, pre, .statistics th[scope=row], h4, .group > summary {
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
.command { display: block; padding: 9px 13px; background: var(--code); border: 1px solid var(--line); border-radius: 7px;
  font-size: 13px; color: var(--ink); overflow-wrap: anywhere; white-space: pre-wrap; }
nav { position: sticky; top: 0; z-index: 1; background: var(--page); border-bottom: 1px solid var(--line); }
nav > div { display: flex; flex-wrap: wrap; gap: 4px 22px; padding-top: 9px; padding-bottom: 9px; font-size: 14px; }
nav a { color: var(--muted); text-decoration: none; }
nav a:hover { color: var(--accent); }
footer { padding-top: 26px; padding-bottom: 34px; color: var(--muted); font-size: 13px; }

.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(205px, 1fr)); gap: 14px; }
.card, .panel { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
.card { padding: 14px 17px 13px; }
.card h3 { font-size: 13px; color: var(--muted); }
.value { margin: 3px 0 4px; font-size: 27px; line-height: 1.15; font-weight: 650; font-variant-numeric: tabular-nums; }
.value { white-space: nowrap; }
.value small { font-size: 15px; font-weight: 550; color: var(--muted); }
.detail { margin: 2px 0 0; font-size: 13px; color: var(--muted); }
.meter { display: block; margin: 7px 0; }
.meter .bar { fill: var(--accent); }
.rail { fill: var(--grid); }

.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 14px; }
.panels > .panel:last-child:nth-child(odd) { grid-column: 1 / -1; }
.panel { margin: 0; padding: 16px 19px; min-width: 0; }
.panel + .panel { margin-top: 14px; }
.panels > .panel + .panel { margin-top: 0; }
figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 2px 18px; margin-bottom: 10px; }
figcaption b { font-weight: 650; }
figcaption span { color: var(--muted); font-size: 14px; }
svg { display: block; overflow: visible; }
.tick { fill: var(--muted); font-size: 11.5px; font-variant-numeric: tabular-nums; }
.grid { stroke: var(--grid); stroke-width: 1; shape-rendering: crispEdges; }
.bar { fill: var(--accent); }
.energy .bar { fill: var(--energy); } .area .bar { fill: var(--area); }
.latency .bar { fill: var(--latency); } .pulses .bar { fill: var(--pulses); }

table { border-collapse: collapse; font-size: 14px; }
th { font-weight: 600; text-align: left; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.bars { width: 100%; }
.bars th { padding: 0 12px 0 0; font-weight: 500; font-size: 13.5px; line-height: 1.25; }
.bars th span { display: block; width: max-content; max-width: 180px; overflow-wrap: anywhere; }
.bars td { padding: 0; }
.bars .track { width: 100%; }
.bars .number { padding-left: 14px; }
.share { color: var(--muted); }
.timeline tbody tr { border-top: 1px solid var(--grid); }
.apart { stroke: var(--surface); stroke-width: .8; }
.phase-name { fill: #ffffff; font-size: 11px; pointer-events: none; }
.c0 { fill: #3868b0; } .c1 { fill: #b8641a; } .c2 { fill: #2b8263; } .c3 { fill: #8457ad; }
.c4 { fill: #b23d5c; } .c5 { fill: #5d6b7c; } .c6 { fill: #1c7f92; } .c7 { fill: #857417; }
.c8 { fill: #1d4480; } .c9 { fill: #74400f; } .c10 { fill: #145640; } .c11 { fill: #56307c; }
.c12 { fill: #7a1f3a; } .c13 { fill: #3a4553; } .c14 { fill: #0e5564; } .c15 { fill: #574b0a; }
.key { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 12px 0 0; padding: 0; list-style: none; font-size: 13px; color: var(--muted); }
.key li { display: flex; align-items: center; gap: 7px; }
.plot { display: grid; grid-template-columns: 64px minmax(0, 1fr); }

.map-row { display: grid; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); gap: 14px 26px; }
.map-row + .map-row { margin-top: 20px; }
.map { margin: 0; min-width: 0; }
.map svg { width: 100%; height: auto; max-height: 560px; }
.map figcaption { margin-bottom: 5px; }
.remark { font-size: 13px; color: var(--muted); }
.map .remark { margin: 3px 0 0 12%; }
.pixels { image-rendering: pixelated; }
.frame { fill: none; stroke: var(--line); }
.legends { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); gap: 12px 40px; margin-top: 16px; }
.legend > span { font-size: 13px; color: var(--muted); }
.legend img { display: block; width: 100%; height: 12px; margin: 4px 0 3px; border-radius: 2px; }
.legend-ticks { display: flex; justify-content: space-between; font-size: 12px; color: var(--muted); }

.wide { overflow-x: auto; }
.confusion-parts { display: flex; flex-wrap: wrap; gap: 22px 34px; align-items: flex-start; }
.confusion-parts > .wide { max-width: 100%; }
.confusion th, .confusion td { padding: 5px 6px; font-size: 13px; }
.confusion thead th { vertical-align: bottom; padding-bottom: 7px; }
.confusion thead span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; font-weight: 500; }
.confusion .corner { color: var(--muted); font-weight: 400; font-size: 12px; white-space: nowrap; }
.confusion th[scope=row] { font-weight: 500; white-space: nowrap; }
.confusion td { min-width: 44px; text-align: right; font-variant-numeric: tabular-nums; border: 1px solid var(--surface); white-space: nowrap; }
.confusion .right { background: rgb(var(--right) / var(--shade)); font-weight: 600; }
.confusion .wrong { background: rgb(var(--wrong) / var(--shade)); }
.confusion .none { color: var(--muted); opacity: .45; }
.confusion .ratio, .confusion tfoot th { color: var(--muted); font-size: 12px; }
.mistakes { flex: 1 1 280px; max-width: 560px; }
.mistakes caption { text-align: left; font-weight: 600; padding-bottom: 6px; }
.mistakes th, .mistakes td, .statistics th, .statistics td { padding: 5px 16px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.mistakes thead th, .statistics thead th { font-size: 12.5px; color: var(--muted); }

.notes { border-left: 4px solid var(--note); }
.notes ul { margin: 0; padding-left: 19px; }
.notes li + li { margin-top: 5px; }
.group > summary, .config > summary { cursor: pointer; font-weight: 650; }
.group > summary { margin-bottom: 6px; }
.statistics { width: 100%; }
.plain { table-layout: fixed; min-width: 640px; }
.plain .name { width: 23%; } .plain .shown { width: 18%; } .plain .exact { width: 20%; }
.plain th[scope=row] { overflow-wrap: anywhere; }
.statistics + .statistics { margin-top: 14px; }
.statistics th[scope=row] { font-weight: 500; font-size: 13px; }
.statistics td:last-child { padding-right: 0; color: var(--muted); }
.statistics .text { text-align: right; overflow-wrap: anywhere; }
.statistics td.exact { font-size: 12px; color: var(--muted); line-height: 1.75; }
.wide + .wide { margin-top: 14px; }
.config pre { margin: 12px 0 0; padding: 13px 15px; background: var(--code); border: 1px solid var(--line); border-radius: 7px;
  font-size: 13px; line-height: 1.5; overflow-x: auto; }

@media print {
  :root { color-scheme: light; --page: #ffffff; }
  body { font-size: 10.5pt; }
  nav { display: none; }
  header, main, footer { max-width: none; padding-left: 0; padding-right: 0; }
  .card, figure, tr, .map-row, .legends { break-inside: avoid; }
  .map-row { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  h2, h4, summary { break-after: avoid; }
  .config pre { white-space: pre-wrap; }
}
)css";
}

}  // namespace memcosim::report
