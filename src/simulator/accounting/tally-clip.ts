import type { Stream } from '../../ir/accumulate.ts';
import type { Network, NetworkNode, TargetNode } from '../../ir/network.ts';
import { eventsOf, inUnits, type LogicalEvents, once, type Weigh } from '../count-events.ts';
import type { NetworkRun } from '../reference/index.ts';
import { findActivity } from './activity.ts';
import { factsOf, isTwoValued, type StreamFacts } from './stream-facts.ts';
import { eventsAtZeroWeights, findZeroWeights } from './zero-weights.ts';

/** What counting tools would see of one clip. Plain numbers, so that clips of a large data set can all be kept. */
export interface ClipTally {
  /** [node, field], FACT_FIELDS numbers each in the order of the network's nodes, see `readFacts`. */
  readonly streams: Float64Array;
  /** By projection: synaptic events, and those of them whose weight is not 0. */
  readonly events: Float64Array;
  readonly effective: Float64Array;
  /** The latter, each as many times as its value says; NaN where the values are no counts. */
  readonly units: Float64Array;
  /** By node: sum of the currents in front of its normalisation where they pass for spikes; NaN where they do not, or there is none. */
  readonly normalized: Float64Array;
  /** By node: coincidences and additions of attention. */
  readonly attention: Float64Array;
  readonly membraneUpdates: number;
  /** By population, neuron after neuron, one bit each: fired at all; fired in more than SATURATED of the steps. */
  readonly fired: Uint8Array;
  readonly saturated: Uint8Array;
}

export interface Tallier {
  /** Handed to `simulateNetwork`. */
  readonly watch: (node: TargetNode, sums: Stream) => void;
  /** After the run that was watched. */
  finish(run: NetworkRun, events: LogicalEvents): ClipTally;
}

/** Begins a tally for each clip; what follows from the network alone is found once. */
export function createTally(network: Network): () => Tallier {
  const zeros = network.projections.map(({ synapses }) => findZeroWeights(synapses));
  const steps = new Map(network.timelines.map((timeline) => [timeline.id, timeline.steps]));
  const stepsOf = new Map(network.nodes.map((node) => [node.id, steps.get(node.timeline) ?? 0]));
  const position = new Map(network.nodes.map((node, k) => [node.id, k]));
  const atZero = (k: number, streams: NetworkRun['streams'], weigh: Weigh): number => {
    const projection = network.projections[k];
    const stream = streams.get(projection.source);
    if (zeros[k].length === 0 || stream === undefined) return 0;
    return eventsAtZeroWeights(zeros[k], stream, projection, stepsOf.get(projection.target) ?? 0, weigh);
  };
  return () => {
    const normalized = new Float64Array(network.nodes.length).fill(Number.NaN);
    return {
      watch: (node, sums) => {
        if (node.normalization !== null) normalized[position.get(node.id) ?? 0] = spikesInFront(node, sums);
      },
      finish: ({ streams, membraneUpdates }, events) => {
        const facts = new Float64Array(network.nodes.length * FACT_FIELDS);
        const found = network.nodes.map((node) => factsOf(streams.get(node.id) ?? []));
        for (const [k, each] of found.entries()) writeFacts(facts, k, each);
        const effective = events.perProjection.map((count, k) => count - atZero(k, streams, once));
        const units = effective.map((count, k) => {
          const { source, target, synapses, delaySteps } = network.projections[k];
          const { whole, min, max } = found[position.get(source) ?? 0];
          if (!whole || min < 0) return Number.NaN;
          const stream = streams.get(source);
          if (max <= 1 || stream === undefined) return count;
          return eventsOf(synapses, stream, stepsOf.get(target) ?? 0, delaySteps, inUnits) - atZero(k, streams, inUnits);
        });
        const attention = Float64Array.from(network.nodes, (node) => (isProduct(node) ? (events.perTarget.get(node.id) ?? 0) : 0));
        const tally = { streams: facts, events: events.perProjection, effective, units, normalized, attention, membraneUpdates };
        return { ...tally, ...findActivity(network, streams) };
      },
    };
  };
}

const isProduct = ({ kind }: NetworkNode): boolean => kind === 'attention' || kind === 'fast-weights';

/** Sum of what the normalisation is given (bias included) where a counting tool takes it for spikes, else NaN. Currents seldom do: it looks no further. */
function spikesInFront({ bias, size }: TargetNode, sums: Stream): number {
  const given = (i: number): number => (bias === null ? sums[i] : Math.fround(sums[i] + bias[i % size]));
  const first = sums.length === 0 ? 0 : given(0);
  let second = first;
  for (let i = 0; i < sums.length; i++) {
    const value = given(i);
    if (value < 0 || value > 1) return Number.NaN;
    if (value === first || value === second) continue;
    if (second !== first) return Number.NaN;
    second = value;
  }
  const facts = factsOf(bias === null ? sums : Float32Array.from(sums, (_, i) => given(i)));
  return isTwoValued(facts) ? facts.sum : Number.NaN;
}

const FACT_FIELDS = 6;

function writeFacts(table: Float64Array, node: number, { min, max, whole, twoValued, sum, nonzeros }: StreamFacts): void {
  table.set([min, max, whole ? 1 : 0, twoValued ? 1 : 0, sum, nonzeros], node * FACT_FIELDS);
}

/** Of the node at this place among the network's. */
export function readFacts({ streams }: ClipTally, node: number): StreamFacts {
  const [min, max, whole, twoValued, sum, nonzeros] = streams.subarray(node * FACT_FIELDS, (node + 1) * FACT_FIELDS);
  return { min, max, whole: whole === 1, twoValued: twoValued === 1, sum, nonzeros };
}
