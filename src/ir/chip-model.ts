import type { SpinnakerChip } from './spinnaker-chip.ts';

/**
 * A chip as data: geometry, limits, number formats and costs, each figure with its unit and source. A user's own chip is such a file.
 * JSON, checked against the schema of chip-model.schema.ts by load-chip.ts.
 */
export const CHIP_MODEL_VERSION = 1;

/** How much a figure can be trusted. `proxy`: published for another chip; `assumed`: chosen here, argued in `note`. */
export type Basis = 'published' | 'proxy' | 'assumed';

export interface Figure<Unit extends string> {
  /** null: nobody has published it; `note` says so. */
  readonly value: number | null;
  readonly unit: Unit;
  readonly basis: Basis;
  /** Key into `sources`. */
  readonly source: string;
  readonly note?: string;
}

/** A figure that grows by steps; `value` is the last. */
export interface SteppedFigure<Unit extends string> extends Figure<Unit> {
  readonly value: number;
  /** From how many on it holds, ascending from 1, and how much. */
  readonly steps: readonly (readonly [from: number, value: number])[];
}

export interface Limit {
  readonly value: number;
  readonly unit: 'count' | 'bit' | 'byte' | 'step';
  readonly basis: Basis;
  readonly source: string;
  readonly note?: string;
}

/** A chip of any family. */
export type AnyChip = ChipModel | SpinnakerChip;

