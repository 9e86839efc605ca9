import type { Mesh } from '../noc/mesh.ts';

/** What one event of a unit costs. */
export interface Cost {
  readonly energyJ: number;
  readonly latencyS: number;
}

/** What a neuron pays in a step, by what it did; each includes the ones before. */
export interface SomaCosts {
  readonly accessed: Cost;
  readonly updated: Cost;
  readonly fired: Cost;
}

export interface MeshChip {
  readonly mesh: Mesh;
  /** Joules of a hop to the neighbour on each side. */
  readonly hopJ: Mesh['hopS'];
  /** Per message, at the sender and at the receiver. */
  readonly axonOut: Cost;
  readonly axonIn: Cost;
  /** Per synaptic event, behind the synapse. */
  readonly dendrite: Cost;
  /** Seconds of the barrier that ends each step. */
  readonly barrierS: number;
}

/** Beyond the threshold, v becomes `reset`, loses the threshold, or stays as it is. */
export type ResetMode = 'hard' | 'soft' | 'none';
/** Below the reverse threshold, v becomes `reverseReset`, loses the reverse threshold, becomes the reverse threshold, or stays as it is. */
export type ReverseMode = ResetMode | 'saturate';

/** Real-valued neurons as SANA-FE's model of Loihi has them; each array has one value per neuron. */
export interface LifGroup {
  readonly kind: 'lif';
  readonly name: string;
  readonly size: number;
  readonly soma: SomaCosts;
  readonly threshold: Float64Array;
  readonly leakDecay: Float64Array;
  readonly inputDecay: Float64Array;
  readonly bias: Float64Array;
  readonly reset: Float64Array;
  readonly reverseThreshold: Float64Array;
  readonly reverseReset: Float64Array;
  /** Steps from a spike to the next in which a neuron integrates again; 0 is as 1. */
  readonly refractoryDelay: Float64Array;
  readonly resetMode: ResetMode;
  readonly reverseMode: ReverseMode;
  /** Pays `update` in every step. */
  readonly forceUpdate: boolean;
}

export interface InputGroup {
  readonly kind: 'input';
  readonly name: string;
  readonly size: number;
  readonly soma: SomaCosts;
  /** Neurons that spike in each step, ascending; no entry: none. Steps are counted from 1. */
  readonly spikes: ReadonlyMap<number, readonly number[]>;
}

export type Group = LifGroup | InputGroup;

/** Synapses by source neuron: those of source i are first[i] .. first[i + 1] - 1. A weight of 0 is a synapse too. */
export interface SynapseTable {
  readonly first: Int32Array;
  readonly target: Int32Array;
  readonly weight: Float64Array;
}

export interface Edge {
  /** Indices of groups. */
  readonly source: number;
  readonly target: number;
  readonly synapses: SynapseTable;
  /** Per synaptic event. */
  readonly cost: Cost;
}

export interface MappedNet {
  readonly steps: number;
  readonly groups: readonly Group[];
  readonly edges: readonly Edge[];
  readonly chip: MeshChip;
  /** Each core's neurons in the order it works through them, numbered through all groups. */
  readonly neuronsOfCore: readonly Int32Array[];
  /** Place of each core in the order in which a neuron sends to several. */
  readonly rankOfCore: Int32Array;
}

/** Number of the first neuron of each group, and of all neurons at the end. */
export function firstNeurons(groups: readonly Group[]): Int32Array {
  const first = new Int32Array(groups.length + 1);
  groups.forEach(({ size }, g) => {
    first[g + 1] = first[g] + size;
  });
  return first;
}
