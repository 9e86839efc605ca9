import { formatBytes, formatCount, formatPercent, formatSi, humanize, wilsonInterval } from './format-figures.ts';
import { type RunReport, STATEMENT } from './run-report.ts';
import type { Cell, Table } from './table.ts';

const joules = (value: number): string => formatSi(value, 'J');
const seconds = (value: number): string => formatSi(value, 's');
const percent = (value: number): string => formatPercent(value);

/** Every table of a run, in the order of the report. */
export const runTables = (report: RunReport): readonly Table[] => [
  accuracyTable(report),
  energyTable(report),
  paceTable(report),
  latencyTable(report),
  eventTable(report),
  populationTable(report),
  operationTable(report),
  coreTable(report),
  ...resolutionTables(report),
  predictionTable(report),
];

/** `spikescr-t40 on loihi2` */
export const runTitle = (report: RunReport): string => `${report.model.name} on ${report.target.name}`;

export function accuracyTable(report: RunReport): Table {
  const { accuracy, data, samples } = report;
  const row = (name: string, how: string, value: number | null): Cell[] => {
    const interval = value === null || samples === 0 ? null : wilsonInterval(value, samples);
    return [name, how, value, interval === null ? null : interval[0], interval === null ? null : interval[1]];
  };
  return {
    id: 'accuracy',
    title: 'Does it still decide the same?',
    caption: `Accuracy of ${runTitle(report)}, ${samples} clips, with 95 % intervals (Wilson)`,
    columns: [
      { name: 'level' },
      { name: 'computed by' },
      { name: 'fraction', format: percent },
      { name: 'low', format: percent },
      { name: 'high', format: percent },
    ],
    rows: [
      row('reference', data.reference ?? 'not run', accuracy.reference),
      row('float', 'float simulation of the recovered network', accuracy.float),
      row('deployed', `integer simulation of ${report.target.name}`, accuracy.deployed),
      row('agreement', 'deployed decides as float', accuracy.agreement),
    ],
    notes: [`Decision: ${data.decision}.`],
  };
}

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
      { name: 'source' },
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
    `Idle: ${joules(energy.staticJoules)}, ${percent(energy.staticJoules / energy.knownJoules)} of the total, whatever the network does.`,
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
    columns: [{ name: 'term' }, { name: 'time', unit: 's', format: seconds }, { name: 'basis' }, { name: 'source' }],
    rows: [
      ...latency.terms.map((t): Cell[] => [humanize(t.name), t.seconds, t.basis, t.source]),
      [latency.secondsPerSample === null ? 'known terms' : 'total', latency.knownSeconds, latency.basis, ''],
    ],
    notes: unknownNotes(latency.reasons),
  };
}

export function eventTable(report: RunReport): Table {
  const { events } = report;
  const row = (name: string, value: number, meaning: string): Cell[] => [name, value, meaning];
  return {
    id: 'events',
    title: 'What happened',
    caption: `Events per clip of ${runTitle(report)}, mean of ${report.samples} clips, simulated`,
    columns: [{ name: 'event' }, { name: 'mean per clip', format: formatCount }, { name: 'meaning' }],
    rows: [
      row('synaptic events', events.synapticEvents, 'non-zero inputs of the synapses of the network, each once'),
      row('mapped synaptic events', events.mappedSynapticEvents, 'synapses the chip reads: relays, repeats and replays included'),
      row('spikes', events.spikes, 'of all spiking neurons'),
      row('spikes of the float model', events.floatSpikes, 'the same, before deployment'),
      row('accumulates', events.acs, 'synapses of layers with binary input, once for each spike'),
      row('multiply-accumulates', events.macs, 'synapses of layers whose input is not binary, counted densely'),
      row('neuron updates', events.neuronUpdates, 'compartments updated, over all chip steps'),
      row('packets', events.packets, 'messages, one per destination core'),
      row('hops', events.hops, 'tile borders crossed by all packets'),
    ],
    notes: [],
  };
}

