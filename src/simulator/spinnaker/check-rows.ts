import { ROW_HEADER_WORDS, type RowBlock, type SpinnakerCore } from '../../ir/spinnaker-core.ts';
import type { Violation } from './check-core.ts';

/** Words from one row of a block to the next. */
export const strideOf = (block: RowBlock): number => (block.kind === 'rows' ? ROW_HEADER_WORDS + block.rowLength : 1);

/** Rows of each block: as many as fit before the next block of its kind, or the end. Padding between blocks is shorter than any row. */
export function rowCounts({ table, matrix, direct }: SpinnakerCore): ReadonlyMap<RowBlock, number> {
  const counts = new Map<RowBlock, number>();
  for (const kind of ['rows', 'direct'] as const) {
    const blocks = table.flatMap((entry) => entry.blocks.filter((block) => block.kind === kind)).sort((a, b) => a.offset - b.offset);
    const end = (kind === 'rows' ? matrix : direct).length * 4;
    blocks.forEach((block, b) => {
      const next = b + 1 < blocks.length ? blocks[b + 1].offset : end;
      counts.set(block, Math.floor((next - block.offset) / (strideOf(block) * 4)));
    });
  }
  return counts;
}

/** Every row has fixed synapses only, no more than its block says, and each of them a neuron to act on. */
export function checkRows(core: SpinnakerCore, violation: Violation): void {
  const counts = rowCounts(core);
  core.table.forEach(({ blocks }, e) => {
    blocks.forEach((block, b) => {
      checkBlock(core, block, counts.get(block) ?? 0, `table[${e}].blocks[${b}]`, violation);
    });
  });
}

/** The first wrong row is enough. */
function checkBlock(core: SpinnakerCore, block: RowBlock, rows: number, item: string, violation: Violation): void {
  const { matrix, direct, neurons, layout } = core;
  const indexMask = 2 ** layout.indexBits - 1;
  const words = block.kind === 'rows' ? matrix : direct;
  for (let row = 0; row < rows; row++) {
    let first = block.offset / 4 + row * strideOf(block);
    let count = 1;
    if (block.kind === 'rows') {
      const [plastic, controls] = [words[first], words[first + 2]];
      count = words[first + 1];
      if (plastic !== 0 || controls !== 0) {
        violation(`${item}, row ${row}`, `has ${plastic >>> 0} plastic words and ${controls >>> 0} controls`, 'none: synapses are fixed');
        return;
      }
      if (count < 0 || count > block.rowLength) {
        violation(`${item}, row ${row}`, `has ${count >>> 0} synapses`, `0 .. ${block.rowLength}`);
        return;
      }
      first += ROW_HEADER_WORDS;
    }
    for (let k = first; k < first + count; k++) {
      if ((words[k] & indexMask) < neurons) continue;
      violation(`${item}, row ${row}`, `ends in neuron ${words[k] & indexMask}`, `neurons 0 .. ${neurons - 1}`);
      return;
    }
  }
}
