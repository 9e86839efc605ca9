import type { Diagnostic } from '../diagnostics/index.ts';
import type { Origin } from '../ir/network.ts';
import type { QuantizedChannels } from '../ir/quantized-features.ts';
import type { AccountingReport } from './accounting-report.ts';
import type { EnergyReport, LatencyReport } from './cost-report.ts';

export const REPORT_VERSION = 1;

/** Stands in every table, figure and page: nothing here was read off a power meter. */
export const STATEMENT = 'modelled, not measured';
/** The same of what was counted while a program ran. */
export const SIMULATED = `simulated: ${STATEMENT}` as const;

/**
 * `report.json`: what one run found. Counts, joules and seconds are means per clip, in SI units. Schema: docs/report.schema.json.
 */
export interface RunReport {
  readonly version: typeof REPORT_VERSION;
  readonly generator: 'spikec';
  readonly statement: typeof STATEMENT;
  readonly model: ModelReport;
  readonly target: TargetReport;
  readonly mapping: MappingReport;
  readonly data: DataReport;
  /** Clips run. */
  readonly samples: number;
  readonly accuracy: AccuracyReport;
  readonly predictions: readonly Prediction[];
  readonly events: EventReport;
  /** Left out where no chip was simulated. */
  readonly timeCourse?: TimeCourseReport;
  readonly perPopulation: readonly PopulationReport[];
  readonly operations: readonly OperationReport[];
  readonly cores: readonly CoreReport[];
  /** What the weights kept, on a chip that scales them by what arrives; else left out. */
  readonly resolution?: readonly ResolutionReport[];
  readonly energy: EnergyReport;
  readonly latency: LatencyReport;
  /** The run counted by several conventions; left out by versions before there was one. */
  readonly accounting?: AccountingReport;
  /** Warnings of the run, and notes. */
  readonly diagnostics: readonly Diagnostic[];
  readonly settings: SettingsReport;
}

export interface ModelReport {
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  readonly format: string;
  readonly timesteps: number;
  readonly inputs: number;
  readonly classes: number;
  readonly populations: number;
  readonly neurons: number;
  readonly synapses: number;
  readonly parameters: number;
}

export interface TargetReport {
  readonly name: string;
  readonly description: string;
  readonly chips: number;
  /** Cores in use, on all chips. */
  readonly cores: number;
  readonly coresPerChip: number;
  /** Most compartments in use on one core. */
  readonly neuronsPerCoreMax: number;
  /** Synapse memory in use, on all cores. */
  readonly synapticMemoryBytes: number;
  /** What it would take if every input axon had synapses of its own; left out on chips whose axons share none. */
  readonly unsharedSynapticBytes?: number;
  /** Fraction of the memory of the cores in use that is in use. */
  readonly utilisation: number;
  readonly geometry: { readonly columns: number; readonly rows: number; readonly coresPerTile: number };
  /** On a chip whose steps a timer begins: how many times slower than the model’s milliseconds. */
  readonly timeScale?: number;
}

export interface MappingReport {
  readonly hops: number;
  readonly greedyHops: number;
  readonly randomHops: number;
  readonly criticalLoad: number;
  /** How the integer scales were chosen, in words. */
  readonly scaleRule: string;
}

export interface DataReport {
  readonly file: string;
  readonly sha256: string;
  /** How events became frames, in words; null for dense data. */
  readonly framing: string | null;
  /** How logits became a decision, in words. */
  readonly decision: string;
  readonly classNames: readonly string[] | null;
  /** What `reference` was computed with; null where there is no reference. */
  readonly reference: string | null;
  /** Features that the host rounded for the chip, and how many values of all clips it clipped; left out: none. */
  readonly quantized?: { readonly channels: readonly QuantizedChannels[]; readonly saturated: number };
}

/** Fractions; null without labels (`agreement`: without decisions of the float model). */
export interface AccuracyReport {
  readonly reference: number | null;
  readonly float: number | null;
  readonly deployed: number | null;
  readonly agreement: number | null;
}

