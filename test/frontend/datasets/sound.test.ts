import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadMelFrontEnd, melFilters } from '../../../src/frontend/datasets/mel.ts';
import { loadWavReader } from '../../../src/frontend/datasets/wav.ts';
import { bytesOf, chirp, sample, wav } from './make-files.ts';
import { codes, open, refusal } from './open.ts';

interface Golden {
  readonly rate: number;
  readonly samples: number;
  readonly hop: number;
  readonly bands: number;
  readonly frames: number;
  readonly empty: number;
  readonly sum: number;
  readonly values: readonly (readonly [number, number, number])[];
}
const golden = JSON.parse(readFileSync(new URL('../../fixtures/mel/golden.json', import.meta.url), 'utf8')) as readonly Golden[];
const MEL_MODEL = { timesteps: 101, channels: 140, classes: 3, file: 'one.wav' };

describe('spectra of sounds', () => {
  it.each(golden)('are those of PyTorch: $samples samples at $rate Hz, $bands bands, a frame every $hop samples', async (expected) => {
    const { samples, rate, hop, bands, frames, sum, values } = expected;
    const wavReader = await loadWavReader();
    const decibels = (await loadMelFrontEnd(bands, hop))(wavReader.read(chirp(samples, rate), { file: 'chirp' }));
    expect(decibels).toHaveLength(frames * bands);
    for (const [frame, band, value] of values) expect(decibels[frame * bands + band]).toBeCloseTo(value, 4);
    expect(decibels.reduce((total, value) => total + value, 0) / sum).toBeCloseTo(1, 6);
  });

  it.each(golden)('have as many empty bands: $bands', ({ bands, empty }) => {
    expect(melFilters(bands).filter(({ weights }) => weights.length === 0)).toHaveLength(empty);
  });
});

describe('a WAV file', () => {
  const values = [0, 0.5, -0.5, 0.25];
  it.each([
    ['8 bits', wav(Uint8Array.of(128, 192, 64, 160), { bits: 8 })],
    ['16 bits', wav(bytesOf(Int16Array.from(values, (v) => v * 2 ** 15)))],
    ['24 bits', wav(Uint8Array.of(0, 0, 0, 0, 0, 0x40, 0, 0, 0xc0, 0, 0, 0x20), { bits: 24 })],
    ['32 bits', wav(bytesOf(Int32Array.from(values, (v) => v * 2 ** 31)), { bits: 32 })],
    ['floats', wav(bytesOf(Float32Array.from(values)), { bits: 32, format: 3 })],
    ['doubles', wav(bytesOf(Float64Array.from(values)), { bits: 64, format: 3 })],
    ['two channels, averaged', wav(bytesOf(Int16Array.from([0, 0, 32767, 1, -16384, -16384, 16384, 0])), { channels: 2 })],
  ])('of %s is read', async (_, bytes) => {
    const sound = (await loadWavReader()).read(bytes, { file: 'x' });
    expect(sound.rate).toBe(16_000);
    expect([...sound.samples]).toEqual(values);
  });

  it('is one clip without a label, and says how it was framed', async () => {
    const source = await open(chirp(16_000, 16_000), MEL_MODEL);
    expect(source).toMatchObject({
      count: 1,
      realValued: true,
      binMs: 10,
      framing: expect.stringContaining('140 mel bands from 50 Hz to 14 kHz'),
    });
    const clip = source.clip(0);
    expect(clip.label).toBeNull();
    expect(clip.features[0]).toBeCloseTo(golden[0].values[0][2], 4);
    expect(clip.valid.every((step) => step === 1)).toBe(true);
  });

  it('may have another number of frames', async () => {
    const source = await open(chirp(8000, 8000), { ...MEL_MODEL, timesteps: 41, binMs: 25 });
    expect(source.clip(0).features).toHaveLength(41 * 140);
  });

  it.each([
    ['cut off', chirp(100, 16_000).subarray(0, 100), 'data-malformed'],
    ['cut off in its header', chirp(100, 16_000).subarray(0, 30), 'data-malformed'],
    ['claiming gigabytes', wav(new Uint8Array(8), { claimed: 2 ** 31 }), 'data-malformed'],
    ['without samples', wav(new Uint8Array(0)), 'data-empty'],
    ['in mu-law', wav(new Uint8Array(8), { bits: 8, format: 7 }), 'data-foreign'],
    ['of 12 bits', wav(new Uint8Array(12), { bits: 12 }), 'data-foreign'],
    ['without channels', wav(new Uint8Array(8), { channels: 0 }), 'data-malformed'],
    ['at no rate', wav(new Uint8Array(8), { rate: 0 }), 'data-malformed'],
    ['at a rate of gigahertz', wav(new Uint8Array(8), { rate: 2 ** 31 }), 'data-malformed'],
    ['with half a sample', wav(new Uint8Array(7)), 'data-malformed'],
    ['with a sample that is no number', wav(bytesOf(Float32Array.of(0, Number.NaN)), { bits: 32, format: 3 }), 'data-malformed'],
    ['big-endian', chirp(8, 8000).map((byte, i) => (i === 3 ? 0x58 : byte)), 'data-foreign'],
  ])('%s is refused', async (_, bytes, code) => {
    expect(codes(await refusal(bytes, MEL_MODEL))).toEqual([code]);
  });

  it('that has other frames than the model is refused, with the frame width that fits', async () => {
    const [diagnostic] = await refusal(chirp(10, 8000), { ...MEL_MODEL, timesteps: 41 });
    expect(diagnostic).toMatchObject({ code: 'data-shape-mismatch', help: expect.stringContaining('--bin-ms 25 ') });
    expect(codes(await refusal(chirp(10, 8000), { ...MEL_MODEL, binMs: 0.3 }))).toEqual(['bad-arguments']);
  });

  it('is the sound that it was made of', async () => {
    const { samples } = (await loadWavReader()).read(chirp(2000, 44_100), { file: 'x' });
    expect([...samples]).toEqual(Array.from({ length: 2000 }, (_, i) => sample(i) / 32768));
  });
});
