import { accountingTables } from './accounting-tables.ts';
import { energyTable, latencyTable, paceTable } from './cost-tables.ts';
import { formatBytes, formatCount, formatPercent } from './format-figures.ts';
import { type RunReport, SIMULATED } from './run-report.ts';
import { runTitle } from './run-title.ts';
import { wilsonInterval } from './statistics.ts';
import type { Cell, Table } from './table.ts';
import { timeCourseTable } from './time-course-figure.ts';

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
  ...accountingTables(report),
  ...(report.timeCourse === undefined ? [] : [timeCourseTable(report.timeCourse, report)]),
  predictionTable(report),
];

export function accuracyTable(report: RunReport): Table {
  const { accuracy, data, samples } = report;
  const row = (name: string, how: string, value: number | null): Cell[] => {
    const interval = value === null || samples === 0 ? null : wilsonInterval(value, samples);
    return [name, how, value, interval === null ? null : interval[0], interval === null ? null : interval[1]];
  };
  return {
    id: 'accuracy',
    title: 'Does it still decide the same?',
    caption: `Accuracy of ${runTitle(report)}, ${samples} clips, with 95 % intervals (Wilson); ${SIMULATED}`,
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

export function eventTable(report: RunReport): Table {
  const { events } = report;
  const row = (name: string, value: number, meaning: string): Cell[] => [name, value, meaning];
  return {
    id: 'events',
    title: 'What happened',
    caption: `Events per clip of ${runTitle(report)}, mean of ${report.samples} clips, ${SIMULATED}`,
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
      ...(events.sdramWords === undefined
        ? []
        : [row('SDRAM words', events.sdramWords, 'of synaptic rows fetched, headers and padding included')]),
    ],
    notes: [],
  };
}

export function populationTable(report: RunReport): Table {
  return {
    id: 'populations',
    title: 'Population by population',
    caption: `Populations of ${runTitle(report)}, mean of ${report.samples} clips, ${SIMULATED}`,
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
    caption: `Operations of ${runTitle(report)}: where they run, and what they take; ${SIMULATED}`,
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
    caption: `Cores of ${runTitle(report)} in use, ${SIMULATED}`,
    columns: [
      { name: 'core', format: String },
      { name: 'chip', format: String },
      { name: 'tile', format: String },
      { name: 'slot', format: String },
      { name: 'compartments', format: formatCount },
      { name: 'memory', unit: 'B', format: formatBytes },
      { name: 'utilisation', format: percent },
      { name: 'synaptic events', format: formatCount },
      ...(report.cores.some(({ cycles }) => cycles !== undefined)
        ? [
            { name: 'cycles a step', format: formatCount },
            { name: 'of the busiest', format: formatCount },
            { name: 'of the budget', format: percent },
          ]
        : []),
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
      ...(c.cycles === undefined ? [] : [c.cycles.mean, c.cycles.peak, c.cycles.peak / c.cycles.budget]),
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
          caption: `Ring-buffer shifts of ${runTitle(report)}: bits of the largest weight, and won over the worst case; ${SIMULATED}`,
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
    caption: `Decisions of ${runTitle(report)}, in file order, ${SIMULATED}`,
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
