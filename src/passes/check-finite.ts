import { DiagnosticError, diagnostic } from '../diagnostics/index.ts';
import { isTarget, type Network, type Projection, type TargetNode } from '../ir/network.ts';
import type { PerNeuron } from '../ir/neuron.ts';
import type { WeightValues } from '../ir/synapses.ts';

/**
 * Finite weights times finite factors may still leave the range of float32: a threshold of 1e-40, a batch normalization without variance.
 * That is the model's doing, not the pass's. Throws `non-finite-weight`, one for each node concerned.
 */
export function checkFinite(network: Network, pass: string): void {
  const targets = network.nodes.filter(isTarget);
  const overflown = new Set(network.projections.filter((projection) => !hasFiniteWeights(projection)).map(({ target }) => target));
  const problems = targets
    .filter((node) => overflown.has(node.id) || !hasFiniteParameters(node))
    .map((node) =>
      diagnostic('non-finite-weight', `weights or parameters of ${node.name} leave the range of float32 in the pass ${pass}`, {
        places: [{ file: node.origin.file, item: node.origin.nodes[0] ?? node.name }],
        notes: ['thresholds, input gains and batch normalization are moved into weights and biases'],
      }),
    );
  if (problems.length > 0) throw new DiagnosticError(problems);
}

function hasFiniteWeights({ synapses }: Projection): boolean {
  if (synapses.kind === 'pooling') return Number.isFinite(synapses.factor);
  return synapses.weights === null || isFinitePerNeuron(synapses.weights);
}

function hasFiniteParameters(node: TargetNode): boolean {
  if (node.bias !== null && !isFinitePerNeuron(node.bias)) return false;
  const membrane = node.kind === 'population' ? node.neuron : node.membrane;
  if (membrane?.parameters !== 'discrete') return true;
  const { decay, leak, inputGain, initial, currentDecay } = membrane;
  const threshold = node.kind === 'population' && node.neuron.parameters === 'discrete' ? node.neuron.threshold : 0;
  return [decay, leak, inputGain, threshold, initial, currentDecay ?? 0].every(isFinitePerNeuron);
}

const isFinitePerNeuron = (values: PerNeuron | WeightValues): boolean =>
  typeof values === 'number' ? Number.isFinite(values) : values.every(Number.isFinite);
