import { type Cell, describeOrigin, formatCount, type inspectModel, printable } from '../../index.ts';
import type { Style } from '../style.ts';
import { layOutTable } from './layout.ts';

type Inspection = Omit<Awaited<ReturnType<typeof inspectModel>>, 'lints'>;

/** What was recovered: inputs, populations, projections, what looks ahead in time, segments. */
export function printInspection(inspection: Inspection, style: Style): string {
  const { model, populations, projections, operations, segments } = inspection;
  const neurons = populations.reduce((sum, population) => sum + population.neurons, 0);
  const lines = [
    `${style.bold(printable(model.name, 80))}  ${style.dim(printable(`${model.file} (${model.format})`, 160))}`,
    `  ${formatCount(neurons)} spiking neurons in ${populations.length} populations, ${inspection.timesteps} timesteps, ${inspection.classes} classes, ${formatCount(model.parameters)} parameters`,
    '',
    style.bold('Inputs'),
    ...layOutTable(
      [{ name: 'name' }, { name: 'role' }, { name: 'size', format: formatCount }, { name: 'payload' }],
      inspection.inputs.map((input) => [input.name, input.role, input.size, input.payload]),
      style,
    ),
    '',
    style.bold('Populations'),
    ...layOutPopulations(populations, style),
    '',
    style.bold('Projections'),
    ...layOutProjections(projections, style),
    '',
    style.bold('Operations'),
    ...layOutTable(
      [{ name: 'name' }, { name: 'kind' }, { name: 'inputs' }, { name: 'carries' }, { name: 'depends on' }],
      operations.map((o): Cell[] => [o.name, o.kind, o.inputs.join(', '), o.payload, o.wholeClip ? 'the whole clip' : 'the same step']),
      style,
    ),
    '',
    style.bold('What has to wait'),
    ...describeWaiting(inspection),
    '',
    style.bold('Segments'),
    ...segments.map((s) => `  ${s.index}  ${printable(s.reason)}: ${printable(s.populations.join(', '), 2000)}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Parameters that all populations share are said once. */
function layOutPopulations(populations: Inspection['populations'], style: Style): string[] {
  const parameters = new Set(populations.map(parametersText));
  const own = parameters.size > 1;
  const lines = layOutTable(
    [
      { name: 'name' },
      { name: 'neurons', format: formatCount },
      { name: 'kind' },
      ...(own ? [{ name: 'parameters' }] : []),
      { name: 'looks ahead' },
      { name: 'recovered from' },
    ],
    populations.map((p): Cell[] => [
      p.name,
      p.neurons,
      p.kind,
      ...(own ? [parametersText(p)] : []),
      stepsText(p.lookahead),
      describeOrigin(p.origin),
    ]),
    style,
    '  ',
    120,
  );
  return own ? lines : [...lines, `  ${style.dim('all of them:')} ${printable([...parameters].join())}`];
}

const parametersText = ({ parameters }: Inspection['populations'][number]): string =>
  Object.entries(parameters)
    .flatMap(([name, value]) => (value === null ? [] : [`${name} ${value}`]))
    .join(', ');

/** Delays have a column where there are any. */
function layOutProjections(projections: Inspection['projections'], style: Style): string[] {
  const delayed = projections.some(({ delaySteps = 0 }) => delaySteps > 0);
  return layOutTable(
    [
      { name: 'from' },
      { name: 'to' },
      { name: 'kind' },
      { name: 'carries' },
      { name: 'synapses', format: formatCount },
      ...(delayed ? [{ name: 'arrives after' }] : []),
      { name: 'looks ahead' },
    ],
    projections.map((p): Cell[] => [
      p.from,
      p.to,
      p.kind,
      p.payload,
      p.synapses === 0 ? '' : p.synapses,
      ...(delayed ? [stepsText(p.delaySteps ?? 0)] : []),
      stepsText(p.lookahead),
    ]),
    style,
  );
}

function stepsText(steps: number | null): string {
  if (steps === null) return 'whole clip';
  return steps === 0 ? '' : `${steps} step${steps === 1 ? '' : 's'}`;
}

function describeWaiting({ populations }: Inspection): string[] {
  const ahead = populations.filter((p) => p.lookahead !== null && p.lookahead > 0).map((p) => `${p.name} (${stepsText(p.lookahead)})`);
  const whole = populations.filter((p) => p.lookahead === null).map((p) => p.name);
  const dependent = populations.filter((p) => p.lookahead !== null && p.lookaheadTotal === null).length;
  return [
    `  look ahead in time: ${ahead.length === 0 ? 'none' : printable(ahead.join(', '), 2000)}`,
    `  read the whole clip: ${whole.length === 0 ? 'none' : printable(whole.join(', '), 2000)}`,
    `  come after something that reads the whole clip: ${dependent} more population${dependent === 1 ? '' : 's'}`,
  ];
}
