/**
 * What happened on the chip while one clip ran: by core and chip step, in the order the segments run. Packets, hops, time and energy
 * follow from it and the Mapping; no physics in here.
 */
export interface Trace {
  readonly steps: number;
  readonly cores: number;
  /** Segment of each chip step. */
  readonly segmentOfStep: Int32Array;
  /** [step, core, field], CORE_FIELDS integers each, see CoreField. */
  readonly perCore: Int32Array;
  /** [step, field], STEP_FIELDS integers each, see StepField. */
  readonly perStep: Int32Array;
  /** Work of the embedded processor after each segment: operations (one per non-zero value moved, rotated or decided on). */
  readonly embeddedOperations: Int32Array;
  /** Of them, those of each of the program’s embedded operations. */
  readonly embeddedWork: Int32Array;
  /** Spikes of each population in its own steps: Int32Array of (step, neuron) pairs, sorted. Only where recording was asked for. */
  readonly rasters: ReadonlyMap<string, Int32Array>;
  /** Spikes and synaptic events (as source of none, target of all) of each population, always counted. */
  readonly populations: ReadonlyMap<string, PopulationCounts>;
  /** Who sent what when, for the time that messages take in the mesh; null: not recorded. */
  readonly sends: SendLog | null;
  /** [steps of the read-out, classes], integer membrane potentials. */
  readonly readout: Int32Array;
}

export interface PopulationCounts {
  readonly spikes: number;
  /** Synaptic events that ended in this population. */
  readonly synapticEvents: number;
  /** Updates in which the input current left its 24 bits and wrapped, or a potential with a soft reset was clipped to them: the spikes after it are not those of the model. */
  readonly wraps: number;
}

/**
 * Sends in the order they were made: rows of SEND_FIELDS integers, those of chip step t from row first[t] to first[t + 1] - 1. The embedded
 * processor comes first, then the cores in their order.
 */
export interface SendLog {
  readonly rows: Int32Array;
  readonly first: Int32Array;
}

export const SEND_FIELDS = 4;
/**
 * sender: core, or EMBEDDED; source: compartment, or input of an injection, whose routes say where it goes, or HOME: to the embedded processor;
 * worked: compartments that the core has updated in this step by then, or which injection of the segment it is; packets: to HOME, how many.
 */
export const SendField = { sender: 0, source: 1, worked: 2, packets: 3 } as const;
export const EMBEDDED = -1;
export const HOME = -1;

export const CORE_FIELDS = 7;
/**
 * spikes: compartments that fired; packetsOut: messages sent (one per destination core, and one per spike or membrane potential that the
 * embedded processor collects); packetsIn: input axons activated; synapticEvents: synapses read, fast ones included; active, inactive:
 * compartments updated inside and outside their window; fastWeightUpdates: coincidences written.
 */
export const CoreField = {
  spikes: 0,
  packetsOut: 1,
  packetsIn: 2,
  synapticEvents: 3,
  active: 4,
  inactive: 5,
  fastWeightUpdates: 6,
} as const;

export const STEP_FIELDS = 8;
/**
 * injected: packets sent by the embedded processor; collected: spikes and membrane potentials it received; hopsHorizontal, hopsVertical:
 * tile borders crossed by all packets; inTile: packets that left no tile; fastWeightUpdates: coincidences written; hostValues: values the
 * host handed over (non-zero features, and the mask bit of the frame), when the frame is first sent; chipCrossings: chip borders crossed.
 */
export const StepField = {
  injected: 0,
  collected: 1,
  hopsHorizontal: 2,
  hopsVertical: 3,
  inTile: 4,
  fastWeightUpdates: 5,
  hostValues: 6,
  chipCrossings: 7,
} as const;
