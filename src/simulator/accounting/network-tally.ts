import type { NodeId } from '../../ir/ids.ts';
import { type AttentionNode, type FastWeightsNode, isTarget, type Network, type NetworkNode, type Projection } from '../../ir/network.ts';
import { type Synapses, synapseCount } from '../../ir/synapses.ts';
import { denseOperations, isUnitLink } from '../count-events.ts';
import { isTernary, isTwoValued, spikeValue } from './stream-facts.ts';
import { type ClipTally, readFacts } from './tally-clip.ts';

/**
 * Inputs of one layer over the clips in which counting tools judge them alike. Operations, all clips together: `values` weighs an input
 * by its value (see `spikeValue`), `nonzeros` takes each that is not 0, both with places in the padding counted; `inside` leaves those out;
 * `effective` leaves out weights of 0 besides.
 */
export interface LayerCell {
  readonly twoValued: boolean;
  readonly ternary: boolean;
  readonly clips: number;
  readonly values: number;
  readonly nonzeros: number;
  readonly inside: number;
  readonly effective: number;
  /** Effective ones, each as many times as its value says; NaN where a clip held other values than counts. */
  readonly units: number;
  /** Sum over the clips of the mean input, where it is two-valued. */
  readonly rate: number;
  /** Sum over the clips of the input itself. */
  readonly sum: number;
}

export type LayerKind = 'linear' | 'convolution' | 'pooling' | 'scaling';

/** A projection as a counting tool sees it: one call of a module a clip, with all its steps. */
export interface LayerTally {
  readonly projection: Projection;
  readonly kind: LayerKind;
  /** No spiking neuron stands before it. */
  readonly first: boolean;
  readonly binaryPayload: boolean;
  /** Every synapse in every step, a clip; `denseInside`: without places in the padding. */
  readonly dense: number;
  readonly denseInside: number;
  /** Values of the input, a clip. */
  readonly inputs: number;
  /** Additions of a bias, a clip, by the rule for this kind of module; 0: it has none. */
  readonly bias: number;
  readonly cells: readonly LayerCell[];
}

export interface NormalizationTally {
  /** Two operations a value, a clip. */
  readonly operations: number;
  /** Clips whose currents pass for spikes, and the sum over them of the mean current. */
  readonly twoValuedClips: number;
  readonly rate: number;
}

export interface AttentionTally {
  /** Dense products of both multiplications, weighed by the values of query and value, all clips together. */
  readonly values: number;
  /** Coincidences, and additions of values to non-zero scores. */
  readonly events: number;
}

/** All clips together: whole numbers wherever the network's values are. */
export interface NetworkTally {
  readonly clips: number;
  readonly layers: readonly LayerTally[];
  readonly normalizations: readonly NormalizationTally[];
  readonly attention: readonly AttentionTally[];
  /** Neurons times steps, a clip. */
  readonly neuronSteps: number;
  readonly membraneUpdates: number;
  /** Values of all populations, a clip, and those that are not 0, all clips together. */
  readonly activations: number;
  readonly spikes: number;
}

