import type { AccountingReport, ReconciliationTerm } from './accounting-report.ts';
import { formatCount, formatPercent, formatSi } from './format-figures.ts';
import { type RunReport, STATEMENT } from './run-report.ts';
import { runTitle } from './run-title.ts';
import type { Cell, Table } from './table.ts';

const joules = (value: number): string => formatSi(value, 'J');
const percent = (value: number): string => formatPercent(value);
const operations = [
  { name: 'accumulations', format: formatCount },
  { name: 'multiply-accumulates', format: formatCount },
  { name: 'energy', unit: 'J', format: joules },
] as const;

/** Every table about the accountings of a run; none where a report has none. */
export const accountingTables = (report: RunReport): readonly Table[] =>
  report.accounting === undefined
    ? []
    : [
        conventionTable(report, report.accounting),
        reconciliationTable(report, report.accounting),
        auditTable(report, report.accounting),
        activityTable(report, report.accounting),
        breakEvenTable(report, report.accounting),
      ];

function conventionTable(report: RunReport, { conventions, neurobench }: AccountingReport): Table {
  return {
    id: 'conventions',
    title: 'One run, counted by several conventions',
    caption: `Operations and energy per clip of ${runTitle(report)} by convention, mean of ${report.samples} clips, ${STATEMENT}`,
    columns: [{ name: 'convention' }, ...operations, { name: 'prices' }],
    rows: conventions.flatMap((c): Cell[][] => [
      [c.name, c.acs, c.macs, c.joules, c.price],
      ...c.alternatives.map((a): Cell[] => ['', '', '', a.joules, a.price]),
    ]),
    notes: [
      ...conventions.map(({ name, rule, source }) => `${name}: ${rule} (${source}).`),
      'Each layer is taken as one module that is called once a clip with all its steps, in a batch of one clip; a batch normalisation that was folded before the export is not there to count.',
      `NeuroBench besides: dense operations ${formatCount(neurobench.dense)}, activation sparsity ${percent(neurobench.activationSparsity)}, connection sparsity ${percent(neurobench.connectionSparsity)}, footprint ${formatCount(neurobench.footprintBytes)} B in float32, ${formatCount(neurobench.parameterCount)} parameters, ${formatCount(neurobench.membraneUpdates)} membrane updates.`,
    ],
  };
}

function reconciliationTable(report: RunReport, { conventions, reconciliation }: AccountingReport): Table {
  const end = (name: string, what: string): Cell[] => {
    const convention = conventions.find((each) => each.name === name);
    return [what, name, convention?.acs ?? null, convention?.macs ?? null, convention?.joules ?? null];
  };
  const term = ({ cause, acs, macs, joules: value }: ReconciliationTerm): Cell[] => ['', cause, acs, macs, value];
  return {
    id: 'reconciliation',
    title: 'What tells them apart',
    caption: `From one convention to the next, term by term, per clip of ${runTitle(report)}, ${STATEMENT}`,
    columns: [{ name: '' }, { name: 'convention or cause' }, ...operations],
    rows: reconciliation.flatMap(({ from, to, terms }) => [end(from, 'from'), ...terms.map(term), end(to, 'to')]),
    notes: ['Terms are signed, and add up to the difference. Energy of operations: FP32.'],
  };
}

function auditTable(report: RunReport, { audit }: AccountingReport): Table {
  return {
    id: 'audit',
    title: 'Which edges carry spikes',
    caption: `What travels along each edge of ${runTitle(report)}, by type and as measured in ${report.samples} clips`,
    columns: [
      { name: 'from' },
      { name: 'to' },
      { name: 'kind' },
      { name: 'payload' },
      { name: 'measured' },
      { name: 'not zero', format: formatCount },
      { name: 'a synapse has to' },
      { name: 'operations', format: formatCount },
      { name: 'as unit spikes', format: formatCount },
      { name: 'note' },
    ],
    rows: audit.map((e): Cell[] => [
      e.from,
      e.to,
      e.role === null || e.role === e.kind ? e.kind : `${e.kind} (${e.role})`,
      e.payload,
      e.measured.payload,
      e.measured.nonzeros,
      e.operation === 'none' ? '' : e.operation,
      e.operation === 'none' ? '' : e.operations,
      e.asUnitSpikes ?? '',
      e.note,
    ]),
    notes: ['Operations: inputs and weights that are not 0, mean per clip of the float network.'],
  };
}

function activityTable(report: RunReport, { activity }: AccountingReport): Table {
  return {
    id: 'activity',
    title: 'Who never fires, and who never rests',
    caption: `Silent and saturated neurons of ${runTitle(report)}, float network, ${report.samples} clips`,
    columns: [
      { name: 'population' },
      { name: 'neurons', format: formatCount },
      { name: 'silent', format: formatCount },
      { name: 'saturated', format: formatCount },
    ],
    rows: activity.map((a): Cell[] => [a.population, a.neurons, a.silent, a.saturated]),
    notes: ['Silent: no spike in any clip. Saturated: spikes in more than 95 % of the steps of every clip.'],
  };
}

function breakEvenTable(report: RunReport, { breakEven }: AccountingReport): Table {
  const { spikesPerSynapse, firingRate, denseTwins, chipOverFormula } = breakEven;
  const number = (value: number): string => Number(value.toPrecision(3)).toString();
  const met = (value: boolean | null): string => (value === null ? 'does not apply' : value ? 'met' : 'missed');
  return {
    id: 'break-even',
    title: 'Against a dense network',
    caption: `Break-even figures of ${runTitle(report)}, ${STATEMENT}`,
    columns: [{ name: 'figure' }, { name: 'this run' }, { name: 'held against' }, { name: 'outcome' }, { name: 'source' }],
    rows: [
      [
        'spikes per synapse and inference',
        number(spikesPerSynapse.value),
        `${spikesPerSynapse.low} to ${spikesPerSynapse.high}`,
        `${spikesPerSynapse.verdict} the band`,
        spikesPerSynapse.source,
      ],
      ...firingRate.limits.map((limit): Cell[] => [
        `mean firing rate at ${firingRate.timesteps} steps`,
        percent(firingRate.value),
        `below ${formatPercent(limit.rate, 1)} at ${limit.timesteps} steps, against ${firingRate.denseBits} bits`,
        met(limit.met),
        firingRate.source,
      ]),
      ...denseTwins.map((twin): Cell[] => [
        `mean input rate, against an ${twin.name}`,
        percent(twin.rate),
        `breaks even at ${percent(twin.breakEvenRate)} (${joules(twin.joules)}, ${formatCount(twin.macs)} MACs)`,
        twin.rate < twin.breakEvenRate ? 'fewer operations’ worth' : 'more operations’ worth',
        twin.price,
      ]),
      [
        'chip energy over the paper formula',
        chipOverFormula.value === null ? 'not known' : `${number(chipOverFormula.value)} times`,
        chipOverFormula.context,
        '',
        chipOverFormula.source,
      ],
    ],
    notes: [
      'Arithmetic alone: neither side pays for memory. A rate beyond 100 % says that accumulations alone never cost as much.',
      'Every frame: the dense network computes each layer in each step, as it has to where frames are a signal’s time. Once a clip: one evaluation stands for all steps, as where steps only encode a still input.',
    ],
  };
}
