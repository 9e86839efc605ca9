import { buildHdf5 } from '../ir/hdf5/build-hdf5.ts';
import type { SpikeRows } from './spikes-npz.ts';

interface Recording {
  readonly clips: number;
  readonly steps: number;
  /** Seconds of a step; 1 where the model has none: then times count steps. */
  readonly timestepS: number;
  readonly sizeOf: (population: string) => number;
}

/**
 * The spikes as NIRData (nir 1.0.7, `nir.read_data`): EventData of each population, rows of a clip filled up with neuron -1 at infinity. A
 * spike is at the beginning of its step.
 */
export const encodeNirData = (spikes: SpikeRows, { clips, steps, timestepS, sizeOf }: Recording): Promise<Uint8Array> =>
  buildHdf5((root) => {
    root.create_attribute('__type__', 'NIRGraphData', [], 'S');
    const nodes = root.create_group('nodes');
    for (const [population, rasters] of spikes) {
      const node = nodes.create_group(
        population
          .split('/')
          .filter((part) => part !== '')
          .join('.'),
      );
      node.create_attribute('__type__', 'NIRNodeData', [], 'S');
      const events = node.create_group('observables').create_group('spikes');
      const most = rasters.reduce((longest, [, raster]) => Math.max(longest, raster.length / 2), 0);
      // A dataset without elements is none that h5wasm writes.
      const width = Math.max(1, most);
      const idx = new BigInt64Array(clips * width).fill(-1n);
      const time = new Float64Array(clips * width).fill(Number.POSITIVE_INFINITY);
      for (const [clip, raster] of rasters) {
        for (let k = 0; k < raster.length / 2; k++) {
          time[clip * width + k] = raster[2 * k] * timestepS;
          idx[clip * width + k] = BigInt(raster[2 * k + 1]);
        }
      }
      events.create_attribute('__type__', 'EventData', [], 'S');
      events.create_attribute('n_neurons', BigInt64Array.of(BigInt(sizeOf(population))), [], '<q');
      events.create_attribute('t_max', Float64Array.of(steps * timestepS), [], '<d');
      events.create_dataset({ name: 'idx', data: idx, shape: [clips, width], dtype: '<q' });
      events.create_dataset({ name: 'time', data: time, shape: [clips, width], dtype: '<d' });
    }
  });
