import type { CHIP_MODEL_VERSION } from './chip-model.ts';

/** How far a figure is from its source: LIT from an abstract, MEM from memory, INF inferred. Marked figures are assumptions to be measured. */
export type Mark = 'LIT' | 'MEM' | 'INF';

export type SpinnakerUnit =
  | 'count'
  | 'bit'
  | 'byte'
  | 'word'
  | 'step'
  | 'cycle'
  | 'cycle per second'
  | 'byte per second'
  | 'second'
  | 'J'
  | 'W';

/** What a chip has, or what something takes of it. A figure without marks was read in the source named. */
export interface SpinnakerFigure {
  readonly value: number;
  readonly unit: SpinnakerUnit;
  readonly marks: readonly Mark[];
  readonly source: string;
}

/** What a core has, and what neurons and synapses take of it. */
export interface CoreCosts {
  readonly neuronsMax: SpinnakerFigure;
  readonly ringBitsMax: SpinnakerFigure;
  readonly rowWordsMax: SpinnakerFigure;
  readonly dtcmBytes: SpinnakerFigure;
  readonly clock: SpinnakerFigure;
  /** Of DTCM: what is not counted with a slice. */
  readonly reservedBytes: SpinnakerFigure;
  /** Time. */
  readonly stepCycles: SpinnakerFigure;
  readonly neuronCycles: SpinnakerFigure;
  readonly packetCycles: SpinnakerFigure;
  readonly eventCycles: SpinnakerFigure;
}

/** Cycles of the operations that are software: on cores of their own, which keep streams of spikes and send them again. */
export interface SoftwareCosts {
  /** Each packet kept, and each packet sent. */
  readonly recordCycles: SpinnakerFigure;
  readonly sendCycles: SpinnakerFigure;
  /** Between segments: each value of a rotated, reordered or masked stream, each addition of an attention. */
  readonly rotaryCycles: SpinnakerFigure;
  readonly reorderCycles: SpinnakerFigure;
  readonly attentionCycles: SpinnakerFigure;
}

/** Joules and watts as Manchester's own model has them (compute_energy_used.py); the power of a board includes that of its memories. */
export interface SpinnakerEnergy {
  readonly idleChip: SpinnakerFigure;
  readonly idleBoard4: SpinnakerFigure;
  readonly idleBoard48: SpinnakerFigure;
  readonly activeCore: SpinnakerFigure;
  readonly packet: SpinnakerFigure;
  readonly packetWithPayload: SpinnakerFigure;
}

/** A published figure for one event, all else included. */
export interface EventPrice {
  readonly name: string;
  readonly neuronStep: SpinnakerFigure | null;
  readonly synapticEvent: SpinnakerFigure;
}

/** A chip of the SpiNNaker family as data. JSON, checked against the schema of spinnaker-chip.schema.ts. */
export interface SpinnakerChip {
  readonly version: typeof CHIP_MODEL_VERSION;
  readonly name: string;
  readonly family: 'spinnaker';
  readonly description: string;
  readonly chip: {
    /** Processors that run applications. */
    readonly coresPerChip: SpinnakerFigure;
    readonly boards: SpinnakerFigure;
    readonly routerEntries: SpinnakerFigure;
    readonly sdramBytes: SpinnakerFigure;
    readonly delaySteps: SpinnakerFigure;
    readonly timestep: SpinnakerFigure;
  };
  readonly core: CoreCosts;
  readonly software: SoftwareCosts;
  readonly energy: SpinnakerEnergy;
  /** Other people's figures for the same events, which the report shows beside. */
  readonly alternatives: readonly EventPrice[];
}
