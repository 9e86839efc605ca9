import { expAccum, expFraction } from '../../ir/spinnaker-exponential.ts';
import type { JsonValue } from '../json.ts';

const INT32 = [-(2 ** 31), 2 ** 31 - 1] as const;

/** `rows` of [x, expk(x), expulr(x)], raw integers: the first that differs, or null. */
export function checkExpTable(file: JsonValue): string | null {
  const rows = file.get('rows').items();
  if (rows.length === 0) file.get('rows').fail('is empty');
  for (const row of rows) {
    const [x, accum, fraction] = row.items(3);
    const argument = x.integer(...INT32);
    const computed = [expAccum(argument), expFraction(argument)];
    const recorded = [accum.integer(...INT32), fraction.integer(0, 2 ** 32 - 1)];
    const wrong = computed.findIndex((value, k) => value !== recorded[k]);
    if (wrong >= 0) return `${row.path}: ${['expk', 'expulr'][wrong]}(${argument}) is ${computed[wrong]}, recorded ${recorded[wrong]}`;
  }
  return null;
}
