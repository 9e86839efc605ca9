import { fitEnd, fitText, PALETTE, svgDocument, svgHead, svgRect, svgText } from './svg.ts';

export interface Bar {
  readonly label: string;
  /** null: unknown; drawn as an empty, dashed bar that holds the note. */
  readonly value: number | null;
  readonly text: string;
  readonly note: string;
}

export interface BarChart {
  readonly title: string;
  readonly subtitle: string;
  readonly bars: readonly Bar[];
  /** What a whole bar stands for; null: the longest one. */
  readonly whole: number | null;
}

/** Length of a bar as a fraction of a whole one. */
export function barLength(chart: BarChart, value: number): number {
  const whole = chart.whole ?? chart.bars.reduce((max, bar) => Math.max(max, bar.value ?? 0), 0);
  return whole === 0 ? 0 : value / whole;
}

const WIDTH = 720;
const LABEL = 190;
const VALUE = 96;
const ROW = 26;

/** Horizontal bars from zero, one a row, with the figure beside each. */
export function drawBarChart(chart: BarChart): string {
  const room = WIDTH - LABEL - VALUE - 32;
  const { top, body: head } = svgHead(chart.title, chart.subtitle, WIDTH);
  const body = [...head];
  chart.bars.forEach((bar, row) => {
    const y = top + row * ROW;
    body.push(svgText(16 + LABEL - 10, y + 15, fitEnd(bar.label, LABEL - 10), { anchor: 'end' }));
    body.push(svgRect(16 + LABEL, y + 3, room, 16, PALETTE.faint));
    if (bar.value === null) {
      body.push(svgRect(16 + LABEL, y + 3, room, 16, 'none', bar.note, ` stroke="${PALETTE.unknown}" stroke-dasharray="4 3"`));
      body.push(svgText(16 + LABEL + 8, y + 15, fitText(bar.note, room - 16, 11), { fill: PALETTE.muted, size: 11 }));
    } else {
      const hint = `${bar.label}: ${bar.text}${bar.note === '' ? '' : ` (${bar.note})`}`;
      body.push(svgRect(16 + LABEL, y + 3, room * barLength(chart, bar.value), 16, PALETTE.accent, hint));
    }
    body.push(svgText(WIDTH - 16, y + 15, bar.text, { anchor: 'end', fill: bar.value === null ? PALETTE.muted : PALETTE.ink }));
  });
  const description = chart.bars.map((bar) => `${bar.label}: ${bar.text}`).join('; ');
  return svgDocument(WIDTH, top + chart.bars.length * ROW + 14, `${chart.title}, ${chart.subtitle}`, description, body);
}
