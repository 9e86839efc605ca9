const SIGNATURE = [0x4f, 0x48, 0x44, 0x52];
const VERSION = 2;
/** Of the flags of an object header: it holds four times; it says when attributes move out of it. */
const TIMES = 0x20;
const ATTRIBUTE_LIMITS = 0x10;
const TIMES_BYTES = 16;

/**
 * The same HDF5 file, made at the beginning of 1970: the library stamps every object with the clock, and equal networks are to give equal
 * bytes. Object headers of version 2 are "OHDR", version, flags, four times, the size of what follows, that, and a checksum over it all.
 */
export function clearTimes(file: Uint8Array): Uint8Array {
  const bytes = file.slice();
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + TIMES_BYTES < bytes.length; at++) {
    if (!SIGNATURE.every((byte, i) => bytes[at + i] === byte) || bytes[at + 4] !== VERSION) continue;
    const flags = bytes[at + 5];
    if ((flags & TIMES) === 0) continue;
    const sizeAt = at + 6 + TIMES_BYTES + ((flags & ATTRIBUTE_LIMITS) === 0 ? 0 : 4);
    const sizeBytes = 1 << (flags & 3);
    let size = 0;
    for (let i = sizeBytes - 1; i >= 0; i--) size = size * 256 + bytes[sizeAt + i];
    const end = sizeAt + sizeBytes + size;
    // Weights may look like a header; their checksum does not.
    if (end + 4 > bytes.length || view.getUint32(end, true) !== lookup3(bytes.subarray(at, end))) continue;
    bytes.fill(0, at + 6, at + 6 + TIMES_BYTES);
    view.setUint32(end, lookup3(bytes.subarray(at, end)), true);
  }
  return bytes;
}

const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits));

/** The checksum of HDF5's metadata: hashlittle of Bob Jenkins' lookup3 (2006, public domain), starting from 0. */
export function lookup3(bytes: Uint8Array): number {
  const start = (0xdeadbeef + bytes.length) | 0;
  const state = [start, start, start];
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (; bytes.length - at > 12; at += 12) {
    for (let i = 0; i < 3; i++) state[i] = (state[i] + words.getInt32(at + 4 * i, true)) | 0;
    for (const [step, bits] of [4, 6, 8, 16, 19, 4].entries()) {
      const [x, y, z] = [step % 3, (step + 1) % 3, (step + 2) % 3];
      state[x] = (state[x] - state[z]) | 0;
      state[x] ^= rotate(state[z], bits);
      state[z] = (state[z] + state[y]) | 0;
    }
  }
  if (at === bytes.length) return state[2] >>> 0;
  for (let i = 0; at + i < bytes.length; i++) state[i >> 2] = (state[i >> 2] + (bytes[at + i] << (8 * (i & 3)))) | 0;
  for (const [step, bits] of [14, 11, 25, 16, 4, 14, 24].entries()) {
    const [x, y] = [(step + 2) % 3, (step + 1) % 3];
    state[x] ^= state[y];
    state[x] = (state[x] - rotate(state[y], bits)) | 0;
  }
  return state[2] >>> 0;
}
