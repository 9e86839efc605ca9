import { BRIAN2_LOIHI, CHIP, type Dialect, LAVA, NENGO_LOIHI, showCounter } from '../../simulator/loihi/dialects/index.ts';
import type { EmulatedNet } from '../../simulator/loihi/emulator.ts';
import type { JsonValue } from '../json.ts';
import type { Expected } from './expected.ts';

/** A vector ready to run. */
export interface Vector {
  readonly dialect: Dialect;
  readonly net: EmulatedNet;
  readonly expected: Expected;
  /** Stored weights that the file states and the dialect does not compute; null: all agree. */
  readonly difference: string | null;
}

/** Where a `loihi-golden-1-netx` vector finds its network. */
export type ReadSibling = (name: string) => Promise<Uint8Array | null>;

/** Replaces the dialect that a file asks for, before its weights are stored: how mutants and other dialects are run. */
export type Adapt = (dialect: Dialect) => Dialect;

/** Bounds that no honest vector comes near. */
export const LIMITS = { steps: 1_000_000, neurons: 1 << 20, synapses: 1 << 26, payload: 2 ** 31, work: 5e9, unit: 2 ** 31 } as const;

const NAMES: ReadonlyMap<string, Dialect> = new Map([
  ['lava', LAVA],
  ['nengo', NENGO_LOIHI],
  ['nengo-loihi', NENGO_LOIHI],
  ['nengo_loihi', NENGO_LOIHI],
  ['brian2_loihi', BRIAN2_LOIHI],
  ['brian2-loihi', BRIAN2_LOIHI],
  ['chip', CHIP],
]);

/** The dialect whose equations the file states. */
export function readDialect(file: JsonValue, adapt: Adapt): Dialect {
  const semantics = file.get('semantics');
  const name = semantics.get('dialect');
  const dialect = NAMES.get(name.text());
  if (dialect === undefined) return name.fail(`is ${JSON.stringify(name.json)}; known: ${[...NAMES.keys()].join(', ')}`);
  const offset = semantics.optional('u_decay_offset');
  if (offset !== null && offset.integer(0, 1) !== dialect.currentOffset) {
    offset.fail(`is ${offset.json}; dialect ${dialect.name} adds ${dialect.currentOffset}`);
  }
  return adapt(dialect);
}

/** A dialect read out as the chip is: the refractory counter shows in the word of v. */
export const readOutOnChip = (dialect: Dialect): Dialect => ({
  ...dialect,
  registers: { ...dialect.registers, refractory: true },
  heldSteps: CHIP.heldSteps,
  readVoltage: showCounter,
});
