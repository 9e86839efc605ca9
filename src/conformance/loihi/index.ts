import { EmulationError, emulate } from '../../simulator/loihi/emulator.ts';
import { JsonValue, MalformedVector } from '../json.ts';
import { compareStep } from './expected.ts';
import { readNetx } from './netx.ts';
import { readConvolution, readGolden } from './read-vector.ts';
import { type Adapt, LIMITS, type ReadSibling, type Vector } from './vector.ts';

export type { Adapt, ReadSibling, Vector } from './vector.ts';

/** Reads any file of the formats `loihi-golden-1`, `-hw`, `-conv` and `-netx`. Throws MalformedVector. */
export async function readVector(bytes: Uint8Array, readSibling: ReadSibling, adapt: Adapt = (dialect) => dialect): Promise<Vector> {
  const file = JsonValue.parse(bytes);
  const format = file.get('format');
  switch (format.text()) {
    case 'loihi-golden-1':
      return readGolden(file, false, adapt);
    case 'loihi-golden-1-hw':
      return readGolden(file, true, adapt);
    case 'loihi-golden-1-conv':
      return readConvolution(file, adapt);
    case 'loihi-golden-1-netx':
      return await readNetx(file, readSibling, adapt);
    default:
      return format.fail(`is ${JSON.stringify(format.json)}, not a golden format of Loihi`);
  }
}

/** Runs the net: the first recorded number that it does not give, or null. */
export function runVector({ net, expected, dialect }: Vector): string | null {
  const neurons = net.groups.reduce((sum, { size }) => sum + size, 0);
  const recorded = net.blocks.reduce((sum, { synapses }) => Math.max(sum, synapses.target.length), neurons);
  if (net.steps * recorded > LIMITS.work) throw new MalformedVector('the file asks for too many steps of too large a net');
  let difference: string | null = null;
  emulate(net, dialect, (step, states) => {
    difference = compareStep(expected, step, states);
    return difference === null;
  });
  return difference;
}

/**
 * Checks one vector file: null where every recorded weight, u, v and spike is equal, else the first difference or why the file cannot be
 * run. `readSibling` gives the bytes of another file beside it, `adapt` replaces the dialect.
 */
export async function checkVector(bytes: Uint8Array, readSibling: ReadSibling, adapt?: Adapt): Promise<string | null> {
  try {
    const vector = await readVector(bytes, readSibling, adapt);
    return vector.difference ?? runVector(vector);
  } catch (error) {
    if (error instanceof MalformedVector || error instanceof EmulationError) return error.message;
    throw error;
  }
}
