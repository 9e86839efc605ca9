import { failure } from '../../../diagnostics/index.ts';
import type { RoutingEntry } from '../../../ir/spinnaker-routing.ts';

const BYTES = 4;
const ENTRY_WORDS = 3;

/** Entries in the order of the table, three little-endian words each: key, mask, route. */
export function writeRouting(entries: readonly RoutingEntry[]): Uint8Array {
  const bytes = new Uint8Array(entries.length * ENTRY_WORDS * BYTES);
  const view = new DataView(bytes.buffer);
  entries.forEach(({ key, mask, route }, e) => {
    [key, mask, route].forEach((word, w) => {
      view.setUint32((e * ENTRY_WORDS + w) * BYTES, word, true);
    });
  });
  return bytes;
}

/** Throws `program-malformed` where the file ends within an entry. */
export function readRouting(bytes: Uint8Array, file: string): readonly RoutingEntry[] {
  const stride = ENTRY_WORDS * BYTES;
  if (bytes.length % stride !== 0) {
    throw failure('program-malformed', `${file} has ${bytes.length} bytes`, {
      places: [{ file }],
      notes: [`allowed: ${stride} bytes an entry: key, mask and route`],
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / stride }, (_, e) => {
    const word = (w: number): number => view.getUint32(e * stride + w * BYTES, true);
    return { key: word(0), mask: word(1), route: word(2) };
  });
}
