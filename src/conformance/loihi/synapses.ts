import type { Dialect, SignMode, WeightFormat } from '../../simulator/loihi/dialects/index.ts';
import type { EmulatedBlock, SynapseTable } from '../../simulator/loihi/emulator.ts';
import type { JsonValue } from '../json.ts';
import { LIMITS } from './vector.ts';

const SIGNS: ReadonlyMap<string, SignMode> = new Map([
  ['MIXED', 'mixed'],
  ['EXCITATORY', 'excitatory'],
  ['INHIBITORY', 'inhibitory'],
]);
const EXPONENTS = [-16, 15] as const;

export interface ReadBlock {
  readonly block: EmulatedBlock;
  /** The first weight that is stored otherwise than the file says; null: none is. */
  readonly difference: string | null;
}

/** A dense block: row j of `weights` (and `delays`) is target neuron j, column i source neuron i; a stored weight of 0 is no synapse. */
export function readBlock(json: JsonValue, sizes: ReadonlyMap<string, number>, dialect: Dialect): ReadBlock {
  const [source, target] = [json.get('src'), json.get('dst')];
  const columns = sizes.get(source.text()) ?? source.fail('is neither an input nor a group');
  const rows = sizes.get(target.text()) ?? target.fail('is not a group');
  const given = json.get('weights').items(rows);
  const weights = given.map((row) => row.integers(columns, -LIMITS.unit, LIMITS.unit));
  const delays =
    json
      .optional('delays')
      ?.items(rows)
      .map((row) => row.integers(columns, 0, dialect.registers.delayMax)) ?? null;
  const format = readFormat(json, weights, dialect);
  const stored = weights.map((row) => row.map((weight) => dialect.weight(weight, format)));
  const block: EmulatedBlock = {
    source: source.text(),
    target: target.text(),
    synapses: tableOf(columns, stored, delays),
    exponent: format.exponent,
    messageBits: json.optional('num_message_bits')?.integer(0, 32) ?? null,
    convolution: false,
  };
  return { block, difference: compareWeights(json, weights, stored) };
}

/** What the file does not say: 8 bits, exponent 0, and the sign mode that Lava would find; the emulator of nengo-loihi knows mixed only. */
function readFormat(json: JsonValue, weights: readonly (readonly number[])[], dialect: Dialect): WeightFormat {
  const mode = json.optional('sign_mode') ?? json.optional('force_sign_mode');
  const sign = mode === null ? null : SIGNS.get(mode.text().toUpperCase());
  if (sign === undefined) mode?.fail(`is ${JSON.stringify(mode.json)}; known: ${[...SIGNS.keys()].join(', ')}`);
  const found = dialect.name === 'nengo-loihi' ? 'mixed' : signOf(weights.flat());
  return {
    bits: json.optional('num_weight_bits')?.integer(0, 9) ?? 8,
    sign: sign ?? found,
    exponent: json.optional('weight_exp')?.integer(...EXPONENTS) ?? 0,
  };
}

/** determine_sign_mode of Lava: zeros alone are excitatory. */
export function signOf(weights: readonly number[]): SignMode {
  if (weights.every((weight) => weight >= 0)) return 'excitatory';
  return weights.every((weight) => weight <= 0) ? 'inhibitory' : 'mixed';
}

function compareWeights(json: JsonValue, given: readonly (readonly number[])[], stored: readonly (readonly number[])[]): string | null {
  const used = json.optional('weights_used');
  if (used === null) return null;
  const same = used.json === 'same as weights';
  const rows = same ? given : used.items(stored.length).map((row, j) => row.integers(stored[j].length, -LIMITS.unit, LIMITS.unit));
  for (const [j, row] of rows.entries()) {
    const i = row.findIndex((weight, k) => weight !== stored[j][k]);
    if (i >= 0) return `${used.path}[${j}][${i}]: stored as ${stored[j][i] + 0}, recorded ${row[i]}`;
  }
  return null;
}

/** Synapses by source, from rows by target. */
function tableOf(sources: number, rows: readonly (readonly number[])[], delays: readonly (readonly number[])[] | null): SynapseTable {
  const builder = new SynapseBuilder(sources);
  for (let i = 0; i < sources; i++) {
    rows.forEach((row, j) => {
      if (row[i] !== 0) builder.add(i, j, row[i], delays?.[j][i] ?? 0);
    });
  }
  return builder.finish();
}

/** Collects synapses in any order. */
export class SynapseBuilder {
  readonly #bySource: { readonly targets: number[]; readonly weights: number[]; readonly delays: number[] }[];

  constructor(sources: number) {
    this.#bySource = Array.from({ length: sources }, () => ({ targets: [], weights: [], delays: [] }));
  }

  add(source: number, target: number, weight: number, delay: number): void {
    const { targets, weights, delays } = this.#bySource[source];
    targets.push(target);
    weights.push(weight);
    delays.push(delay);
  }

  finish(): SynapseTable {
    const first = new Int32Array(this.#bySource.length + 1);
    this.#bySource.forEach(({ targets }, i) => {
      first[i + 1] = first[i] + targets.length;
    });
    return {
      first,
      target: Int32Array.from(this.#bySource.flatMap(({ targets }) => targets)),
      weight: Float64Array.from(this.#bySource.flatMap(({ weights }) => weights)),
      delay: Uint8Array.from(this.#bySource.flatMap(({ delays }) => delays)),
    };
  }
}
