import { planeCount } from './digits.ts';
import type { Network } from './network.ts';
import type { QuantizedChannels } from './quantized-features.ts';
import type { SpinnakerProgram } from './spinnaker-program.ts';
import type { ConstantWork, ReorderWork, RotaryWork } from './whole-clip-work.ts';

/** 1 had a synapse list for each input axon. */
export const MAPPING_VERSION = 2;

/** Which slice of which population sits where, with which integer parameters and routes. Produced by a target's `map`. */
export interface Mapping<Program extends ChipProgram = LoihiProgram> {
  readonly version: typeof MAPPING_VERSION;
  /** Name of the chip model. */
  readonly target: string;
  readonly model: ModelFacts;
  readonly program: Program;
  readonly placement: PlacementFigures;
  /** How scales were chosen, for the report. */
  readonly scaleRule: string;
}

/** A program of any family of chips. */
export type ChipProgram = LoihiProgram | SpinnakerProgram;

/** What a run needs of the model once it is compiled. */
export interface ModelFacts {
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  readonly format: Network['format'];
  readonly timesteps: number;
  readonly inputs: number;
  readonly classes: number;
  readonly populations: number;
  readonly neurons: number;
  readonly synapses: number;
  readonly parameters: number;
}

/** Spike-weighted hops under the estimated traffic, of this placement and of two others over the same slices and cores. */
export interface PlacementFigures {
  readonly hops: number;
  readonly greedyHops: number;
  readonly randomHops: number;
  /** Estimated load of the busiest core over the mean load (1: perfectly balanced). */
  readonly criticalLoad: number;
}

/** A program for a Loihi-style chip: segments that run one after the other, cores, and what the embedded processor does between. */
export interface LoihiProgram {
  readonly kind: 'loihi';
  readonly segments: readonly SegmentProgram[];
  readonly cores: readonly CoreProgram[];
  readonly embedded: readonly EmbeddedOperation[];
  readonly readout: ReadoutProgram;
  /** Bits of a graded spike's payload that the program needs, sign included; 1: binary spikes only. */
  readonly gradedPayloadBits: number;
}

export interface SegmentProgram {
  readonly index: number;
  /** `write`: arriving keys and values write fast weights; nothing else is updated. */
  readonly kind: 'run' | 'write';
  /** Chip steps. */
  readonly steps: number;
  readonly injections: readonly Injection[];
}

/** A buffered stream that the embedded processor sends into the mesh: at chip step start + t it sends the stream's row t. */
export interface Injection {
  readonly stream: string;
  readonly start: number;
  readonly steps: number;
  readonly size: number;
  readonly routes: Routes;
}

/** Compressed rows: entry k of source i, first[i] <= k < first[i + 1], goes to input axon `axon[k]` of core `core[k]`. */
export interface Routes {
  readonly first: Int32Array;
  readonly core: Int32Array;
  readonly axon: Int32Array;
}

export interface CoreProgram {
  /** Index in `cores`. */
  readonly core: number;
  readonly chip: number;
  /** Tile on that chip, and place within the tile. */
  readonly tile: number;
  readonly slot: number;
  readonly compartments: number;
  readonly groups: readonly CompartmentGroup[];
  /** Bias per compartment = mantissa << exponent. */
  readonly biasMantissa: Int32Array;
  readonly biasExponent: Int32Array;
  /** Input axon a reads synapse list axonList[a], and adds axonBase[a] to all its targets: lists that are equal up to that are stored once. */
  readonly axonList: Int32Array;
  readonly axonBase: Int32Array;
  /**
   * Axons with atoms 0, 1, 2 … one behind the other are one population axon, which takes one entry of the table: its lists stand one behind the
   * other too, and all have its base. An axon of atom 0 without others is a discrete one.
   */
  readonly axonAtom: Int32Array;
  /** Synapse list l owns blocks listFirst[l] .. listFirst[l + 1] - 1. */
  readonly listFirst: Int32Array;
  /** BLOCK_FIELDS integers a block, see BlockField. */
  readonly blocks: Int32Array;
  readonly weights: Int16Array;
  /** Cells of fast-weight memory, all 0 when a clip begins. */
  readonly fastWeightCells: number;
  /** Where the spikes of each compartment go. */
  readonly outputs: Routes;
}

/**
 * A block is a run of synapses of one list: synapse k (0 <= k < count) ends in compartment target + k + the axon's base, reads cell
 * weight + k of the weight memory (memory 0) or of the fast weights (memory 1), counts for 2^exponent and arrives `delay` steps later than
 * it must. Lists with fast weights have one axon each, of base 0.
 */
export const BLOCK_FIELDS = 6;
export const BlockField = { target: 0, count: 1, delay: 2, weight: 3, exponent: 4, memory: 5 } as const;
export const WEIGHT_MEMORY = 0;
export const FAST_MEMORY = 1;

