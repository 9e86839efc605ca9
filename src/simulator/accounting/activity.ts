import type { Stream } from '../../ir/accumulate.ts';
import type { NodeId } from '../../ir/ids.ts';
import type { Network, PopulationNode } from '../../ir/network.ts';
import type { ClipTally } from './tally-clip.ts';

/** A neuron that fires in more than this fraction of the steps says nothing by firing. */
export const SATURATED = 0.95;

/** Bits by population and neuron, see ClipTally. */
export function findActivity(network: Network, streams: ReadonlyMap<NodeId, Stream>): Pick<ClipTally, 'fired' | 'saturated'> {
  const populations = populationsOf(network);
  const neurons = populations.reduce((sum, { size }) => sum + size, 0);
  const fired = new Uint8Array(Math.ceil(neurons / 8));
  const saturated = new Uint8Array(Math.ceil(neurons / 8));
  let first = 0;
  for (const { id, size } of populations) {
    const stream = streams.get(id) ?? new Float32Array(0);
    const spikes = new Uint32Array(size);
    for (let i = 0; i < stream.length; i++) if (stream[i] !== 0) spikes[i % size]++;
    spikes.forEach((count, n) => {
      if (count > 0) fired[(first + n) >> 3] |= 1 << ((first + n) & 7);
      if (count * size > SATURATED * stream.length) saturated[(first + n) >> 3] |= 1 << ((first + n) & 7);
    });
    first += size;
  }
  return { fired, saturated };
}

/** Neurons of a population that stood still or never rested over all clips. */
export interface Activity {
  readonly node: PopulationNode;
  /** Fired in no clip. */
  readonly silent: number;
  /** Fired in more than SATURATED of the steps of every clip. */
  readonly saturated: number;
}

export function sumActivity(network: Network, clips: readonly ClipTally[]): readonly Activity[] {
  let first = 0;
  return populationsOf(network).map((node) => {
    const begin = first;
    first += node.size;
    const bit = (bits: Uint8Array, n: number): boolean => (bits[(begin + n) >> 3] & (1 << ((begin + n) & 7))) !== 0;
    const neurons = Array.from({ length: node.size }, (_, n) => n);
    return {
      node,
      silent: neurons.filter((n) => clips.every(({ fired }) => !bit(fired, n))).length,
      saturated: neurons.filter((n) => clips.length > 0 && clips.every(({ saturated }) => bit(saturated, n))).length,
    };
  });
}

const populationsOf = (network: Network): readonly PopulationNode[] => network.nodes.filter((node) => node.kind === 'population');
