import { JsonValue, MalformedVector } from '../json.ts';
import { checkExpTable } from './exp-table.ts';
import { checkLif } from './lif-check.ts';
import { checkTrees } from './place-trees.ts';
import { checkRouteTable } from './route-table.ts';

/** A kind of golden file. The files carry no name of their format; `has` is what tells it from the others. */
interface Reader {
  readonly kind: string;
  readonly has: (file: JsonValue) => boolean;
  /** The first difference, or null. Throws MalformedVector. */
  readonly check: (file: JsonValue) => string | null;
}

const READERS: readonly Reader[] = [
  { kind: 'LIF trace', has: (file) => file.optional('config') !== null, check: checkLif },
  { kind: 'table of exponentials', has: (file) => file.optional('rows') !== null, check: checkExpTable },
  { kind: 'routing table', has: (file) => file.optional('input_table') !== null, check: checkRouteTable },
  { kind: 'placed network', has: (file) => file.optional('core_placements') !== null, check: checkTrees },
];

/** Checks one vector file: null where everything recorded is what we compute, else the first difference or why the file cannot be checked. */
export async function checkVector(bytes: Uint8Array): Promise<string | null> {
  try {
    const file = JsonValue.parse(bytes);
    const reader = READERS.find(({ has }) => has(file));
    return reader === undefined ? file.fail(`is none of: ${READERS.map(({ kind }) => kind).join(', ')}`) : reader.check(file);
  } catch (error) {
    if (error instanceof MalformedVector) return error.message;
    throw error;
  }
}