/** Whether an axon is one of a population axon's. */
export const isOfPopulation = (axonAtom: Int32Array, axon: number): boolean => axonAtom[axon] > 0 || axonAtom[axon + 1] === 1;

/** Synapses that each input axon reads. */
export function synapsesOfAxons({ axonList, listFirst, blocks }: Pick<CoreProgram, 'axonList' | 'listFirst' | 'blocks'>): Int32Array {
  const inList = new Int32Array(listFirst.length - 1);
  for (let list = 0; list < inList.length; list++) {
    for (let block = listFirst[list]; block < listFirst[list + 1]; block++) inList[list] += blocks[block * BLOCK_FIELDS + BlockField.count];
  }
  return axonList.map((list) => inList[list]);
}

/** Neurons firstNeuron .. firstNeuron + count - 1 of one population, in compartments first .. first + count - 1. */
export interface CompartmentGroup {
  readonly population: string;
  readonly firstNeuron: number;
  readonly first: number;
  readonly count: number;
  readonly segment: number;
  /** Chip step of its window's first update; outside [start, start + steps) the group is held clear. */
  readonly start: number;
  readonly steps: number;
  readonly role: 'spiking' | 'readout';
  readonly currentDecay: number;
  readonly voltageDecay: number;
  readonly thresholdMantissa: number;
  /** `ge`: a potential at the threshold fires too; left out: only one above it. */
  readonly tie?: 'ge';
  /** Units that a spike takes away from the potential; left out: it is set to 0. */
  readonly resetAmount?: number;
  /** First of `count` gate compartments: where one received nothing, neither current nor bias passes. null: no gate. */
  readonly gateFirst: number | null;
  /** First of `count` teaching compartments: value spikes arrive here in the write segment. null: no fast weights end in this group. */
  readonly teachFirst: number | null;
  /** The embedded processor keeps this group's spikes for a later segment. */
  readonly buffered: boolean;
}

/** Work of the embedded processor between segments. Streams are named by the nodes of the network that they come from. */
export type EmbeddedOperation =
  // Constant spikes are there before the first segment.
  | ((RotaryWork | ReorderWork | ConstantWork) & { readonly afterSegment: number })
  /** Integers as spikes, for a chip without graded ones: [steps, size] values to [steps, size * planes], see digits.ts. */
  | {
      readonly kind: 'bit-planes';
      /** -1 for the clip's features: before the first segment. */
      readonly afterSegment: number;
      readonly source: string;
      readonly output: string;
      readonly steps: number;
      /** Of the source. */
      readonly size: number;
      readonly digits: number;
      readonly signed: boolean;
    }
  /** Rows of masked steps become 0. */
  | {
      readonly kind: 'mask';
      readonly afterSegment: number;
      readonly source: string;
      readonly mask: string;
      readonly output: string;
      readonly steps: number;
      readonly size: number;
    };

/** Values per step that an operation writes. */
export const outputSize = (operation: EmbeddedOperation): number =>
  operation.kind === 'bit-planes' ? operation.size * planeCount(operation) : operation.size;

/** Where the clip's features enter: the first injection of them, as they are or as digits; undefined: nowhere. */
export function featuresEntry(
  program: Pick<LoihiProgram, 'segments' | 'embedded' | 'readout'>,
): { readonly injection: Injection; readonly segment: number; readonly size: number } | undefined {
  const { featuresStream } = program.readout;
  const digits = program.embedded.find((operation) => operation.kind === 'bit-planes' && operation.source === featuresStream);
  for (const { index, injections } of program.segments) {
    for (const injection of injections) {
      if (injection.stream === featuresStream) return { injection, segment: index, size: injection.size };
      if (digits !== undefined && injection.stream === digits.output) return { injection, segment: index, size: digits.size };
    }
  }
  return undefined;
}

export interface ReadoutProgram {
  readonly population: string;
  readonly classes: number;
  /** logits = membrane potential * scale, or of `membrane` what that drives. */
  readonly scale: number;
  /** What the host integrates the sums of each step by; left out: it does not. */
  readonly membrane?: ReadoutMembrane;
  /** Names of the inputs as the data set brings them. */
  readonly featuresStream: string;
  /** Channels of the clip that the host rounds before it sends them; left out: all are whole numbers. */
  readonly quantized?: readonly QuantizedChannels[];
  readonly maskStream: string | null;
}

type PerClass = number | readonly number[];

/** A DiscreteMembrane of real numbers: no chip has it. */
export interface ReadoutMembrane {
  readonly decay: PerClass;
  readonly leak: PerClass;
  readonly inputGain: PerClass;
  readonly currentDecay: PerClass | null;
  readonly initial: PerClass;
}
