import { diagnostic } from '../../../diagnostics/index.ts';
import type { DiscreteMembrane, DiscreteNeuron } from '../../../ir/neuron.ts';
import { gainAt } from '../../../ir/normalization.ts';
import { BINARY } from '../../../ir/payload.ts';
import type { Call } from '../context.ts';
import { joinPath, modulePath, parentPath } from '../names.ts';
import { currentOf } from '../streams/current.ts';
import { type CurrentBase, type StreamValue, viewOf } from '../values.ts';
import { agree, plus, simplify, times } from './per-neuron.ts';

export interface Recovered {
  readonly recogniser: string;
  readonly neuron: DiscreteNeuron;
  /** Steps from an input to the membrane potential that takes it; left out: 0. */
  readonly lagSteps?: number;
  /** [steps, ...]: what the neurons integrate. */
  readonly input: StreamValue;
  /** Module path, where the file has one. */
  readonly path: string;
  /** Nodes of the file that step the neurons, besides the one that gives their spikes. */
  readonly nodes?: readonly string[];
}

/** Adds the population that was recovered, with its projections. Returns its spikes, in the shape of its input. */
export function addPopulation(call: Call, { recogniser, neuron, lagSteps = 0, input, path, nodes: steps = [] }: Recovered): StreamValue {
  const { builder, file, report } = call.context;
  const own = currentOf(call, input, input.shape[0]);
  const current = lagSteps === 0 ? own : constantsAsSpikes(call, own);
  const nodes = [...current.nodes, ...input.via.map((passage) => passage.name), ...steps, call.name];
  const { incoming, bias, normalization, gate, size, timeline } = current;
  const name = path === '' ? pathOfCurrent(current, input) : path;
  const direct = incoming.length === 1 && incoming[0].synapses.kind === 'one-to-one' ? incoming[0].source : null;
  const base = builder.add(
    {
      kind: 'population',
      name,
      size,
      timeline,
      payload: BINARY,
      neuron: current.steps === 1 ? inOneStep(neuron) : neuron,
      bias,
      normalization,
      gate,
    },
    recogniser,
    nodes,
    direct,
  );
  for (const { source, synapses } of incoming) {
    builder.project(source, base.node.id, synapses, { file, recogniser: synapses.kind, nodes: current.nodes }, lagSteps);
  }
  if (!startsAtRest(neuron)) {
    report(
      diagnostic('initial-state', `${base.node.name} starts each clip from a membrane potential other than its reset value`, {
        places: [{ file, item: `node ${call.name}` }],
        notes: ['the state that was exported is honoured'],
      }),
    );
  }
  return viewOf(base, input.shape, null);
}

export interface Integrated extends Pick<Recovered, 'recogniser' | 'lagSteps' | 'input' | 'nodes'> {
  readonly membrane: DiscreteMembrane;
}

/** The potentials of membranes that never fire, in the shape of their input. */
export function potentialsOf(call: Call, { recogniser, membrane, lagSteps = 0, input, nodes = [] }: Integrated): StreamValue {
  const own = currentOf(call, input, input.shape[0]);
  const current = lagSteps === 0 ? own : constantsAsSpikes(call, own);
  const { steps, size, timeline } = current;
  const through = [...current.nodes, ...input.via.map((passage) => passage.name), ...nodes, call.name];
  return viewOf({ kind: 'potential', steps, size, timeline, current, membrane, lagSteps, recogniser, nodes: through }, input.shape, null);
}

/** With a single step no state outlasts it: what is left of the neuron, so that every form of it is the same one. */
function inOneStep(neuron: DiscreteNeuron): DiscreteNeuron {
  const leak = plus(neuron.leak, times(neuron.decay, neuron.initial));
  return { ...neuron, decay: 0, leak: simplify(leak), currentDecay: null, reset: { kind: 'to-value', value: 0 }, initial: 0 };
}

/**
 * An input that acts later brings its bias and the shift of its normalisation later too: they become synapses of a spike in every step, so
 * that they are delayed as everything else. x = g (sum + bias - mean) + shift = g (sum + (bias - mean + shift / g)).
 */
function constantsAsSpikes(call: Call, current: CurrentBase): CurrentBase {
  const { bias, normalization, gate, size, steps, timeline } = current;
  if (gate !== null) throw call.unsupported('a gated current acts on its neurons a step late');
  if (bias === null && normalization === null) return current;
  const weights = Float32Array.from({ length: size }, (_, n) => {
    if (normalization === null) return bias?.[n] ?? 0;
    const { mean, shift } = normalization;
    return (bias?.[n] ?? 0) - mean[n] + shift[n] / gainAt(normalization, n);
  });
  if (!weights.every(Number.isFinite))
    throw call.unsupported('a normalisation that sets a current to zero acts on its neurons a step late');
  const every = call.context.builder.constantOf(new Float32Array(steps).fill(1), 1, BINARY, timeline, 'every-step', []);
  const zero = new Float32Array(size);
  return {
    ...current,
    incoming: [...current.incoming, { source: every.node.id, synapses: { kind: 'dense', sources: 1, targets: size, weights } }],
    bias: null,
    normalization: normalization === null ? null : { ...normalization, mean: zero, shift: zero },
  };
}

function startsAtRest({ reset, initial }: DiscreteNeuron): boolean {
  return agree(initial, reset.kind === 'to-value' ? reset.value : 0);
}

/** A name for people where the file gives the neurons none: that of the module which holds the layer they belong to. */
function pathOfCurrent(current: CurrentBase, input: StreamValue): string {
  const layer = current.gate === null ? current.nodes[0] : undefined;
  if (layer !== undefined) return joinPath(parentPath(modulePath(layer)), 'lif');
  const last = input.via[input.via.length - 1]?.name ?? current.nodes[current.nodes.length - 1] ?? '';
  return joinPath(modulePath(last), 'lif');
}