export function sumTallies(network: Network, clips: readonly ClipTally[]): NetworkTally {
  const lengths = new Map(network.timelines.map((timeline) => [timeline.id, timeline.steps]));
  const at = new Map(network.nodes.map((node, k) => [node.id, k]));
  const nodeOf = (id: NodeId): NetworkNode => network.nodes[at.get(id) ?? 0];
  const stepsOf = (node: NetworkNode): number => lengths.get(node.timeline) ?? 0;
  const beforeSpikes = findBeforeSpikes(network);
  const biased = new Set<NodeId>();
  const layers = network.projections.flatMap((projection, k): LayerTally[] => {
    const { synapses, source, target } = projection;
    if (isUnitLink(synapses)) return [];
    const [from, to] = [nodeOf(source), nodeOf(target)];
    const kind = kindOf(synapses);
    const dense = paddedOperations(synapses, stepsOf(to));
    const inputs = stepsOf(from) * from.size;
    // The bias of a population that several layers meet in belongs to the first of them.
    const bias = hasBias(to) && !biased.has(target) && kind !== 'pooling' && kind !== 'scaling';
    if (bias) biased.add(target);
    return [
      {
        projection,
        kind,
        first: beforeSpikes.has(source),
        binaryPayload: from.payload.kind === 'binary',
        dense,
        denseInside: denseOperations(synapses, stepsOf(to), projection.delaySteps),
        inputs,
        bias: !bias ? 0 : kind === 'convolution' ? to.size * stepsOf(to) : to.size,
        cells: cellsOf(clips, k, at.get(source) ?? 0, inputs, dense / inputs),
      },
    ];
  });
  const populations = network.nodes.filter((node) => node.kind === 'population');
  const neuronSteps = populations.reduce((sum, node) => sum + node.size * stepsOf(node), 0);
  return {
    clips: clips.length,
    layers,
    normalizations: network.nodes.flatMap((node, k) => {
      if (!isTarget(node) || node.normalization === null) return [];
      const values = stepsOf(node) * node.size;
      const sums = clips.map(({ normalized }) => normalized[k]).filter((sum) => !Number.isNaN(sum));
      return [{ operations: 2 * values, twoValuedClips: sums.length, rate: sums.reduce((a, b) => a + b, 0) / values }];
    }),
    attention: network.nodes.flatMap((node, k) =>
      node.kind === 'attention' || node.kind === 'fast-weights' ? [attentionOf(node, k, clips, at, (id) => stepsOf(nodeOf(id)))] : [],
    ),
    neuronSteps,
    membraneUpdates: clips.reduce((sum, { membraneUpdates }) => sum + membraneUpdates, 0),
    activations: neuronSteps,
    spikes: clips.reduce((sum, clip) => sum + populations.reduce((a, { id }) => a + readFacts(clip, at.get(id) ?? 0).nonzeros, 0), 0),
  };
}

const hasBias = (node: NetworkNode): boolean => isTarget(node) && node.bias !== null;

function kindOf({ kind }: Synapses): LayerKind {
  switch (kind) {
    case 'dense':
    case 'sparse':
      return 'linear';
    case 'time-convolution':
    case 'convolution':
      return 'convolution';
    case 'pooling':
      return 'pooling';
    case 'one-to-one':
      return 'scaling';
  }
}

/** Every synapse in every step, places in the padding of time and space included. */
const paddedOperations = (synapses: Synapses, steps: number): number => synapseCount(synapses) * steps;

/** Streams that come from an input without passing a neuron. */
function findBeforeSpikes(network: Network): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  for (const node of network.nodes) {
    const features = node.kind === 'input' && node.role === 'features';
    const moved = (node.kind === 'rotary' || node.kind === 'reorder') && found.has(node.source);
    const added = node.kind === 'sum' && node.terms.some((term) => found.has(term));
    if (features || moved || added) found.add(node.id);
  }
  return found;
}

function cellsOf(clips: readonly ClipTally[], projection: number, source: number, inputs: number, fanOut: number): readonly LayerCell[] {
  const cells = new Map<string, { -readonly [Key in keyof LayerCell]: LayerCell[Key] }>();
  for (const clip of clips) {
    const facts = readFacts(clip, source);
    const [twoValued, ternary] = [isTwoValued(facts), isTernary(facts)];
    const key = `${twoValued} ${ternary}`;
    const known = cells.get(key);
    const cell = known ?? { twoValued, ternary, clips: 0, values: 0, nonzeros: 0, inside: 0, effective: 0, units: 0, rate: 0, sum: 0 };
    if (known === undefined) cells.set(key, cell);
    cell.clips++;
    cell.values += spikeValue(facts) * fanOut;
    cell.nonzeros += facts.nonzeros * fanOut;
    cell.inside += clip.events[projection];
    cell.effective += clip.effective[projection];
    cell.units += clip.units[projection];
    cell.sum += facts.sum;
  }
  return [...cells.values()].map((cell) => ({ ...cell, rate: cell.sum / inputs }));
}

/** Both products as papers write them: q . k for every pair of steps, then a sum of v over the steps of the keys for every step of q. */
function attentionOf(
  node: AttentionNode | FastWeightsNode,
  position: number,
  clips: readonly ClipTally[],
  at: ReadonlyMap<NodeId, number>,
  stepsOf: (id: NodeId) => number,
): AttentionTally {
  const [steps, keySteps] = [stepsOf(node.query), stepsOf(node.key)];
  let [values, events] = [0, 0];
  for (const clip of clips) {
    const value = (id: NodeId): number => spikeValue(readFacts(clip, at.get(id) ?? 0));
    values += keySteps * value(node.query) + steps * value(node.value);
    events += clip.attention[position];
  }
  return { values, events };
}
