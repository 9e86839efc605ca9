import { mutateBytes } from './mutate-bytes.js';

/**
 * Mutations of an HDF5 file where it says something: of bytes that are not filling, of addresses (to another part of the file, so that
 * parts point to each other in circles), of lengths and counts. Checksums of the newer format are made to fit again.
 */
export function mutateHdf5(bytes, draw, others) {
  if (draw.chance(0.3)) return mutateBytes(bytes, draw, others);
  const { said, addresses } = surveyOf(bytes);
  const result = bytes.slice();
  for (let n = draw.pick([1, 1, 2, 3, 6]); n > 0; n--) changeOne(result, draw, said, addresses);
  return draw.chance(0.9) ? withChecksums(result) : result;
}

const surveys = new WeakMap();

/** Where bytes are not zero, and where eight bytes are the address of a place in the file. */
function surveyOf(bytes) {
  const known = surveys.get(bytes);
  if (known !== undefined) return known;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const said = [];
  const addresses = [];
  bytes.forEach((byte, at) => {
    if (byte !== 0) said.push(at);
    if (at + 8 > bytes.length) return;
    const value = view.getBigUint64(at, true);
    if (value >= 48n && value < BigInt(bytes.length)) addresses.push(at);
  });
  const survey = { said, addresses };
  surveys.set(bytes, survey);
  return survey;
}

const ODD = [0n, 1n, 2n, 7n, 8n, 0x7fn, 0xffn, 0x100n, 0xffffn, 2n ** 20n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n].concat([
  ...[2n ** 32n, 2n ** 40n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n - 2n],
]);

function changeOne(bytes, draw, said, addresses) {
  const view = new DataView(bytes.buffer);
  const fitting = (at, width) => Math.max(0, Math.min(at, bytes.length - width));
  switch (draw.below(6)) {
    case 0:
      bytes[draw.pick(said)] = draw.below(256);
      return;
    case 1:
      bytes[draw.pick(said)] ^= 1 << draw.below(8);
      return;
    case 2: {
      if (addresses.length < 2) return;
      const [to, from] = [draw.pick(addresses), draw.pick(addresses)];
      view.setBigUint64(to, view.getBigUint64(from, true), true);
      return;
    }
    case 3: {
      if (addresses.length === 0) return;
      view.setBigUint64(draw.pick(addresses), draw.chance(0.3) ? BigInt(8 * draw.below(bytes.length / 8)) : draw.pick(ODD), true);
      return;
    }
    default: {
      const width = draw.pick([1, 2, 4, 8]);
      const at = fitting(draw.pick(said) - draw.pick([0, 0, 0, 1, 4]), width);
      const value = draw.pick(ODD);
      for (let k = 0; k < width; k++) view.setUint8(at + k, Number((value >> BigInt(8 * k)) & 255n));
    }
  }
}

/** Superblocks of version 2 and 3, and object headers of version 2, end in a checksum. */
function withChecksums(bytes) {
  const view = new DataView(bytes.buffer);
  if (bytes[0] === 0x89 && bytes[8] >= 2 && bytes[8] <= 3 && bytes.length >= 48) view.setUint32(44, lookup3(bytes.subarray(0, 44)), true);
  for (let at = bytes.indexOf(0x4f); at >= 0; at = bytes.indexOf(0x4f, at + 1)) {
    if (bytes[at + 1] !== 0x48 || bytes[at + 2] !== 0x44 || bytes[at + 3] !== 0x52) continue;
    const flags = bytes[at + 5];
    const width = 1 << (flags & 3);
    const head = 6 + (flags & 32 ? 16 : 0) + (flags & 16 ? 4 : 0);
    if (width > 4 || at + head + width > bytes.length) continue;
    let size = 0;
    for (let k = width - 1; k >= 0; k--) size = size * 256 + bytes[at + head + k];
    const end = at + head + width + size;
    if (end + 4 <= bytes.length) view.setUint32(end, lookup3(bytes.subarray(at, end)), true);
  }
  return bytes;
}

/** Bob Jenkins' hash lookup3 (hashlittle, 2006), which HDF5 takes for checksums. */
function lookup3(key) {
  let a = (0xdeadbeef + key.length) | 0;
  let b = a;
  let c = a;
  const rot = (x, k) => (x << k) | (x >>> (32 - k));
  const word = (at) => (key[at] ?? 0) | ((key[at + 1] ?? 0) << 8) | ((key[at + 2] ?? 0) << 16) | ((key[at + 3] ?? 0) << 24);
  let at = 0;
  for (; key.length - at > 12; at += 12) {
    a = (a + word(at)) | 0;
    b = (b + word(at + 4)) | 0;
    c = (c + word(at + 8)) | 0;
    a = ((a - c) ^ rot(c, 4)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ rot(a, 6)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ rot(b, 8)) | 0;
    b = (b + a) | 0;
    a = ((a - c) ^ rot(c, 16)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ rot(a, 19)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ rot(b, 4)) | 0;
    b = (b + a) | 0;
  }
  if (key.length === at) return c >>> 0;
  a = (a + word(at)) | 0;
  b = (b + word(at + 4)) | 0;
  c = (c + word(at + 8)) | 0;
  c = ((c ^ b) - rot(b, 14)) | 0;
  a = ((a ^ c) - rot(c, 11)) | 0;
  b = ((b ^ a) - rot(a, 25)) | 0;
  c = ((c ^ b) - rot(b, 16)) | 0;
  a = ((a ^ c) - rot(c, 4)) | 0;
  b = ((b ^ a) - rot(a, 14)) | 0;
  return ((c ^ b) - rot(b, 24)) >>> 0;
}
