import type { Diagnostic } from '../diagnostics/index.ts';
import type { ChipModel } from '../ir/chip-model.ts';
import type { EmittedFile } from '../ir/files.ts';
import type { NodeId } from '../ir/ids.ts';
import type { Mapping, ModelFacts } from '../ir/mapping.ts';
import type { Network } from '../ir/network.ts';

/** What mapping needs besides the lowered network. */
export interface MapContext {
  /** Mean spikes (non-zero values) per clip of each stream, as measured in a simulation; null: not known, a uniform rate is assumed. */
  readonly traffic: ReadonlyMap<NodeId, number> | null;
  readonly facts: ModelFacts;
  readonly scaleRule: string;
  /** Of the random placements and of the annealing. */
  readonly seed: number;
}

/** A chip as seen by the compiler: lowered networks go in, files for the chip come out, and can be read back. */
export interface Target {
  readonly name: string;
  readonly description: string;
  readonly chip: ChipModel;
  /** Every constraint of the chip that the lowered network violates, all at once; empty: it fits. */
  check(network: Network): readonly Diagnostic[];
  /** Places the network on cores. Throws a DiagnosticError holding all that `check` finds. Same arguments, same mapping. */
  map(network: Network, context: MapContext): Mapping;
  /** The mapping as configuration files. */
  emit(mapping: Mapping): readonly EmittedFile[];
  /** Rebuilds the mapping from emitted files alone, by path; `load(emit(m))` equals m. Rejects with a DiagnosticError on any damage. */
  load(files: ReadonlyMap<string, Uint8Array>): Promise<Mapping>;
}
