import type { Diagnostic } from '../diagnostics/index.ts';
import type { ChipModel } from '../ir/chip-model.ts';
import type { EmittedFile } from '../ir/files.ts';
import type { NodeId } from '../ir/ids.ts';
import type { ChipProgram, LoihiProgram, Mapping, ModelFacts } from '../ir/mapping.ts';
import type { Network } from '../ir/network.ts';
import type { SpinnakerChip } from '../ir/spinnaker-chip.ts';
import type { WeightResolution } from '../ir/spinnaker-program.ts';
import type { PassContext } from '../passes/index.ts';

/** A network run on one clip of the calibration data. */
export interface CalibrationRun {
  /** [steps, size] row-major, by node. */
  readonly streams: ReadonlyMap<NodeId, ArrayLike<number>>;
  /** Integer networks: how often numbers left the chip's registers, and the largest |v|; by population. */
  readonly ranges: ReadonlyMap<NodeId, { readonly overflows: number; readonly peak: number }>;
}

/** Data to choose scales by. */
export interface Calibration {
  readonly file: string;
  readonly clips: number;
  run(network: Network, clip: number): CalibrationRun;
}

/** What lowering needs besides the exact network. */
export interface LowerContext extends PassContext {
  /** Bits of a weight, sign included, where the target leaves a choice; null: as the target chooses. */
  readonly weightBits: number | null;
  /** null: the weights alone decide. */
  readonly calibration: Calibration | null;
  /** Mean of every channel of real-valued features, as the integers that are sent; null or absent: not known. */
  readonly featureMeans?: Float64Array | null;
}

/** A network in the chip's integers, with a schedule. */
export interface Lowered {
  readonly network: Network;
  /** How scales were chosen, for the report. */
  readonly scaleRule: string;
  /** What the weights kept, where a chip scales them by what arrives; else none. */
  readonly resolution: readonly WeightResolution[];
}

/** What mapping needs besides the lowered network. */
export interface MapContext {
  /** Mean spikes (non-zero values) per clip of each stream, as measured in a simulation; null: not known, a uniform rate is assumed. */
  readonly traffic: ReadonlyMap<NodeId, number> | null;
  readonly facts: ModelFacts;
  readonly scaleRule: string;
  /** Of `Lowered`; left out: none. */
  readonly resolution?: readonly WeightResolution[];
  /** Of the random placements and of the annealing. */
  readonly seed: number;
}

/** A chip as seen by the compiler: exact networks are lowered to its integers, lowered ones mapped, and mappings written to files and read back. */
export interface Target<Program extends ChipProgram = ChipProgram> {
  readonly name: string;
  readonly description: string;
  readonly chip: ChipOf<Program>;
  /** Whether scales of a network are chosen by any data there are, not only by calibration data that the user names. */
  measures(exact: Network): boolean;
  /** To the chip's integers and steps. Throws a DiagnosticError for what they cannot hold. */
  lower(exact: Network, context: LowerContext): Lowered;
  /** Every constraint of the chip that the lowered network violates, all at once; empty: it fits. */
  check(network: Network): readonly Diagnostic[];
  /** Places the network on cores. Throws a DiagnosticError holding all that `check` finds. Same arguments, same mapping. */
  map(network: Network, context: MapContext): Mapping<Program>;
  /** The mapping as configuration files. */
  emit(mapping: Mapping<Program>): readonly EmittedFile[];
  /** Rebuilds the mapping from emitted files alone, by path; `load(emit(m))` equals m. Rejects with a DiagnosticError on any damage. */
  load(files: ReadonlyMap<string, Uint8Array>): Promise<Mapping<Program>>;
}

/** The data that describe a chip of the family that runs such programs. */
type ChipOf<Program extends ChipProgram> = Program extends LoihiProgram ? ChipModel : SpinnakerChip;
