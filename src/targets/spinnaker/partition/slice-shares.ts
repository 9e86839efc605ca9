import type { Share } from '../../mapping/partition.ts';
import { bitsFor } from '../allocate-keys.ts';
import type { CoreCosts } from './core-costs.ts';

/** What the slice of a population asks of its core. */
export interface SliceDemand {
  readonly neurons: number;
  readonly synapseTypes: number;
  /** Longest synaptic delay in steps, at least 1. */
  readonly delaySteps: number;
  /** Synapses of one source neuron onto the slice, at most. */
  readonly rowWords: number;
  /** DTCM of ring buffers, neurons, tables, queue and rows in flight. */
  readonly dtcmBytes: number;
  /** Packets that arrive in a step and synapses that they reach, at most. */
  readonly packets: number;
  readonly events: number;
}

export type SliceResource = 'neurons' | 'ring-buffer' | 'row' | 'dtcm' | 'cycles';

/** Bits of a synaptic word's delay field: a field of 0 is a full lap of 2^bits steps. */
export const delayBits = (delaySteps: number): number => bitsFor(delaySteps);

/** Bits that number the slots of a ring buffer, one for each neuron, synapse type and step of delay. */
export const ringBits = ({ neurons, synapseTypes, delaySteps }: Pick<SliceDemand, 'neurons' | 'synapseTypes' | 'delaySteps'>): number =>
  bitsFor(neurons) + bitsFor(synapseTypes) + delayBits(delaySteps);

/** Longest delay that a core of so many neurons can hold by itself; 0: not even one step. */
export const delayStepsAllowed = (neurons: number, synapseTypes: number, { ringBitsMax }: CoreCosts): number =>
  Math.floor(2 ** (ringBitsMax.value - bitsFor(neurons) - bitsFor(synapseTypes)));

/** Cycles of one step. */
export const stepCycles = ({ neurons, packets, events }: SliceDemand, costs: CoreCosts): number =>
  costs.stepCycles.value + neurons * costs.neuronCycles.value + packets * costs.packetCycles.value + events * costs.eventCycles.value;

/** Cycles that a core has for one step, when time runs `timeScale` times slower than real. */
export const cyclesAllowed = (timestepS: number, timeScale: number, { clock }: CoreCosts): number => clock.value * timestepS * timeScale;

/** The least whole factor by which time must slow down for a step of so many cycles. */
export const timeScaleFor = (cycles: number, timestepS: number, costs: CoreCosts): number =>
  Math.max(1, Math.ceil(cycles / cyclesAllowed(timestepS, 1, costs)));

/** Shares of every limit of a core; over 1 does not fit. `cycles`: allowed for one step, see `cyclesAllowed`. */
export function sliceShares(demand: SliceDemand, costs: CoreCosts, cycles: number): readonly Share<SliceResource>[] {
  return [
    { resource: 'neurons', used: demand.neurons, allowed: costs.neuronsMax.value },
    // In slots, so that a share says how many times too large a slice is.
    { resource: 'ring-buffer', used: 2 ** ringBits(demand), allowed: 2 ** costs.ringBitsMax.value },
    { resource: 'row', used: demand.rowWords, allowed: costs.rowWordsMax.value },
    { resource: 'dtcm', used: demand.dtcmBytes + costs.reservedBytes.value, allowed: costs.dtcmBytes.value },
    { resource: 'cycles', used: stepCycles(demand, costs), allowed: cycles },
  ];
}
