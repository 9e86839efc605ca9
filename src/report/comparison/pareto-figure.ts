import { escapeHtml } from '../escape.ts';
import { formatPercent, formatSi } from '../format-figures.ts';
import { fitText, PALETTE, round, svgDocument, svgHead, svgText } from '../svg.ts';
import { costScale } from './cost-scale.ts';
import type { NamedRun } from './named-run.ts';
import type { ParetoPlane, ParetoPoint } from './quality.ts';

const WIDTH = 720;
const PANEL = { width: 290, height: 230, left: 58, gap: 64 } as const;

/** Quality against energy and against latency: filled points are on the front, whiskers are 95 % intervals, numbers stand for the runs below. */
export function drawPareto(planes: readonly ParetoPlane[], runs: readonly NamedRun[], note: string): string {
  const title = planes[0]?.quality === 'agreement' ? 'Agreement with the float network against cost' : 'Accuracy against cost';
  const { top, body: head } = svgHead(title, `filled: no other run is better and cheaper; whiskers: 95 % intervals; ${note}`, WIDTH);
  const body = [...head];
  planes.forEach((plane, i) => {
    body.push(...drawPlane(plane, runs, PANEL.left + i * (PANEL.width + PANEL.gap), top + 8));
  });
  let y = top + PANEL.height + 70;
  const said: string[] = [];
  runs.forEach((run, i) => {
    const { folder, report } = run;
    const text = `${i + 1}: ${folder} (${report.model.name} on ${report.target.name}, ${report.model.timesteps} timesteps)${frontNote(planes, run)}`;
    body.push(svgText(16, y, fitText(text, WIDTH - 32, 11), { size: 11 }));
    said.push(text);
    y += 17;
  });
  return svgDocument(WIDTH, y + 4, `${title}, ${note}`, said.join('; '), body);
}

function frontNote(planes: readonly ParetoPlane[], run: NamedRun): string {
  const fronts = planes.filter(({ points }) => points.some((point) => point.run === run && point.front)).map(({ axis }) => axis.name);
  const missing = planes.every(({ points }) => points.every((point) => point.run !== run));
  return missing ? ': not drawn, its decisions have no labels' : fronts.length === 0 ? '' : `: on the front of ${fronts.join(' and ')}`;
}

function drawPlane({ axis, quality, points }: ParetoPlane, runs: readonly NamedRun[], left: number, top: number): string[] {
  const bottom = top + PANEL.height;
  const body = [
    `<rect x="${left}" y="${top}" width="${PANEL.width}" height="${PANEL.height}" fill="none" stroke="${PALETTE.line}"/>`,
    svgText(left + PANEL.width / 2, bottom + 36, axis.title, { anchor: 'middle' }),
  ];
  if (points.length === 0) return [...body, svgText(left + 12, top + 24, `no run has a known ${quality}`, { fill: PALETTE.muted })];
  const x = costScale(
    points.map(({ cost }) => cost),
    axis.unit,
    left,
    PANEL.width,
  );
  const { low, high, step } = qualityRange(points);
  const y = (value: number): number => bottom - ((value - low) / (high - low)) * PANEL.height;
  for (let value = low; value < high + step / 2; value += step) {
    body.push(line(left, y(value), left + PANEL.width, y(value), PALETTE.faint));
    body.push(svgText(left - 6, y(value) + 4, formatPercent(value, 0), { anchor: 'end', size: 11, fill: PALETTE.muted }));
  }
  for (const { at, text } of x.ticks) body.push(svgText(at, bottom + 16, text, { anchor: 'middle', size: 11, fill: PALETTE.muted }));
  const front = points.filter((point) => point.front).sort((a, b) => a.cost - b.cost);
  const steps = front.map(({ cost, quality: q }, i) => `${i === 0 ? 'M' : 'H'}${round(x.at(cost))}${i === 0 ? ' ' : 'V'}${round(y(q))}`);
  body.push(`<path d="${steps.join('')}" fill="none" stroke="${PALETTE.accent}" stroke-width="1.2" stroke-dasharray="4 3"/>`);
  for (const { run, quality: q, interval, cost, front: best } of points) {
    const cx = x.at(cost);
    const text = `${run.folder}: ${formatPercent(q)}, ${formatSi(cost, axis.unit)}`;
    body.push(line(cx, y(interval[0]), cx, y(interval[1]), PALETTE.muted));
    body.push(
      `<circle cx="${round(cx)}" cy="${round(y(q))}" r="5" fill="${best ? PALETTE.accent : '#ffffff'}" stroke="${PALETTE.accent}" stroke-width="1.6"><title>${escapeHtml(text)}</title></circle>`,
    );
    body.push(svgText(cx + 9, y(q) - 7, `${runs.indexOf(run) + 1}`, { size: 11, weight: 600 }));
  }
  return body;
}

const line = (x1: number, y1: number, x2: number, y2: number, colour: string): string =>
  `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${colour}"/>`;

/** Whole steps around all intervals, five of them at most where that can be. */
function qualityRange(points: readonly ParetoPoint[]): { readonly low: number; readonly high: number; readonly step: number } {
  const least = Math.min(...points.map(({ interval }) => interval[0]));
  const most = Math.max(...points.map(({ interval }) => interval[1]));
  const step = [0.01, 0.02, 0.05, 0.1].find((size) => most - least <= 4 * size) ?? 0.25;
  return { low: Math.floor(least / step) * step, high: Math.max(Math.ceil(most / step), Math.floor(least / step) + 1) * step, step };
}
