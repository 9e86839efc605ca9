import { formatCount } from './format-figures.ts';
import { type RunReport, SIMULATED, STATEMENT, type TimeCourseReport } from './run-report.ts';
import { runTitle } from './run-title.ts';
import { fitText, PALETTE, round, svgDocument, svgHead, svgRect, svgText } from './svg.ts';
import type { Table } from './table.ts';

const WIDTH = 720;
const LEFT = 74;
const ROOM = WIDTH - LEFT - 24;
const PANEL = 96;

const SERIES = [
  { name: 'spikes', title: 'spikes of all cores, relays included' },
  { name: 'synapticEvents', title: 'synaptic events of the chip' },
  { name: 'packets', title: 'packets' },
] as const;

/** Spikes, synaptic events and packets over the chip steps of a clip, mean of all clips; dashed lines part the segments. */
export function drawTimeCourse(timeCourse: TimeCourseReport, report: RunReport): string {
  const { steps, unit } = spanOf(timeCourse, report);
  const { top, body: head } = svgHead(
    `Events over time, ${runTitle(report)}`,
    `${unit}, mean of ${report.samples} clip${report.samples === 1 ? '' : 's'}, segments one after the other; ${SIMULATED}`,
    WIDTH,
  );
  const body = [...head];
  const x = (step: number): number => LEFT + (ROOM * step) / steps;
  SERIES.forEach(({ name, title }, i) => {
    const y = top + i * (PANEL + 36) + 14;
    const values = timeCourse[name];
    const peak = Math.max(0, ...values);
    body.push(svgText(LEFT, y - 5, `${title}, at most ${formatCount(peak)}`, { weight: 600 }));
    body.push(svgRect(LEFT, y, ROOM, PANEL, PALETTE.faint));
    body.push(drawSteps(values, timeCourse.stepsPerBin, steps, peak, y));
    body.push(svgText(LEFT - 8, y + 9, formatCount(peak), { anchor: 'end', size: 11, fill: PALETTE.muted }));
    body.push(svgText(LEFT - 8, y + PANEL, '0', { anchor: 'end', size: 11, fill: PALETTE.muted }));
  });
  const bottom = top + SERIES.length * (PANEL + 36) - 22;
  body.push(...drawSegments(report, x, top + 14, bottom));
  for (const at of [0, 0.5, 1]) {
    const anchor = at === 0 ? 'start' : at === 1 ? 'end' : 'middle';
    body.push(svgText(LEFT + at * ROOM, bottom + 30, `${Math.round(at * steps)}`, { anchor, size: 11, fill: PALETTE.muted }));
  }
  body.push(svgText(LEFT - 8, bottom + 30, 'chip step', { anchor: 'end', size: 11, fill: PALETTE.muted }));
  const said = SERIES.map(({ name, title }) => `${title}: at most ${formatCount(Math.max(0, ...timeCourse[name]))} ${unit}`).join('; ');
  return svgDocument(WIDTH, bottom + 42, `Events over time, ${STATEMENT}`, said, body);
}

/** A bin of several steps says so; the last one may hold fewer. */
function spanOf({ stepsPerBin, spikes }: TimeCourseReport, { latency }: RunReport) {
  const unit = stepsPerBin === 1 ? 'in each chip step' : `in every ${stepsPerBin} chip steps`;
  return { steps: Math.max(1, Math.min(latency.timesteps, spikes.length * stepsPerBin)), unit };
}

function drawSteps(values: readonly number[], stepsPerBin: number, steps: number, peak: number, y: number): string {
  if (peak === 0) return '';
  const x = (step: number): number => round(LEFT + (ROOM * Math.min(step, steps)) / steps);
  const path = values.map((value, bin) => `V${round(y + PANEL * (1 - value / peak))}H${x((bin + 1) * stepsPerBin)}`).join('');
  return `<path d="M${LEFT} ${y + PANEL}${path}V${y + PANEL}Z" fill="${PALETTE.accent}"/>`;
}

/** Where one segment ends and the next begins, and the number of each where there is room for it. */
function drawSegments({ latency }: RunReport, x: (step: number) => number, top: number, bottom: number): string[] {
  let first = 0;
  return latency.segments.flatMap(({ index, kind, steps }) => {
    const from = x(first);
    const to = x(first + steps);
    first += steps;
    const label = `segment ${index}, ${kind}`;
    const line =
      index === 0
        ? []
        : [
            `<line x1="${round(from)}" y1="${top}" x2="${round(from)}" y2="${bottom}" stroke="${PALETTE.muted}" stroke-width="1" stroke-dasharray="3 3"/>`,
          ];
    return to - from < 44
      ? line
      : [...line, svgText(from + 3, bottom + 14, fitText(label, to - from - 6, 11), { size: 11, fill: PALETTE.muted })];
  });
}

/** The figures behind the drawing. */
export function timeCourseTable(timeCourse: TimeCourseReport, report: RunReport): Table {
  const { stepsPerBin } = timeCourse;
  return {
    id: 'time-course',
    title: 'Events over time',
    caption: `Events of ${runTitle(report)} ${spanOf(timeCourse, report).unit}, mean of ${report.samples} clips, ${SIMULATED}`,
    columns: [
      { name: 'first chip step', format: String },
      { name: 'spikes', format: formatCount },
      { name: 'synaptic events of the chip', format: formatCount },
      { name: 'packets', format: formatCount },
    ],
    rows: timeCourse.spikes.map((spikes, bin) => [bin * stepsPerBin, spikes, timeCourse.synapticEvents[bin], timeCourse.packets[bin]]),
    notes: [],
  };
}