export function populationTable(report: RunReport): Table {
  return {
    id: 'populations',
    title: 'Population by population',
    caption: `Populations of ${runTitle(report)}, mean of ${report.samples} clips, simulated`,
    columns: [
      { name: 'population' },
      { name: 'neurons', format: formatCount },
      { name: 'spikes', format: formatCount },
      { name: 'firing rate', unit: 'per neuron and step', format: percent },
      { name: 'synaptic events', format: formatCount },
      { name: 'cores', format: formatCount },
      { name: 'recovered from' },
    ],
    rows: report.perPopulation.map((p) => [p.name, p.neurons, p.spikes, p.firingRate, p.synapticEvents, p.cores, describeOrigin(p.origin)]),
    notes: [],
  };
}

/** `Loop_79 (+33 nodes) by lif-loop` */
export function describeOrigin(origin: { readonly recogniser: string; readonly nodes: readonly string[] }): string {
  const [first, ...rest] = origin.nodes;
  const nodes = first === undefined ? 'the whole graph' : rest.length === 0 ? first : `${first} and ${rest.length} more`;
  return `${nodes} (${origin.recogniser})`;
}

export function operationTable(report: RunReport): Table {
  return {
    id: 'operations',
    title: 'Where each operation runs',
    caption: `Operations of ${runTitle(report)}: where they run, and what they take`,
    columns: [
      { name: 'operation' },
      { name: 'kind' },
      { name: 'runs on' },
      { name: 'operations per clip', format: formatCount },
      { name: 'chip steps', format: formatCount },
      { name: 'cores', format: formatCount },
      { name: 'memory (bytes)', format: formatCount },
      { name: 'note' },
    ],
    rows: report.operations.map((o) => [o.name, o.kind, o.where, o.operations ?? '', o.steps, o.cores, o.memoryBytes ?? '', o.note]),
    notes: [],
  };
}

export function coreTable(report: RunReport): Table {
  return {
    id: 'cores',
    title: 'Core by core',
    caption: `Cores of ${runTitle(report)} in use`,
    columns: [
      { name: 'core', format: String },
      { name: 'chip', format: String },
      { name: 'tile', format: String },
      { name: 'slot', format: String },
      { name: 'compartments', format: formatCount },
      { name: 'memory', unit: 'B', format: formatBytes },
      { name: 'utilisation', format: percent },
      { name: 'synaptic events', format: formatCount },
      { name: 'populations' },
    ],
    rows: report.cores.map((c) => [
      c.core,
      c.chip,
      c.tile,
      c.slot,
      c.compartments,
      c.memoryBytes,
      c.utilisation,
      c.synapticEvents,
      c.populations.join(' '),
    ]),
    notes: [],
  };
}

/** None on chips that do not scale weights by what arrives. */
export const resolutionTables = (report: RunReport): readonly Table[] =>
  report.resolution === undefined
    ? []
    : [
        {
          id: 'resolution',
          title: 'What the weights keep',
          caption: `Ring-buffer shifts of ${runTitle(report)}: bits of the largest weight, and won over the worst case`,
          columns: [
            { name: 'population' },
            { name: 'projection' },
            { name: 'receptor' },
            { name: 'shift', format: String },
            { name: 'basis' },
            { name: 'saturates never' },
            { name: 'bits', format: String },
            { name: 'won over worst case', format: String },
            { name: 'won over sPyNNaker', format: String },
            { name: 'weights lost', format: formatCount },
            { name: 'lost in worst case', format: formatCount },
          ],
          rows: report.resolution.map((r): Cell[] => [
            r.population,
            r.projection,
            r.receptor,
            r.shift,
            r.basis,
            r.guaranteed ? 'yes' : 'no',
            r.weightBits,
            r.wonOverWorstCase,
            r.wonOverSpynnaker,
            r.lost,
            r.lostInWorstCase,
          ]),
          notes: [],
        },
      ];

export function predictionTable(report: RunReport): Table {
  const names = report.data.classNames;
  const name = (index: number | null): string => (index === null ? '' : (names?.[index] ?? ''));
  return {
    id: 'predictions',
    title: 'Clip by clip',
    caption: `Decisions of ${runTitle(report)}, in file order`,
    columns: [
      { name: 'clip', format: String },
      { name: 'label', format: String },
      { name: 'reference', format: String },
      { name: 'float', format: String },
      { name: 'deployed', format: String },
      { name: 'label name' },
      { name: 'deployed name' },
    ],
    rows: report.predictions.map((p, clip) => [clip, p.label, p.reference, p.float, p.deployed, name(p.label), name(p.deployed)]),
    notes: [],
  };
}
