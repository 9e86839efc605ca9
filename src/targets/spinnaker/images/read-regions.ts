import { type Diagnostic, DiagnosticError, diagnostic } from '../../../diagnostics/index.ts';
import { readStruct } from './bit-fields.ts';
import { HEADER_WORDS, IMAGE_HEADER, IMAGE_MAGIC, IMAGE_VERSION, REGION, REGION_COUNT, RegionId } from './layouts.ts';

/** Collects what is wrong with an image: where, what, and what is allowed. */
export type Refuse = (item: string, found: string, allowed: string) => void;

const BYTES = 4;
/** Of one chip, as far as programs may use it [SM version_spin1.py]. */
const SDRAM_BYTES = 123_469_792;

/** Runs `check`, then throws `program-malformed` for all that it refused. */
export function refuseAll<T>(file: string, check: (refuse: Refuse) => T): T {
  const problems: Diagnostic[] = [];
  const result = check((item, found, allowed) => {
    problems.push(diagnostic('program-malformed', `${item} ${found}`, { places: [{ file, item }], notes: [`allowed: ${allowed}`] }));
  });
  if (problems.length > 0) throw new DiagnosticError(problems);
  return result;
}

/** Words of every region of an image that was loaded at address `base`. A hostile image is refused: nothing is read outside of it. */
export function readRegions(bytes: Uint8Array, base: number, file: string): ReadonlyMap<number, Uint32Array> {
  const image = refuseAll(file, (refuse) => readWords(bytes, refuse));
  return refuseAll(file, (refuse) => {
    const { magic, version } = readStruct(IMAGE_HEADER, image, 0);
    if (magic !== IMAGE_MAGIC) refuse('magic number', `is ${hex(magic)}`, hex(IMAGE_MAGIC));
    if (version !== IMAGE_VERSION) refuse('version', `is ${hex(version)}`, hex(IMAGE_VERSION));
    const regions = new Map<number, Uint32Array>();
    let taken = HEADER_WORDS;
    for (const { id, first, words, sum } of descriptors(image, base)) {
      const item = `region ${id}`;
      if (!Object.values(RegionId).some((known) => known === id)) {
        refuse(item, 'is of no kind that is known here', `regions ${Object.values(RegionId).join(', ')}`);
      } else if (!Number.isInteger(first) || first < taken || first + words > image.length) {
        refuse(
          item,
          `has ${words} words from ${hex(base + first * BYTES)}`,
          `whole words behind what precedes them, within ${bytes.length} bytes`,
        );
      } else {
        const content = image.slice(first, first + words);
        if (checksum(content) !== sum) refuse(item, `sums to ${hex(checksum(content))}`, `its checksum, ${hex(sum)}`);
        regions.set(id, content);
        taken = first + words;
      }
    }
    for (const [name, id] of Object.entries(RegionId)) {
      if (id !== RegionId.window && !regions.has(id)) refuse(`region ${id}`, 'is not there', `a region for ${name}`);
    }
    return regions;
  });
}

function readWords(bytes: Uint8Array, refuse: Refuse): Uint32Array {
  if (bytes.length < HEADER_WORDS * BYTES || bytes.length > SDRAM_BYTES || bytes.length % BYTES !== 0) {
    refuse('image', `has ${bytes.length} bytes`, `whole words, ${HEADER_WORDS * BYTES} .. ${SDRAM_BYTES} bytes`);
    return new Uint32Array(0);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words = new Uint32Array(bytes.length / BYTES);
  for (let i = 0; i < words.length; i++) words[i] = view.getUint32(i * BYTES, true);
  return words;
}

/** Descriptors of the regions that are there, ascending by address. */
function descriptors(image: Uint32Array, base: number): { id: number; first: number; words: number; sum: number }[] {
  return Array.from({ length: REGION_COUNT }, (_, id) => ({ id, ...readStruct(REGION, image, IMAGE_HEADER.words + id * REGION.words) }))
    .filter(({ pointer }) => pointer !== 0)
    .map(({ id, pointer, words, checksum: sum }) => ({ id, first: (pointer - base) / BYTES, words, sum }))
    .sort((a, b) => a.first - b.first);
}

/** Sum of the words modulo 2^32. */
export function checksum(words: Uint32Array): number {
  let sum = 0;
  for (const word of words) sum = (sum + word) | 0;
  return sum >>> 0;
}

export const hex = (value: number): string => (value < 0 ? String(value) : `0x${value.toString(16).padStart(8, '0')}`);