/** Class indices of one clip; null where that level was not run, or the file has no labels. */
export interface Prediction {
  readonly label: number | null;
  readonly reference: number | null;
  readonly float: number | null;
  readonly deployed: number | null;
}

export interface EventReport {
  /** Non-zero inputs of the network's synapses, each once. */
  readonly synapticEvents: number;
  /** Synapses that the chip reads, relays, repeats and replays included. */
  readonly mappedSynapticEvents: number;
  /** Of the network's populations, as deployed. */
  readonly spikes: number;
  /** Of the same populations in the float simulation. */
  readonly floatSpikes: number;
  /** Additions and multiply-accumulates by the rule of docs/energy-model.md, on the float network. */
  readonly acs: number;
  readonly macs: number;
  readonly neuronUpdates: number;
  readonly packets: number;
  readonly hops: number;
  /** Words of synaptic rows fetched from the memory of the chip, where it has one outside its cores. */
  readonly sdramWords?: number;
}

/** Events by time, means per clip: entry b holds those of chip steps b * stepsPerBin to (b + 1) * stepsPerBin - 1, over all segments. */
export interface TimeCourseReport {
  readonly stepsPerBin: number;
  /** Of all cores, relays included. */
  readonly spikes: readonly number[];
  readonly synapticEvents: readonly number[];
  readonly packets: readonly number[];
}

export interface PopulationReport {
  readonly name: string;
  readonly origin: Origin;
  readonly neurons: number;
  readonly spikes: number;
  /** Spikes per neuron and timestep. */
  readonly firingRate: number;
  readonly synapticEvents: number;
  /** How many cores hold a slice of it. */
  readonly cores: number;
}

/** Where an operation of the model runs, and what it takes. */
export interface OperationReport {
  readonly name: string;
  /** 'layer', 'rotary', 'reorder', 'fast-weights', 'gate', 'input', 'decision', … */
  readonly kind: string;
  /** 'core', 'plasticity', 'embedded', 'host', … */
  readonly where: string;
  /** Elementary operations; null where they are counted under something else, see `note`. */
  readonly operations: number | null;
  /** Chip steps of a clip in which it is at work; 0: between segments. */
  readonly steps: number;
  /** Cores that take part. */
  readonly cores: number;
  /** Of those cores; null where they hold other things too, or none is needed. */
  readonly memoryBytes: number | null;
  readonly note: string;
}

export interface CoreReport {
  readonly core: number;
  readonly chip: number;
  readonly tile: number;
  readonly slot: number;
  readonly compartments: number;
  readonly memoryBytes: number;
  /** Fraction of the core's scarcest resource (memory, compartments, axons) that is in use. */
  readonly utilisation: number;
  readonly synapticEvents: number;
  readonly populations: readonly string[];
  /** How the synapses are stored, one line a format; none where the chip has one format for all. */
  readonly synapseFormats: readonly string[];
  /** Where a timer begins the steps: cycles of a step on average and of the busiest one, and how many a step has. */
  readonly cycles?: { readonly mean: number; readonly peak: number; readonly budget: number };
}

/** Weights of one projection on one receptor, in bits of the ring buffer. */
export interface ResolutionReport {
  readonly population: string;
  readonly projection: string;
  readonly receptor: string;
  /** A unit of a weight is 2^(shift - 15). */
  readonly shift: number;
  /** 'bound', 'measured' or 'worst-case': what the shift follows from. */
  readonly basis: string;
  /** No data can saturate a slot. */
  readonly guaranteed: boolean;
  readonly weightBits: number;
  readonly wonOverWorstCase: number;
  readonly wonOverSpynnaker: number;
  /** Weights that are not 0 and become 0, here and under the worst-case rule. */
  readonly lost: number;
  readonly lostInWorstCase: number;
}

export interface SettingsReport {
  readonly options: Readonly<Record<string, string | number | boolean | null>>;
  readonly seed: number;
  /** Checksums of the files that went in: model, data, calibration, chip. */
  readonly sha256: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
}
