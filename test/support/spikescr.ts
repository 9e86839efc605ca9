import type { Network, NetworkNode, PopulationNode, Projection } from '../../src/ir/network.ts';
import {
  attention,
  centred,
  dense,
  input,
  networkOf,
  normalization,
  oneToOne,
  population,
  projection,
  readout,
  reorder,
  rotary,
  sum,
  WALK,
} from './network-parts.ts';
import { type Random, seededRandom, uniform } from './random.ts';

export interface SpikeScrShape {
  readonly steps: number;
  readonly inputs: number;
  /** Neurons of a layer; a multiple of 2 * heads. */
  readonly width: number;
  readonly heads: number;
  readonly hidden: number;
  readonly classes: number;
  readonly depth: number;
  /** Taps of the depthwise convolution, odd. */
  readonly taps: number;
  /** Relays read (head, step, component) as (step, neuron), as the published code does; false: steps stay steps. */
  readonly scrambled: boolean;
  readonly masked: boolean;
  readonly seed: number;
}

const SMALL: SpikeScrShape = {
  steps: 9,
  inputs: 5,
  width: 8,
  heads: 2,
  hidden: 6,
  classes: 3,
  depth: 1,
  taps: 5,
  scrambled: true,
  masked: true,
  seed: 1,
};

/** SpikeSCR in miniature, whole: every layer of the published equations, with seeded random weights and normalizations. */
export function tinySpikeScr(shape: Partial<SpikeScrShape> = {}): Network {
  return new SpikeScrBuilder({ ...SMALL, ...shape }).build();
}

class SpikeScrBuilder {
  private readonly shape: SpikeScrShape;
  private readonly random: Random;
  private readonly nodes: NetworkNode[] = [];
  private readonly projections: Projection[] = [];

  constructor(shape: SpikeScrShape) {
    this.shape = shape;
    this.random = seededRandom(shape.seed);
  }

  build(): Network {
    const { steps, inputs, width, depth, classes } = this.shape;
    const features = this.add(input('features', inputs));
    const mask = this.shape.masked ? this.add(input('valid', 1, 'mask')) : null;
    const embedding = this.normalized('embed', width, { biased: true });
    this.project(features, embedding, centred(inputs, width, 3, 1, this.weights(3 * inputs * width, 1.1)));
    let residual: readonly NetworkNode[] = [embedding];
    for (let b = 0; b < depth; b++) residual = this.addBlock(`block${b}`, residual, mask);
    const last = this.total('head.in', residual);
    const logits = this.add(readout('logits', classes));
    this.project(last, logits, dense(width, classes, this.weights(width * classes, 1)));
    return networkOf({
      name: `tiny SpikeSCR, seed ${this.shape.seed}`,
      timesteps: steps,
      nodes: this.nodes,
      projections: this.projections,
      output: logits.id,
    });
  }

  private addBlock(name: string, before: readonly NetworkNode[], mask: NetworkNode | null): readonly NetworkNode[] {
    const { width, heads, hidden } = this.shape;
    const x = this.total(`${name}.in`, before);
    const [q, k, v] = ['q', 'k', 'v'].map((part) => this.linear(`${name}.${part}`, x, width));
    const operands = { query: this.relay(`${name}.q`, q), key: this.relay(`${name}.k`, k), value: v, mask };
    const product = this.add(attention(`${name}.attention`, operands, heads));
    const attended = this.add(population(`${name}.attended`, width));
    this.project(product, attended, oneToOne(width));
    let terms = [...before, this.linear(`${name}.out`, attended, width)];
    terms = [...terms, this.mlp(`${name}.mlp1`, this.total(`${name}.x1`, terms), hidden)];
    terms = [...terms, this.convolve(`${name}.conv`, this.total(`${name}.x2`, terms))];
    return [...terms, this.mlp(`${name}.mlp2`, this.total(`${name}.x3`, terms), hidden)];
  }

  /** Rotated by the step, walked as (step, neuron) through a second LIF, and put back. */
  private relay(name: string, source: NetworkNode): NetworkNode {
    const { steps, width, heads } = this.shape;
    const turned = this.add(rotary(`${name}.rotary`, source, steps, heads));
    if (!this.shape.scrambled) {
      const relay = this.add(population(`${name}.relay`, width));
      this.project(turned, relay, oneToOne(width));
      return relay;
    }
    const forth = scramble(steps, heads, width / heads);
    const back = new Int32Array(forth.length);
    forth.forEach((from, to) => {
      back[from] = to;
    });
    const walked = this.add(reorder(`${name}.walk`, turned, forth, { timeline: WALK }));
    const relay = this.add(population(`${name}.relay`, width, { timeline: WALK }));
    this.project(walked, relay, oneToOne(width));
    return this.add(reorder(`${name}.back`, relay, back));
  }

  private mlp(name: string, source: NetworkNode, hidden: number): NetworkNode {
    const first = this.linear(`${name}.first`, source, hidden, false);
    return this.linear(`${name}.second`, first, this.shape.width, false);
  }

  /** Pointwise, depthwise over time, pointwise to a current that another branch gates. */
  private convolve(name: string, source: NetworkNode): NetworkNode {
    const { width, taps } = this.shape;
    const u = this.linear(`${name}.u`, source, width);
    const w = this.normalized(`${name}.w`, width, { biased: false });
    this.project(u, w, centred(width, width, taps, width, this.weights(taps * width, 1.6)));
    const closing = this.linear(`${name}.gate.in`, w, width);
    const gate = this.linear(`${name}.gate`, closing, width);
    const gated = this.normalized(`${name}.gated`, width, { biased: true, gate: gate.id });
    this.project(w, gated, dense(width, width, this.weights(width * width, width)));
    return gated;
  }

  /** LIF(BN(W x + b)). */
  private linear(name: string, source: NetworkNode, size: number, biased = true): PopulationNode {
    const target = this.normalized(name, size, { biased });
    this.project(source, target, dense(source.size, size, this.weights(source.size * size, source.size)));
    return target;
  }

  private normalized(name: string, size: number, { biased, gate = null }: { biased: boolean; gate?: PopulationNode['gate'] }) {
    const bias = biased ? uniform(this.random, size, -0.1, 0.3) : null;
    return this.add(population(name, size, { bias, normalization: normalization(this.random, size), gate }));
  }

  private total(name: string, terms: readonly NetworkNode[]): NetworkNode {
    return terms.length === 1 ? terms[0] : this.add(sum(name, terms));
  }

  private weights(length: number, fanIn: number): Float32Array {
    const spread = 2 / Math.sqrt(fanIn);
    return uniform(this.random, length, -0.8 * spread, spread);
  }

  private project(source: NetworkNode, target: NetworkNode, synapses: Projection['synapses']): void {
    this.projections.push(projection(source.id, target.id, synapses));
  }

  private add<Node extends NetworkNode>(node: Node): Node {
    this.nodes.push(node);
    return node;
  }
}

/** Row-major (head, step, component) read as (step, neuron), from a stream whose channel is head * componentCount + component. */
export function scramble(steps: number, heads: number, components: number): Int32Array {
  const permutation = new Int32Array(steps * heads * components);
  for (let h = 0; h < heads; h++) {
    for (let t = 0; t < steps; t++) {
      for (let d = 0; d < components; d++) {
        permutation[(h * steps + t) * components + d] = t * heads * components + h * components + d;
      }
    }
  }
  return permutation;
}
