/** Mutations that know nothing of the format. Each takes bytes and gives new ones. */
const flipBits = (bytes, draw) => {
  const result = bytes.slice();
  for (let n = 1 + draw.below(draw.pick([2, 8, 64])); n > 0; n--) result[draw.below(result.length)] ^= 1 << draw.below(8);
  return result;
};

const fillRun = (bytes, draw) => {
  const result = bytes.slice();
  const first = draw.below(result.length);
  const value = draw.pick([0, 0xff, 0x7f, 0x80, -1]);
  const end = first + 1 + draw.below(draw.pick([4, 16, 256]));
  for (let i = first; i < Math.min(end, result.length); i++) result[i] = value < 0 ? draw.below(256) : value;
  return result;
};

const truncate = (bytes, draw) => bytes.slice(0, draw.below(bytes.length));

/** A part taken out, repeated, or put elsewhere. */
const moveRun = (bytes, draw) => {
  const first = draw.below(bytes.length);
  const part = bytes.subarray(first, first + 1 + draw.below(draw.pick([8, 64, 1024])));
  const at = draw.below(bytes.length);
  switch (draw.below(3)) {
    case 0:
      return join(bytes.subarray(0, first), bytes.subarray(first + part.length));
    case 1:
      return join(bytes.subarray(0, at), part, bytes.subarray(at));
    default:
      return join(bytes.subarray(0, at), part, bytes.subarray(Math.min(bytes.length, at + part.length)));
  }
};

/** What stands in four or eight bytes is often a length, a count or an address. */
const changeNumber = (bytes, draw) => {
  const result = bytes.slice();
  const width = draw.pick([1, 2, 4, 8]);
  if (result.length < width) return result;
  const at = draw.below(result.length - width + 1);
  const view = new DataView(result.buffer, result.byteOffset, result.length);
  const odd = draw.pick([0n, 1n, 0x7fn, 0xffn, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn, 2n ** 40n, 2n ** 63n - 1n, 2n ** 64n - 1n]);
  for (let i = 0; i < width; i++) view.setUint8(at + i, Number((odd >> BigInt(8 * i)) & 255n));
  return result;
};

const splice = (bytes, draw, others) => {
  const other = draw.pick(others);
  const cut = draw.below(bytes.length + 1);
  return join(bytes.subarray(0, cut), other.subarray(draw.chance(0.5) ? Math.min(cut, other.length) : draw.below(other.length + 1)));
};

const noise = (bytes, draw) => {
  const length = draw.below(draw.pick([16, 512, 4096]));
  const head = bytes.subarray(0, draw.pick([0, 4, 8, 64]));
  return join(
    head,
    Uint8Array.from({ length }, () => draw.below(256)),
  );
};

const KINDS = [flipBits, flipBits, fillRun, changeNumber, changeNumber, moveRun, truncate, splice, noise];

/** One to three of the mutations. `others`: files to splice with. */
export function mutateBytes(bytes, draw, others) {
  let result = bytes;
  for (let n = draw.pick([1, 1, 1, 2, 3]); n > 0 && result.length > 0; n--) result = draw.pick(KINDS)(result, draw, others);
  return result;
}

export function join(...parts) {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
