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
  /** Work of the embedded processor after each segment: operations (one per value moved, rotated or decided on). */
  readonly embeddedOperations: Int32Array;
  /** Spikes of each population in its own steps: Int32Array of (step, neuron) pairs, sorted. Only where recording was asked for. */
  readonly rasters: ReadonlyMap<string, Int32Array>;
  /** Spikes and synaptic events (as source of none, target of all) of each population, always counted. */
  readonly populations: ReadonlyMap<string, PopulationCounts>;
  /** [steps of the read-out, classes], integer membrane potentials. */
  readonly readout: Int32Array;
}

export interface PopulationCounts {
  readonly spikes: number;
  /** Synaptic events that ended in this population. */
  readonly synapticEvents: number;
}

export const CORE_FIELDS = 6;
/**
 * spikes: compartments that fired; packetsOut: messages sent (one per destination core); packetsIn: input axons activated;
 * synapticEvents: synapses read, fast ones included; active, inactive: compartments updated inside and outside their window.
 */
export const CoreField = { spikes: 0, packetsOut: 1, packetsIn: 2, synapticEvents: 3, active: 4, inactive: 5 } as const;

export const STEP_FIELDS = 6;
/**
 * injected: packets sent by the embedded processor; collected: spikes and membrane potentials it received; hopsHorizontal, hopsVertical:
 * tile borders crossed by all packets; inTile: packets that left no tile; fastWeightUpdates: coincidences written.
 */
export const StepField = { injected: 0, collected: 1, hopsHorizontal: 2, hopsVertical: 3, inTile: 4, fastWeightUpdates: 5 } as const;
