import { zipSync } from 'fflate';

/** Spikes of several clips: population -> rows of (clip, step, neuron). */
export type SpikeRows = ReadonlyMap<string, readonly (readonly [clip: number, raster: Int32Array])[]>;

/** A fixed date keeps the archive's bytes the same on every run. */
const ARCHIVE_DATE = new Date('1980-01-01T00:00:00');

/** `spikes.npz`: one int32 array [spikes, 3] a population with rows (clip, step, neuron), as numpy.load reads it. */
export function encodeSpikes(spikes: SpikeRows): Uint8Array {
  const entries: Record<string, Uint8Array> = {};
  for (const [population, clips] of spikes) entries[`${population.replaceAll('/', '.')}.npy`] = encodeNpy(clips);
  return zipSync(entries, { mtime: ARCHIVE_DATE });
}

function encodeNpy(clips: readonly (readonly [number, Int32Array])[]): Uint8Array {
  const rows = clips.reduce((sum, [, raster]) => sum + raster.length / 2, 0);
  const head = `{'descr': '<i4', 'fortran_order': False, 'shape': (${rows}, 3), }`;
  // magic, version 1.0, header length; the header is padded so that data begin at a multiple of 64 and it ends in a newline.
  const length = Math.ceil((10 + head.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + length + rows * 12);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  bytes.set(new TextEncoder().encode(`${head.padEnd(length - 1)}\n`), 10);
  const view = new DataView(bytes.buffer);
  let at = 10 + length;
  for (const [clip, raster] of clips) {
    for (let i = 0; i < raster.length; i += 2) {
      view.setInt32(at, clip, true);
      view.setInt32(at + 4, raster[i], true);
      view.setInt32(at + 8, raster[i + 1], true);
      at += 12;
    }
  }
  return bytes;
}
