/** `GCOL`, version 1: a global heap collection, where HDF5 keeps lists of variable length. */
const SIGNATURE = [0x47, 0x43, 0x4f, 0x4c, 1];
const HEADER_BYTES = 16;

/** The library refuses smaller heaps itself, and larger ones than the file. */
const SMALLEST_BYTES = 4096;

/**
 * Position of a damaged global heap, -1 where there is none. The HDF5 library walks a heap from object to object by the sizes that stand in
 * it, in 32-bit addresses: it never ends where a size is 0, or so large that the address wraps around. Such files must not reach it.
 */
export function findEndlessHeap(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = bytes.indexOf(SIGNATURE[0]); at >= 0; at = bytes.indexOf(SIGNATURE[0], at + 1)) {
    if (SIGNATURE.every((byte, i) => bytes[at + i] === byte) && isDamaged(view, at)) return at;
  }
  return -1;
}

/** The library's own walk: an object is index, references, 4 reserved bytes, size and content; index 0 is free space, its header counted in. */
function isDamaged(view: DataView, heap: number): boolean {
  if (heap + HEADER_BYTES > view.byteLength) return false;
  // Of the heap's own size the library keeps the low 32 bits.
  const end = heap + view.getUint32(heap + 8, true);
  if (end < heap + SMALLEST_BYTES || end > view.byteLength) return false;
  let at = heap + HEADER_BYTES;
  while (at + HEADER_BYTES <= end) {
    const size = sizeAt(view, at + 8);
    const free = view.getUint16(at, true) === 0;
    const advance = free ? size : HEADER_BYTES + 8 * Math.ceil(size / 8);
    if (advance === 0 || at + advance > end) return true;
    at += advance;
  }
  return false;
}

const sizeAt = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));
