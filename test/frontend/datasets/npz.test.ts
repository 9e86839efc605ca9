import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { codes, open, refusal } from './open.ts';

/** A .npy file, by numpy.lib.format; `length` bytes of data unless the data are given. */
function npy(descr: string, shape: string, data: Uint8Array, order = 'False', version = 1): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`.padEnd(117, ' ').concat('\n');
  const size = version === 1 ? [header.length & 255, header.length >> 8] : [header.length & 255, header.length >> 8, 0, 0];
  return Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, ...size, ...new TextEncoder().encode(header), ...data]);
}

const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const ramp = Array.from({ length: 16 }, (_, i) => i);
const features = npy('<f4', '(2, 4, 2)', bytesOf(Float32Array.from(ramp)));
const labels = npy('<i8', '(2,)', bytesOf(BigInt64Array.of(1n, 2n)));
const bigEndian = new Uint8Array(32);
ramp.forEach((value, i) => {
  new DataView(bigEndian.buffer).setInt16(2 * i, value);
});

describe('a lone .npy array', () => {
  it('is features without labels', async () => {
    const source = await open(features);
    expect(source.count).toBe(2);
    expect([...source.clip(0).features, ...source.clip(1).features]).toEqual(ramp);
    expect(source.clip(1).label).toBeNull();
  });

  it('of another shape is refused', async () => {
    expect(codes(await refusal(npy('<f4', '(4, 4)', bytesOf(Float32Array.from(ramp)))))).toEqual(['data-shape-mismatch']);
    expect(codes(await refusal(features.subarray(0, 100)))).toEqual(['data-malformed']);
  });
});

describe('.npz with dense features', () => {
  it.each([
    ['stored', 0],
    ['compressed', 6],
  ] as const)('gives clips, %s', async (_, level) => {
    const source = await open(zipSync({ 'features.npy': features, 'labels.npy': labels }, { level }));
    expect(source).toMatchObject({ count: 2, channels: 2, framing: null, classNames: null });
    expect(source.clip(1)).toEqual({
      steps: 4,
      channels: 2,
      features: Float32Array.of(8, 9, 10, 11, 12, 13, 14, 15),
      valid: Uint8Array.of(1, 1, 1, 1),
      label: 2,
    });
  });

  it.each([
    ['float64', npy('<f8', '(2, 4, 2)', bytesOf(Float64Array.from(ramp)))],
    ['int64', npy('<i8', '(2, 4, 2)', bytesOf(BigInt64Array.from(ramp, BigInt)))],
    ['uint8', npy('|u1', '(2, 4, 2)', Uint8Array.from(ramp))],
    ['big-endian int16', npy('>i2', '(2, 4, 2)', bigEndian)],
    ['format version 2', npy('<f4', '(2, 4, 2)', bytesOf(Float32Array.from(ramp)), 'False', 2)],
  ])('reads %s, and needs no labels', async (_, array) => {
    const source = await open(zipSync({ 'features.npy': array }));
    expect([...source.clip(0).features, ...source.clip(1).features]).toEqual(ramp);
    expect(source.clip(0).label).toBeNull();
  });

  it('reads an array whose first axis is the fastest', async () => {
    const columns = Float32Array.from(ramp, (_, i) => 8 * (i % 2) + 2 * ((i >> 1) % 4) + (i >> 3));
    const source = await open(zipSync({ 'features.npy': npy('<f4', '(2, 4, 2)', bytesOf(columns), 'True') }));
    expect([...source.clip(0).features, ...source.clip(1).features]).toEqual(ramp);
  });

  it('reads bool as 0 and 1', async () => {
    const source = await open(zipSync({ 'features.npy': npy('|b1', '(1, 4, 2)', Uint8Array.of(1, 0, 0, 1, 1, 1, 0, 0)) }));
    expect([...source.clip(0).features]).toEqual([1, 0, 0, 1, 1, 1, 0, 0]);
  });

  it.each([
    ['no features', { 'x.npy': features }, ['data-foreign']],
    ['another number of steps', { 'features.npy': npy('<f4', '(1, 8, 2)', bytesOf(Float32Array.from(ramp))) }, ['data-shape-mismatch']],
    [
      'more labels than clips',
      { 'features.npy': features, 'labels.npy': npy('|u1', '(3,)', Uint8Array.of(0, 1, 2)) },
      ['data-labels-mismatch'],
    ],
    ['labels on two axes', { 'features.npy': features, 'labels.npy': npy('|u1', '(2, 1)', Uint8Array.of(0, 1)) }, ['data-labels-mismatch']],
    [
      'a label beyond the classes',
      { 'features.npy': features, 'labels.npy': npy('|u1', '(2,)', Uint8Array.of(0, 3)) },
      ['data-label-range'],
    ],
    ['an infinite feature', { 'features.npy': npy('<f4', '(1, 4, 2)', bytesOf(new Float32Array(8).fill(Infinity))) }, ['data-malformed']],
    ['Python objects', { 'features.npy': npy('|O', '(2, 4, 2)', new Uint8Array(128)) }, ['data-malformed']],
    ['text', { 'features.npy': npy('<U2', '(2, 4, 2)', new Uint8Array(128)) }, ['data-malformed']],
    ['less data than the shape says', { 'features.npy': features.subarray(0, features.length - 4) }, ['data-malformed']],
    ['a shape of astronomic size', { 'features.npy': npy('<f4', '(99999999999, 4, 2)', new Uint8Array(64)) }, ['data-malformed']],
    ['no .npy header', { 'features.npy': new Uint8Array(64) }, ['data-malformed']],
    ['a cut header', { 'features.npy': features.subarray(0, 40) }, ['data-malformed']],
  ])('refuses %s', async (_, entries, expected) => {
    expect(codes(await refusal(zipSync(entries)))).toEqual(expected);
  });

  it('refuses an archive that claims more than deflate can hold, before inflating it', async () => {
    const archive = zipSync({ 'features.npy': features });
    const central = archive.findIndex(
      (_, i) => archive[i] === 0x50 && archive[i + 1] === 0x4b && archive[i + 2] === 1 && archive[i + 3] === 2,
    );
    new DataView(archive.buffer).setUint32(central + 24, 2_000_000_000, true);
    expect(codes(await refusal(archive))).toEqual(['data-too-large']);
  });

  it('refuses a cut or empty archive', async () => {
    const archive = zipSync({ 'features.npy': features, 'labels.npy': labels });
    for (let length = 4; length < archive.length; length += 37) {
      expect(codes(await refusal(archive.subarray(0, length))), `${length} bytes`).toEqual(['data-malformed']);
    }
    expect(codes(await refusal(zipSync({})))).toEqual(['data-foreign']);
  });
});
