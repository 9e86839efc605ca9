import { formatCount, formatPercent, formatSi, humanize } from './format-figures.ts';
import { type RunReport, STATEMENT } from './run-report.ts';
import { runTitle } from './run-title.ts';
import type { Cell, Table } from './table.ts';

const joules = (value: number): string => formatSi(value, 'J');
const seconds = (value: number): string => formatSi(value, 's');

export function energyTable(report: RunReport): Table {
  const { energy } = report;
  return {
    id: 'energy',
    title: 'Where the energy goes',
    caption: `Energy per clip of ${runTitle(report)}, ${STATEMENT}; costs: ${energy.costs}, ${energy.basis}; mode: ${energy.mode}`,
    columns: [
      { name: 'term' },
      { name: 'kind' },
      { name: 'count', format: formatCount },
      { name: 'per' },
      { name: 'cost', unit: 'J', format: joules },
      { name: 'energy', unit: 'J', format: joules },
      { name: 'basis' },
      { name: 'source', cites: true },
    ],
    rows: [
      ...energy.terms.map((t): Cell[] => [humanize(t.name), t.kind, t.count, t.per, t.costJ, t.joules, t.basis, t.source]),
      [energy.joulesPerSample === null ? 'known terms' : 'total', '', '', '', '', energy.knownJoules, energy.basis, ''],
    ],
    notes: [
      ...unknownNotes(energy.reasons),
      ...withoutNotes(energy.without),
      ...idleNote(report),
      ...alternativeNotes(report),
      arithmeticNote(report),
    ],
  };
}

const withoutNotes = (lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`Left out on request: ${lines.map(humanize).join(', ')}.`];

/** The same clip back to back and in real time: what differs is how long it keeps the chip powered. */
export function paceTable(report: RunReport): Table {
  const { paces } = report.energy;
  return {
    id: 'paces',
    title: 'What the pace makes of it',
    caption: `Energy per clip of ${runTitle(report)} by pace, ${STATEMENT}`,
    columns: [
      { name: 'pace' },
      { name: 'chip powered', unit: 's', format: seconds },
      { name: 'static energy', unit: 'J', format: joules },
      { name: 'known energy', unit: 'J', format: joules },
    ],
    rows: paces.map((p): Cell[] => [paceName(p.mode), p.poweredSeconds, p.staticJoules, p.knownJoules]),
    notes: paces.some(({ mode }) => mode === 'real-time')
      ? []
      : ['Real time needs the seconds from frame to frame (--timestep), which neither the data nor the command line gave.'],
  };
}

export const paceName = (mode: 'fast' | 'real-time'): string => (mode === 'fast' ? 'back to back' : 'in real time');

/** What flows whether or not anything happens. */
function idleNote({ energy }: RunReport): string[] {
  if (energy.alternatives === undefined || energy.staticJoules === null || energy.knownJoules === 0) return [];
  return [
    `Idle: ${joules(energy.staticJoules)}, ${formatPercent(energy.staticJoules / energy.knownJoules)} of the total, whatever the network does.`,
  ];
}

const alternativeNotes = ({ energy }: RunReport): string[] =>
  (energy.alternatives ?? []).map(
    ({ name, joules: value, per, source }) => `By the figures of ${name}: ${joules(value)} (${per}; ${source}).`,
  );

function arithmeticNote(report: RunReport): string {
  const { acJoules, macJoules, totalJoules } = report.energy.arithmetic45nm;
  return `By arithmetic alone at 45 nm, as papers count it: ${joules(totalJoules)} (accumulations ${joules(acJoules)}, multiply-accumulates ${joules(macJoules)}).`;
}

const unknownNotes = (reasons: Readonly<Record<string, string>>): string[] =>
  Object.entries(reasons).map(([name, reason]) => `Unknown: ${humanize(name)}: ${reason}.`);

export function latencyTable(report: RunReport): Table {
  const { latency } = report;
  return {
    id: 'latency',
    title: 'Where the time goes',
    caption: `Latency per clip of ${runTitle(report)}, ${STATEMENT}; costs: ${latency.basis}; timing: ${latency.model}`,
    columns: [{ name: 'term' }, { name: 'time', unit: 's', format: seconds }, { name: 'basis' }, { name: 'source', cites: true }],
    rows: [
      ...latency.terms.map((t): Cell[] => [humanize(t.name), t.seconds, t.basis, t.source]),
      [latency.secondsPerSample === null ? 'known terms' : 'total', latency.knownSeconds, latency.basis, ''],
    ],
    notes: unknownNotes(latency.reasons),
  };
}
