import { type Cell, formatCount, type Verification, type VerifiedPopulation } from '../../index.ts';
import type { Style } from '../style.ts';
import { layOutTable } from './layout.ts';

/** Population by population: does it fire as in ONNX Runtime? */
export function printVerification({ inputs, populations }: Verification, style: Style): string {
  const differing = populations.filter((population) => population.differences > 0).length;
  const lines = [
    style.bold('Beside ONNX Runtime'),
    ...layOutTable(
      [{ name: 'population' }, { name: 'values', format: formatCount }, { name: 'spikes', format: formatCount }, { name: 'result' }],
      populations.map((population): Cell[] => [population.name, population.values, population.spikes, describeResult(population)]),
      style,
    ),
    `  ${differing === 0 ? 'all populations fire as in ONNX Runtime' : `${differing} of ${populations.length} populations differ`}`,
    `  ${style.dim(`inputs: ${inputs.join('; ')}`)}`,
  ];
  return `${lines.join('\n')}\n`;
}

function describeResult({ differences, first }: VerifiedPopulation): string {
  if (first === null) return 'ok';
  const { input, step, neuron, expected, found } = first;
  return `${formatCount(differences)} differ; first: step ${step}, neuron ${neuron} of "${input}": ${expected} there, ${found} here`;
}
