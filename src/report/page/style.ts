import { PALETTE } from '../svg.ts';

/** Dark on light, readable from 400 px to a projector, and on paper. */
export const STYLE = `
:root { --ink: ${PALETTE.ink}; --muted: ${PALETTE.muted}; --line: ${PALETTE.line}; --faint: ${PALETTE.faint}; --accent: ${PALETTE.accent}; --second: ${PALETTE.second}; }
* { box-sizing: border-box; }
html { color-scheme: light; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: #f6f8f9; color: var(--ink); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
main, header > div, footer > div { max-width: 1080px; margin: 0 auto; padding: 0 24px; }
header { background: #0d2a33; color: #fff; padding: 40px 0 84px; }
h1 { font-size: clamp(1.5rem, 4vw, 2.3rem); line-height: 1.2; margin: 0 0 8px; letter-spacing: -.01em; overflow-wrap: anywhere; }
header p { margin: 0; color: #d3e3e6; max-width: 60em; overflow-wrap: anywhere; }
.eyebrow { text-transform: uppercase; letter-spacing: .1em; font-size: .78rem; font-weight: 600; color: #8fd3d2; margin: 0 0 10px; }
.stamps { display: flex; flex-wrap: wrap; gap: 8px; margin: 18px 0 0; padding: 0; list-style: none; }
.stamps li { border: 1px solid #5f8c94; border-radius: 999px; padding: 2px 12px; font-size: .85rem; color: #fff; }
.stamps li.warn { background: #ffd9a8; border-color: #ffd9a8; color: #4a2800; font-weight: 600; }
.cards { display: grid; grid-template-columns: repeat(3, 1fr); gap: 14px; margin: -56px 0 28px; }
.card { background: #fff; border: 1px solid var(--line); border-radius: 12px; padding: 16px 18px; box-shadow: 0 6px 18px rgba(13, 42, 51, .07); }
.card h2 { font-size: .86rem; font-weight: 600; color: var(--muted); margin: 0; }
.card .figure { font-size: 1.85rem; font-weight: 650; letter-spacing: -.02em; line-height: 1.25; margin: 2px 0; font-variant-numeric: tabular-nums; }
.card .detail { font-size: .86rem; color: var(--muted); margin: 0; line-height: 1.45; }
section.panel { background: #fff; border: 1px solid var(--line); border-radius: 12px; padding: 22px 24px; margin: 0 0 18px; }
main > section.panel:first-child { margin-top: -48px; }
.panel > h2 { font-size: 1.22rem; margin: 0 0 4px; letter-spacing: -.01em; }
.panel > p.lead { margin: 0 0 16px; color: var(--muted); }
h3 { font-size: 1rem; margin: 20px 0 6px; }
.scroll { overflow-x: auto; margin-top: 10px; }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); font-size: .84rem; padding-bottom: 6px; }
caption span { display: block; position: sticky; left: 0; max-width: calc(100vw - 64px); }
th, td { text-align: left; padding: 6px 18px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { font-size: .8rem; color: var(--muted); font-weight: 600; border-bottom-color: var(--muted); white-space: nowrap; }
tbody th { font-weight: 500; }
th.n, td.n { text-align: right; white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
.note { color: var(--muted); font-size: .86rem; margin: 8px 0 0; }
.bars { display: grid; gap: 9px; margin: 8px 0 4px; padding: 0; list-style: none; }
.bars li { display: grid; grid-template-columns: minmax(120px, 230px) 1fr 92px; gap: 4px 14px; align-items: center; }
.bars .name { font-size: .9rem; overflow-wrap: anywhere; }
.bars .track { background: var(--faint); border-radius: 4px; height: 16px; overflow: hidden; }
.bars .fill { display: block; height: 100%; background: var(--accent); border-radius: 4px; min-width: 1px; }
.bars .unknown { background: repeating-linear-gradient(45deg, #fff, #fff 5px, var(--faint) 5px, var(--faint) 10px); border: 1px dashed #8b97a1; }
.bars .value { text-align: right; font-size: .9rem; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bars .why { grid-column: 2 / -1; font-size: .82rem; color: var(--muted); }
figure { margin: 10px 0 0; }
figure svg { display: block; margin: 0 auto; max-width: 100%; min-width: min(640px, 160vw); height: auto; }
.prose { margin: 0; max-width: 60em; overflow-wrap: anywhere; }
figure rect { shape-rendering: crispEdges; }
dl { display: grid; grid-template-columns: minmax(110px, 210px) 1fr; gap: 4px 16px; margin: 10px 0 0; font-size: .9rem; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
.diagnostic { border-left: 4px solid var(--second); background: #fdf5f0; border-radius: 0 8px 8px 0; padding: 10px 14px; margin: 10px 0 0; overflow-wrap: anywhere; }
.diagnostic p { margin: 0; } .diagnostic code { font-weight: 600; }
code { font: .92em/1.4 ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace; }
details summary { cursor: pointer; color: var(--accent); font-weight: 600; font-size: .92rem; margin-top: 14px; }
footer { padding: 8px 0 48px; color: var(--muted); font-size: .86rem; }
@media (max-width: 620px) {
  main, header > div, footer > div { padding: 0 14px; }
  header { padding: 26px 0 76px; }
  section.panel { padding: 16px 14px; }
  .cards { grid-template-columns: 1fr 1fr; gap: 10px; }
  .card { padding: 12px; } .card .figure { font-size: 1.35rem; }
  .bars li { grid-template-columns: 1fr auto; }
  .bars .track { grid-column: 1 / -1; order: 3; } .bars .why { grid-column: 1 / -1; order: 4; }
  dl { grid-template-columns: 1fr; } dd { margin-bottom: 6px; }
}
@media print { body { background: #fff; } header { background: #fff; color: #000; padding: 0 0 24px; } header p, .eyebrow, .stamps li { color: #000; } .cards { margin-top: 0; } .card, section.panel { box-shadow: none; break-inside: avoid; } }
`;