export interface ChipModel {
  readonly version: typeof CHIP_MODEL_VERSION;
  readonly name: string;
  readonly family: 'loihi';
  readonly description: string;
  readonly sources: Readonly<Record<string, { readonly title: string; readonly reference: string }>>;
  readonly geometry: {
    readonly coresPerChip: number;
    readonly coresPerTile: number;
    /** Tiles along x and y; tile id = x * rows + y. */
    readonly columns: number;
    readonly rows: number;
    readonly embeddedProcessors: number;
    /** Messages that a link of the mesh holds before it blocks. Needed for `detailed` timing. */
    readonly linkBuffer?: Limit;
    /** Key into `sources`. */
    readonly source?: string;
    readonly note?: string;
  };
  readonly limits: {
    readonly chips: Limit;
    readonly compartmentsPerCore: Limit;
    readonly memoryPerCore: Limit;
    readonly inputAxonsPerCore: Limit;
    readonly outputAxonsPerCore: Limit;
    readonly synapticDelay: Limit;
    readonly weightBits: Limit;
    readonly stateBits: Limit;
    readonly thresholdMantissaBits: Limit;
    readonly biasMantissaBits: Limit;
    readonly biasExponent: Limit;
    readonly weightExponent: Limit;
    readonly gradedPayloadBits: Limit;
    readonly fastWeightMax: Limit;
  };
  /** Bits of state and configuration, for the memory check. */
  readonly memory: {
    readonly bitsPerCompartment: Limit;
    readonly bitsPerInputAxon: Limit;
    readonly bitsPerOutputAxon: Limit;
    readonly bitsPerSynapseBlock: Limit;
    readonly bitsPerFastWeight: Limit;
  };
  /** Tables of fixed size that a core has instead of one budget (Loihi 1); absent: `memoryPerCore` holds everything. */
  readonly tables?: CoreTables;
  /** How input axons share synapse lists. Absent: every axon has a list of its own. */
  readonly sharedLists?: {
    /** The most that an axon adds to the targets of its list. */
    readonly axonBase: Limit;
  };
  /** Input axons that serve several sources: a spike says which of their lists it opens. Needs `tables`; absent: there are none. */
  readonly populationAxons?: {
    /** Sources of one axon. */
    readonly atoms: Limit;
    /** Bases are multiples of it. */
    readonly baseStep: Limit;
    /** Entries of the input axon table that can be one. */
    readonly axonsPerCore: Limit;
  };
  /** How a chip of binary spikes is sent integers: digit by digit, each digit of a channel over an axon of its own. Absent: not at all. */
  readonly bitPlanes?: {
    /** Bits of an input that has no known bound, as event counts have none. */
    readonly countBits: Limit;
    /** Bits of a rotated current, sign included. */
    readonly valueBits: Limit;
  };
  /** What the chip can run, and where: an operation that is missing is refused. */
  readonly operations: {
    readonly rotary: Placement;
    readonly reorder: Placement;
    readonly fastWeights: Placement;
    readonly gate: Placement;
    readonly gradedSpikes: boolean;
    /** Who clears a population before its window and switches its bias; absent: `core`, the neuron's own program. */
    readonly windows?: 'core' | 'embedded';
    /** Can a neuron be told to fire at its threshold, and not only above it? Absent: no. */
    readonly ties?: boolean;
    /** Can a spike take something away from the potential, and not only set it to 0? Absent: no. */
    readonly softReset?: boolean;
  };
  readonly energy: {
    readonly neuronUpdateActive: Figure<'J'>;
    readonly neuronUpdateInactive: Figure<'J'>;
    readonly synapticEvent: Figure<'J'>;
    readonly fastWeightUpdate: Figure<'J'>;
    /** Besides the update of the neuron that fires; absent: nothing. */
    readonly spike?: Figure<'J'>;
    /** A message at its sender, and at its receiver; absent: nothing. */
    readonly packetSent?: Figure<'J'>;
    readonly packetReceived?: Figure<'J'>;
    readonly spikeInTile: Figure<'J'>;
    readonly hopHorizontal: Figure<'J'>;
    readonly hopVertical: Figure<'J'>;
    readonly barrier: Figure<'J'>;
    readonly embeddedOperation: Figure<'J'>;
    readonly inputSpike: Figure<'J'>;
    /** A packet over the border of two chips, its hops aside. Needed where there can be several chips. */
    readonly chipCrossing?: Figure<'J'>;
    readonly staticPowerPerChip: Figure<'W'>;
  };
  readonly time: {
    readonly neuronUpdateActive: Figure<'s'>;
    readonly neuronUpdateInactive: Figure<'s'>;
    readonly synapticEvent: Figure<'s'>;
    readonly fastWeightUpdate: Figure<'s'>;
    readonly spike?: Figure<'s'>;
    /** Absent: as long as `spikeInTile`. */
    readonly packetSent?: Figure<'s'>;
    readonly packetReceived?: Figure<'s'>;
    readonly spikeInTile: Figure<'s'>;
    readonly hopHorizontal: Figure<'s'>;
    readonly hopVertical: Figure<'s'>;
    /** Barrier synchronisation with one tile in use, and with all of them; linear between. */
    readonly barrierOneTile: Figure<'s'>;
    readonly barrierAllTiles: Figure<'s'>;
    /** Where it is known by the number of tiles in use: instead of the two. */
    readonly barrierByTiles?: SteppedFigure<'s'>;
    readonly embeddedOperation: Figure<'s'>;
    /** A packet over the border of two chips, and barrier synchronisation of several chips. Needed where there can be several. */
    readonly chipCrossing?: Figure<'s'>;
    readonly barrierChips?: Figure<'s'>;
  };
}

/** Limits of one core's tables. The word formats behind them are those of src/targets/loihi/resources/. */
export interface CoreTables {
  /** Words of one axon's synapse list. */
  readonly wordsPerSynapseList: Limit;
  /** Synapses of one entry of a list. */
  readonly synapsesPerEntry: Limit;
  /** Distinct synapse formats (sign mode, exponent, widths, compression). */
  readonly synapseFormats: Limit;
  /** Distinct pairs of decays. */
  readonly compartmentProfiles: Limit;
  readonly thresholdProfiles: Limit;
  /** Delay bits of the accumulators at which all compartments can be used; each further bit halves them. */
  readonly delayBits: Limit;
  /** Input axons that an axon with plastic synapses takes. */
  readonly axonsPerPlasticAxon: Limit;
}

export type Placement = 'core' | 'plasticity' | 'embedded' | 'unsupported';

/** Bits of an integer that can be sent to a core, sign included: as the payload of a spike, or as digits over several axons. */
export function integerBits({ operations, limits, bitPlanes }: ChipModel): number {
  return operations.gradedSpikes ? limits.gradedPayloadBits.value : (bitPlanes?.valueBits.value ?? 1);
}
