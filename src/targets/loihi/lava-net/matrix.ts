import { NET_DELAY_MAX } from '../../../ir/lava-net.ts';
import type { Projection } from '../../../ir/network.ts';
import { type Synapses, synapseCount } from '../../../ir/synapses.ts';

/** Weights of a matrix at most. */
const CELLS_MAX = 2 ** 26;

/** Why synapses are no matrix with one delay a row or a column. */
export class NoMatrix extends Error {}

interface Synapse {
  readonly source: number;
  readonly target: number;
  readonly weight: number;
  readonly delay: number;
}

export interface Matrix {
  /** [target][source]. */
  readonly weight: Int16Array;
  /** One a target or one a source; null: none. */
  readonly delay: Int32Array | null;
}

/** A projection as the matrix of a dense layer. Throws NoMatrix. */
export function matrixOf({ synapses, delaySteps }: Projection): Matrix {
  const { sources, targets } = synapses;
  if (sources * targets > CELLS_MAX)
    throw new NoMatrix(`a dense layer has one weight for each of ${sources} x ${targets} pairs, at most 2^26`);
  const weight = new Int16Array(sources * targets);
  const taken = new Uint8Array(sources * targets);
  const byTarget = new Delays(targets);
  const bySource = new Delays(sources);
  for (const { source, target, weight: w, delay } of synapsesOf(synapses)) {
    const cell = target * sources + source;
    if (taken[cell] === 1) throw new NoMatrix('a dense layer has one weight for a pair of neurons, and here are several');
    taken[cell] = 1;
    weight[cell] = w;
    const steps = delay + delaySteps;
    if (steps > NET_DELAY_MAX) throw new NoMatrix(`delays of the format are at most ${NET_DELAY_MAX} steps, and here is one of ${steps}`);
    byTarget.add(target, steps);
    bySource.add(source, steps);
  }
  const delay = byTarget.one ?? bySource.one;
  if (delay === null) throw new NoMatrix('the format has one delay an output or one an input, and here they differ within both');
  return { weight, delay: delay.some((steps) => steps > 0) ? delay : null };
}

/** Delays of the rows or columns of a matrix, as long as each has one. */
class Delays {
  private readonly steps: Int32Array;
  private readonly known: Uint8Array;
  private differ = false;

  constructor(count: number) {
    this.steps = new Int32Array(count);
    this.known = new Uint8Array(count);
  }

  add(index: number, steps: number): void {
    if (this.known[index] === 1 && this.steps[index] !== steps) this.differ = true;
    this.known[index] = 1;
    this.steps[index] = steps;
  }

  get one(): Int32Array | null {
    return this.differ ? null : this.steps;
  }
}

function* synapsesOf(synapses: Synapses): Generator<Synapse> {
  const { sources, targets } = synapses;
  switch (synapses.kind) {
    case 'dense':
      for (let source = 0; source < sources; source++)
        for (let target = 0; target < targets; target++)
          yield { source, target, weight: synapses.weights[source * targets + target], delay: 0 };
      return;
    case 'time-convolution': {
      const { taps, groups, firstOffset, weights } = synapses;
      if (taps !== 1 || firstOffset > 0)
        throw new NoMatrix(`a synapse of the format acts once, and a convolution over ${taps} steps acts ${taps} times`);
      const [fanIn, fanOut] = [sources / groups, targets / groups];
      for (let i = 0; i < synapseCount(synapses); i++) {
        const source = Math.floor(i / fanOut);
        yield { source, target: Math.floor(source / fanIn) * fanOut + (i % fanOut), weight: weights[i], delay: -firstOffset };
      }
      return;
    }
    case 'one-to-one':
      for (let i = 0; i < sources; i++) yield { source: i, target: i, weight: synapses.weights?.[i] ?? 1, delay: 0 };
      return;
    case 'sparse':
      for (let k = 0; k < synapses.weights.length; k++) {
        const [source, target] = [synapses.sourceIndex[k], synapses.targetIndex[k]];
        yield { source, target, weight: synapses.weights[k], delay: synapses.delays?.[k] ?? 0 };
      }
      return;
    case 'convolution':
    case 'pooling':
      throw new Error(`${synapses.kind} is a layer of its own`);
  }
}
