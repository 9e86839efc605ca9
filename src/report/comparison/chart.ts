import { formatPercent, formatSi } from '../format-figures.ts';
import type { RunReport } from '../run-report.ts';
import { fitText, PALETTE, svgDocument, svgRect, svgText } from '../svg.ts';

interface Panel {
  readonly title: string;
  readonly read: (report: RunReport) => number | null;
  readonly format: (value: number) => string;
  /** What a whole bar stands for; null: the longest one. */
  readonly whole: number | null;
}

const PANELS: readonly Panel[] = [
  { title: 'accuracy on the chip', read: (r) => r.accuracy.deployed, format: (v) => formatPercent(v), whole: 1 },
  { title: 'energy per clip (known terms)', read: (r) => r.energy.knownJoules, format: (v) => formatSi(v, 'J'), whole: null },
  { title: 'latency per clip (known terms)', read: (r) => r.latency.knownSeconds, format: (v) => formatSi(v, 's'), whole: null },
];

const WIDTH = 720;
const LABEL = 200;
const VALUE = 90;
const ROW = 24;

/** Accuracy, energy and latency of every run as bars, one panel under the other. */
export function drawComparison(runs: readonly { readonly folder: string; readonly report: RunReport }[], note: string): string {
  const room = WIDTH - LABEL - VALUE - 32;
  const body = [
    svgText(16, 26, `Comparison of ${runs.length} run${runs.length === 1 ? '' : 's'}`, { size: 16, weight: 600 }),
    svgText(16, 45, fitText(note, WIDTH - 32), { fill: PALETTE.muted }),
  ];
  const said: string[] = [];
  let y = 66;
  for (const panel of PANELS) {
    const values = runs.map(({ report }) => panel.read(report));
    const whole = panel.whole ?? values.reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
    body.push(svgText(16, y + 12, panel.title, { weight: 600 }));
    y += 22;
    runs.forEach(({ folder }, i) => {
      const value = values[i];
      const text = value === null ? 'unknown' : panel.format(value);
      body.push(svgText(6 + LABEL, y + 14, fitText(folder, LABEL - 10), { anchor: 'end' }));
      body.push(svgRect(16 + LABEL, y + 3, room, 14, PALETTE.faint));
      if (value !== null && whole > 0) {
        body.push(svgRect(16 + LABEL, y + 3, (room * value) / whole, 14, i === 0 ? PALETTE.accent : PALETTE.second, `${folder}: ${text}`));
      }
      body.push(svgText(WIDTH - 16, y + 14, text, { anchor: 'end' }));
      said.push(`${panel.title}, ${folder}: ${text}`);
      y += ROW;
    });
    y += 14;
  }
  return svgDocument(WIDTH, y + 4, `Comparison, ${note}`, said.join('; '), body);
}
