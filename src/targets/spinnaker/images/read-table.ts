import type { PopulationEntry, RowBlock } from '../../../ir/spinnaker-core.ts';
import { readStruct } from './bit-fields.ts';
import { ADDRESS, ADDRESS_UNIT, EXTRA, INVALID_ADDRESS, TABLE_ENTRY, TABLE_HEADER } from './layouts.ts';
import type { Refuse } from './read-regions.ts';

/** Entries of a master population table and the blocks that their part of the list of addresses names. */
export function decodeTable(words: Uint32Array, refuse: Refuse): PopulationEntry[] {
  if (words.length < TABLE_HEADER.words) {
    refuse('population table', `has ${words.length} words`, `at least ${TABLE_HEADER.words}`);
    return [];
  }
  const { entries, addresses } = readStruct(TABLE_HEADER, words, 0);
  const listAt = TABLE_HEADER.words + entries * TABLE_ENTRY.words;
  if (listAt + addresses !== words.length) {
    refuse('population table', `has ${words.length} words`, `${listAt + addresses}, for ${entries} entries and ${addresses} addresses`);
    return [];
  }
  return Array.from({ length: entries }, (_, e): PopulationEntry => {
    const item = `population table, entry ${e}`;
    const { key, mask, start, hasExtra, count } = readStruct(TABLE_ENTRY, words, TABLE_HEADER.words + e * TABLE_ENTRY.words);
    const first = start + hasExtra * EXTRA.words;
    if (first + count > addresses) {
      refuse(item, `has addresses ${start} .. ${first + count - 1}`, `0 .. ${addresses - 1}`);
      return { key, mask, cores: null, blocks: [] };
    }
    const blocks = Array.from({ length: count }, (_, b) => readBlock(words, listAt + first + b, `${item}, block ${b}`, refuse));
    return { key, mask, cores: hasExtra === 1 ? readCores(words, listAt + start, item, refuse) : null, blocks };
  });
}

function readCores(words: Uint32Array, at: number, item: string, refuse: Refuse): PopulationEntry['cores'] {
  const { coreMask, words: filterWords, coreShift, neurons } = readStruct(EXTRA, words, at);
  if (filterWords !== Math.ceil(neurons / 32))
    refuse(`${item}, words`, `are ${filterWords}`, `${Math.ceil(neurons / 32)} for ${neurons} neurons`);
  return { mask: coreMask, shift: coreShift, neuronsPerCore: neurons };
}

function readBlock(words: Uint32Array, at: number, item: string, refuse: Refuse): RowBlock {
  const { rowLength, address, isSingle } = readStruct(ADDRESS, words, at);
  if (address === INVALID_ADDRESS) refuse(item, 'stands for no block', 'addresses of blocks');
  if (isSingle === 0) return { kind: 'rows', offset: address * ADDRESS_UNIT, rowLength: rowLength + 1 };
  if (rowLength !== 0) refuse(`${item}, rowLength`, `is ${rowLength}`, '0 for a direct block');
  return { kind: 'direct', offset: address };
}
