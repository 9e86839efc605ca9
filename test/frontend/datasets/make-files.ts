import type { DataFolder } from '../../../src/frontend/datasets/index.ts';

/** The sound of the golden spectra: sample i, a whole number within 16 bits. */
export const sample = (i: number): number => ((7 * i * i + 131 * i) % 20011) - 10005;

interface WavShape {
  readonly rate?: number;
  readonly bits?: number;
  readonly channels?: number;
  readonly format?: number;
  /** Bytes of samples that the header claims, where it lies. */
  readonly claimed?: number;
}

/** A WAV file around bytes of samples, by the RIFF specification. */
export function wav(
  data: Uint8Array,
  { rate = 16_000, bits = 16, channels = 1, format = 1, claimed = data.length }: WavShape = {},
): Uint8Array {
  const bytes = new Uint8Array(44 + data.length);
  const view = new DataView(bytes.buffer);
  const text = (at: number, name: string) => bytes.set(new TextEncoder().encode(name), at);
  text(0, 'RIFF');
  view.setUint32(4, 36 + claimed, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, format, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, (rate * channels * bits) / 8, true);
  view.setUint16(32, (channels * bits) / 8, true);
  view.setUint16(34, bits, true);
  text(36, 'data');
  view.setUint32(40, claimed, true);
  bytes.set(data, 44);
  return bytes;
}

export const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** The sound of the golden spectra as a file of 16 bits. */
export const chirp = (samples: number, rate: number): Uint8Array =>
  wav(bytesOf(Int16Array.from({ length: samples }, (_, i) => sample(i))), { rate });

/** [x, y, polarity, microseconds] */
export type Pixel = readonly [number, number, number, number];

/** N-MNIST: 40 bits an event. */
export const nmnist = (events: readonly Pixel[]): Uint8Array =>
  Uint8Array.from(events.flatMap(([x, y, p, us]) => [x, y, (p << 7) | (us >> 16), (us >> 8) & 255, us & 255]));

/** AEDAT 2.0 of a DVS128: words [address, microseconds], big-endian. */
export function aedat2(words: readonly (readonly [number, number])[], header = '#!AER-DAT2.0\r\n# a comment\r\n'): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(text.length + 8 * words.length);
  bytes.set(text);
  const view = new DataView(bytes.buffer, text.length);
  words.forEach(([address, us], j) => {
    view.setUint32(8 * j, address);
    view.setInt32(8 * j + 4, us);
  });
  return bytes;
}

/** A packet of AEDAT 3.1: its kind, and [data word, microseconds] of each event. */
export function packet(
  kind: number,
  words: readonly (readonly [number, number])[],
  { overflow = 0, count = words.length } = {},
): Uint8Array {
  const bytes = new Uint8Array(28 + 8 * words.length);
  const view = new DataView(bytes.buffer);
  view.setInt16(0, kind, true);
  [8, 4, overflow, count, count, count].forEach((value, i) => {
    view.setInt32(4 + 4 * i, value, true);
  });
  words.forEach(([data, us], j) => {
    view.setUint32(28 + 8 * j, data, true);
    view.setInt32(32 + 8 * j, us, true);
  });
  return bytes;
}

/** The data word of a valid polarity event of AEDAT 3.1. */
export const pixelWord = (x: number, y: number, polarity: number): number => ((x << 17) | (y << 2) | (polarity << 1) | 1) >>> 0;

export function aedat3(packets: readonly Uint8Array[]): Uint8Array {
  const header = new TextEncoder().encode('#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#!END-HEADER\r\n');
  return Uint8Array.from([header, ...packets].flatMap((part) => [...part]));
}

/** A folder in memory; `reads` counts how often each file was read. */
export function folderOf(files: Readonly<Record<string, Uint8Array | string>>): DataFolder & { readonly reads: Map<string, number> } {
  const reads = new Map<string, number>();
  return {
    files: Object.keys(files).sort(),
    reads,
    read: (path) => {
      const content = files[path];
      if (content === undefined) throw new Error(`no ${path}`);
      reads.set(path, (reads.get(path) ?? 0) + 1);
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
  };
}
