import { type ChipProgram, formatCount, type Mapping, printable } from '../../index.ts';
import type { Style } from '../style.ts';
import { describeWritten, type Written } from './layout.ts';

/** What was compiled, and where it went. */
export function printCompiled(mapping: Mapping<ChipProgram>, written: Written, style: Style): string {
  const { model, placement, program } = mapping;
  const chips = new Set(program.cores.map((core) => core.chip)).size;
  const steps = program.segments.reduce((sum, segment) => sum + segment.steps, 0);
  const lines = [
    style.bold(printable(`${model.name} on ${mapping.target}`, 80)),
    `  model      ${formatCount(model.neurons)} neurons in ${model.populations} populations, ${formatCount(model.synapses)} synapses, ${model.timesteps} timesteps`,
    `  program    ${program.cores.length} cores on ${chips} chip${chips === 1 ? '' : 's'}, ${program.segments.length} segments, ${steps} chip steps a clip`,
    ...(program.kind === 'spinnaker' ? [`  pace       a step takes ${program.timeScale} ms: time-scale factor ${program.timeScale}`] : []),
    `  placement  ${formatCount(placement.hops)} hops (greedy ${formatCount(placement.greedyHops)}, random ${formatCount(placement.randomHops)})`,
    `  scales     ${printable(mapping.scaleRule)}`,
    '',
    describeWritten(written, style),
  ];
  return `${lines.join('\n')}\n`;
}
