import { fitText, PALETTE, svgDocument, svgRect, svgText } from './svg.ts';

export interface Bar {
  readonly label: string;
  /** null: unknown, drawn hatched over the full width of nothing with its reason. */
  readonly value: number | null;
  readonly text: string;
  readonly note: string;
}

export interface BarChart {
  readonly title: string;
  readonly subtitle: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 720;
const LABEL = 190;
const VALUE = 96;
const ROW = 26;
const TOP = 62;

/** Horizontal bars from zero, one a row, with the figure beside each. */
export function drawBarChart(chart: BarChart): string {
  const longest = chart.bars.reduce((max, bar) => Math.max(max, bar.value ?? 0), 0);
  const room = WIDTH - LABEL - VALUE - 32;
  const body = [
    svgText(16, 26, fitText(chart.title, WIDTH - 32, 16), { size: 16, weight: 600 }),
    svgText(16, 45, fitText(chart.subtitle, WIDTH - 32), { fill: PALETTE.muted }),
  ];
  chart.bars.forEach((bar, row) => {
    const y = TOP + row * ROW;
    body.push(svgText(16 + LABEL - 10, y + 15, fitText(bar.label, LABEL - 10), { anchor: 'end' }));
    body.push(svgRect(16 + LABEL, y + 3, room, 16, PALETTE.faint));
    if (bar.value === null) {
      body.push(svgRect(16 + LABEL, y + 3, room, 16, 'none', bar.note, ` stroke="${PALETTE.unknown}" stroke-dasharray="4 3"`));
      body.push(svgText(16 + LABEL + 8, y + 15, fitText(bar.note, room - 16, 11), { fill: PALETTE.muted, size: 11 }));
    } else if (longest > 0) {
      const hint = `${bar.label}: ${bar.text}${bar.note === '' ? '' : ` (${bar.note})`}`;
      body.push(svgRect(16 + LABEL, y + 3, (room * bar.value) / longest, 16, PALETTE.accent, hint));
    }
    body.push(svgText(WIDTH - 16, y + 15, bar.text, { anchor: 'end', fill: bar.value === null ? PALETTE.muted : PALETTE.ink }));
  });
  const description = chart.bars.map((bar) => `${bar.label}: ${bar.text}`).join('; ');
  return svgDocument(WIDTH, TOP + chart.bars.length * ROW + 14, `${chart.title}, ${chart.subtitle}`, description, body);
}
