import type { ReadoutProgram } from './mapping.ts';
import type { SpinnakerCore } from './spinnaker-core.ts';
import type { SpinnakerMachine } from './spinnaker-machine.ts';
import type { RoutingEntry } from './spinnaker-routing.ts';
import type { ConstantWork, ReorderWork, RotaryWork } from './whole-clip-work.ts';

/**
 * A program for a SpiNNaker machine. Segments run one after the other, each in steps of its own from 0 on; between them, cores of software work on
 * the streams they keep. Everything that travels is a packet with a key, and routing tables alone say where it goes.
 */
export interface SpinnakerProgram {
  readonly kind: 'spinnaker';
  readonly machine: SpinnakerMachine;
  /** A step takes this many model milliseconds of the chip's time. */
  readonly timeScale: number;
  readonly segments: readonly SpinnakerSegment[];
  readonly cores: readonly SpinnakerCoreProgram[];
  readonly routing: readonly ChipRouting[];
  readonly readout: ReadoutProgram;
  /** How ring buffers were scaled and what the weights of each projection kept. */
  readonly resolution: readonly WeightResolution[];
}

export interface SpinnakerSegment {
  readonly index: number;
  readonly kind: 'run';
  readonly steps: number;
}

/** The table of one chip, an index in the machine's list. Chips that are not listed have empty tables. */
export interface ChipRouting {
  readonly chip: number;
  readonly entries: readonly RoutingEntry[];
}

export type SpinnakerCoreProgram = NeuronProgram | SoftwareProgram;

interface CoreSite {
  /** Index in `machine.chips`, and processor on that chip. */
  readonly chip: number;
  readonly processor: number;
}

/** Neurons firstNeuron .. firstNeuron + image.neurons - 1 of a population. */
export interface NeuronProgram extends CoreSite {
  readonly kind: 'neurons';
  readonly population: string;
  readonly firstNeuron: number;
  readonly segment: number;
  /** The step of its first update, and how many there are: before and after, slots are cleared and nothing moves. */
  readonly start: number;
  readonly steps: number;
  /** A read-out never fires; its potentials are recorded. */
  readonly role: 'spiking' | 'readout';
  readonly image: SpinnakerCore;
}

/** Software that makes one stream from others, and sends it. */
export interface SoftwareProgram extends CoreSite {
  readonly kind: 'software';
  readonly records: readonly StreamRecord[];
  readonly operations: readonly SoftwareOperation[];
  readonly sends: readonly StreamSend[];
  /** SDRAM and DTCM for what it keeps and for its tables. */
  readonly memoryBytes: number;
}

/** A stream that the host writes before the clip begins, or spikes that are kept as they come, [steps, size]. */
export type StreamRecord =
  | { readonly from: 'host'; readonly stream: string; readonly steps: number; readonly size: number }
  | {
      readonly from: 'packets';
      readonly stream: string;
      readonly steps: number;
      readonly size: number;
      readonly segment: number;
      /** Step of the segment in which row 0 is sent. */
      readonly start: number;
      /** Keys of the population; neuron i of slice s sends key | s << sliceShift | i, and has the number s * neuronsPerSlice + i. */
      readonly key: number;
      readonly mask: number;
      readonly sliceShift: number;
      readonly neuronsPerSlice: number;
    };

/** Work between segments, on whole clips. */
export type SoftwareOperation =
  | RotaryWork
  | ReorderWork
  | ConstantWork
  /** sum over s of mask[s] (q[h, t] . k[h, s]) v[h, s], by way of the sum of k[h, s]^T v[h, s]. Keys and values have steps of their own. */
  | {
      readonly kind: 'attention';
      readonly query: string;
      readonly key: string;
      readonly value: string;
      readonly mask: string | null;
      readonly output: string;
      readonly steps: number;
      readonly size: number;
      readonly heads: number;
    };

/**
 * In step start + t of its segment, row t of a stream: for channel c with value x != 0 a packet of key `key | c` (x > 0) or `negativeKey | c`, which
 * counts |x| times. A stream of spikes needs no payload, and one without a negative key holds no negative value.
 */
export interface StreamSend {
  readonly stream: string;
  readonly segment: number;
  readonly start: number;
  readonly steps: number;
  readonly size: number;
  readonly key: number;
  readonly mask: number;
  readonly negativeKey: number | null;
  readonly payload: boolean;
}

/** What the weights of one projection keep on one receptor, and what was known when the shift was chosen. */
export interface WeightResolution {
  readonly population: string;
  readonly projection: string;
  readonly receptor: 'excitatory' | 'inhibitory';
  readonly shift: number;
  readonly basis: 'bound' | 'measured' | 'worst-case';
  readonly guaranteed: boolean;
  readonly weightBits: number;
  readonly wonOverWorstCase: number;
  readonly wonOverSpynnaker: number;
  readonly lost: number;
  readonly lostInWorstCase: number;
}
