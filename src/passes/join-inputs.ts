import { nodeId } from '../ir/ids.ts';
import type { InputNode, Network, Projection } from '../ir/network.ts';
import { operandsOf } from '../ir/operands.ts';
import type { Synapses, WeightValues } from '../ir/synapses.ts';
import type { Pass } from './pass.ts';

/**
 * Inputs that a model reads apart are channels of one clip, and a chip receives one: their projections read the whole clip instead, through
 * the same weights and none for the channels of the others. The network itself where anything but weights without a place reads a part.
 */
export const joinInputs: Pass = {
  name: 'join-inputs',
  description: 'read several inputs as channels of one',
  run(network) {
    const parts = network.nodes.filter((node): node is InputNode => node.kind === 'input' && node.role === 'features');
    const partOf = new Map(parts.map((part) => [part.id, part]));
    const placed = ({ source, synapses }: Projection): boolean =>
      partOf.has(source) && (synapses.kind === 'convolution' || synapses.kind === 'pooling');
    const operated = network.nodes.some((node) => operandsOf(node).some((id) => partOf.has(id)));
    if (parts.length < 2 || operated || network.projections.some(placed)) return network;
    const whole = wholeOf(network, parts);
    return {
      ...network,
      nodes: [whole, ...network.nodes.filter((node) => node.kind !== 'input' || node.role !== 'features')],
      projections: network.projections.map((projection): Projection => {
        const part = partOf.get(projection.source);
        if (part === undefined) return projection;
        return { ...projection, source: whole.id, synapses: widen(projection.synapses, part.firstChannel ?? 0, whole.size) };
      }),
    };
  },
};

/** The input of all features, where one is read as well, or a new one. */
function wholeOf(network: Network, parts: readonly InputNode[]): InputNode {
  const known = parts.find(({ firstChannel }) => firstChannel === undefined);
  if (known !== undefined) return known;
  const taken = new Set<string>(network.nodes.map(({ id }) => id));
  let id = 'features';
  while (taken.has(id)) id = `${id}-all`;
  const [first] = parts;
  const real = parts.find(({ payload }) => payload.kind !== first.payload.kind);
  return {
    kind: 'input',
    role: 'features',
    id: nodeId(id),
    name: parts.map(({ name }) => name).join('+'),
    size: Math.max(...parts.map(({ firstChannel = 0, size }) => firstChannel + size)),
    timeline: first.timeline,
    payload: (real ?? first).payload,
    origin: { ...first.origin, nodes: parts.flatMap(({ origin }) => origin.nodes) },
  };
}

/** The same synapses from channels `first` on of `channels`. */
function widen(synapses: Synapses, first: number, channels: number): Synapses {
  const { sources, targets } = synapses;
  if (sources === channels) return synapses;
  switch (synapses.kind) {
    case 'dense':
      return { ...synapses, sources: channels, weights: placeRows({ ...synapses, taps: 1, groups: 1 }, first, channels) };
    case 'time-convolution':
      return { ...synapses, sources: channels, groups: 1, weights: placeRows(synapses, first, channels) };
    case 'one-to-one': {
      const index = Int32Array.from({ length: sources }, (_, i) => i);
      const weights = synapses.weights ?? new Float32Array(sources).fill(1);
      return {
        kind: 'sparse',
        sources: channels,
        targets,
        sourceIndex: index.map((i) => first + i),
        targetIndex: index,
        weights,
        delays: null,
      };
    }
    case 'sparse':
      return { ...synapses, sources: channels, sourceIndex: synapses.sourceIndex.map((source) => first + source) };
    case 'convolution':
    case 'pooling':
      throw new Error(`synapses of kind ${synapses.kind} have a place`);
  }
}

interface Grouped {
  readonly sources: number;
  readonly targets: number;
  readonly taps: number;
  readonly groups: number;
  readonly weights: WeightValues;
}

/** weights[tap][channel][target] of one group, from weights[tap][source][target within the group] of channels `first` on. */
function placeRows({ sources, targets, taps, groups, weights }: Grouped, first: number, channels: number): WeightValues {
  // Networks of integers come with one input.
  const placed = new Float32Array(taps * channels * targets);
  const [sourcesInGroup, targetsInGroup] = [sources / groups, targets / groups];
  for (let row = 0; row < taps * sources; row++) {
    const [tap, source] = [Math.floor(row / sources), row % sources];
    const group = Math.floor(source / sourcesInGroup);
    const run = weights.subarray(row * targetsInGroup, (row + 1) * targetsInGroup);
    placed.set(run, (tap * channels + first + source) * targets + group * targetsInGroup);
  }
  return placed;
}
