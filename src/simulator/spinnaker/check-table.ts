import { ROW_LENGTH_MAX, type SpinnakerCore } from '../../ir/spinnaker-core.ts';
import type { Violation } from './check-core.ts';

const UINT32_MAX = 2 ** 32 - 1;
/** Blocks begin where the 16-byte units of an address can point. */
const ALIGNMENT = 16;
const CORE_MASK_MAX = 2 ** 10 - 1;
const CORE_NEURONS_MAX = 2 ** 11 - 1;
/** Of a core; entries of the table have 12 bytes there, addresses 4. */
const DTCM_BYTES = 65_536;
const ENTRY_BYTES = 12;

/** The search that a core makes finds an entry only if entries are sorted and no key matches two of them. */
export function checkTable({ table, matrix, direct }: SpinnakerCore, violation: Violation): void {
  const bytes = table.reduce((sum, { blocks }) => sum + ENTRY_BYTES + blocks.length * 4, 0);
  if (bytes > DTCM_BYTES) {
    violation('table', `takes ${bytes} bytes`, `${DTCM_BYTES}, the memory of a core`);
    return;
  }
  const taken = { rows: new Set<number>(), direct: new Set<number>() };
  table.forEach(({ key, mask, cores, blocks }, e) => {
    const item = `table[${e}]`;
    const numbers = [key, mask].every((value) => Number.isInteger(value) && value >= 0 && value <= UINT32_MAX);
    if (!numbers || (key & ~mask) !== 0)
      violation(item, `has key ${key} and mask ${mask}`, '32 bits each, and no bit of the key outside its mask');
    if (e > 0 && key <= table[e - 1].key) violation(`${item}.key`, `is ${key}`, `above ${table[e - 1].key}, the key before it`);
    const other = table.slice(0, e).findIndex((earlier) => ((earlier.key ^ key) & earlier.mask & mask) === 0);
    if (other >= 0) violation(item, `matches keys that table[${other}] matches`, 'one entry a key');
    if (cores !== null) {
      const { mask: coreMask, shift, neuronsPerCore } = cores;
      const ranges = [
        coreMask >= 1,
        coreMask <= CORE_MASK_MAX,
        shift >= 0,
        shift <= 31,
        neuronsPerCore >= 1,
        neuronsPerCore <= CORE_NEURONS_MAX,
      ];
      if (ranges.includes(false)) {
        const found = `are ${coreMask} << ${shift}, ${neuronsPerCore} neurons each`;
        violation(`${item}.cores`, found, `mask 1 .. ${CORE_MASK_MAX}, shift 0 .. 31, neurons 1 .. ${CORE_NEURONS_MAX}`);
      }
    }
    blocks.forEach((block, b) => {
      const [end, unit] = block.kind === 'rows' ? [matrix.length * 4, ALIGNMENT] : [direct.length * 4, 4];
      if (!Number.isInteger(block.offset / unit) || block.offset < 0 || block.offset >= end) {
        violation(`${item}.blocks[${b}].offset`, `is ${block.offset}`, `multiples of ${unit} below ${end}`);
      }
      if (taken[block.kind].has(block.offset))
        violation(`${item}.blocks[${b}].offset`, `is ${block.offset}`, 'where no other block begins');
      taken[block.kind].add(block.offset);
      if (block.kind === 'rows' && !(Number.isInteger(block.rowLength) && block.rowLength >= 1 && block.rowLength <= ROW_LENGTH_MAX)) {
        violation(`${item}.blocks[${b}].rowLength`, `is ${block.rowLength}`, `1 .. ${ROW_LENGTH_MAX}`);
      }
    });
  });
}
