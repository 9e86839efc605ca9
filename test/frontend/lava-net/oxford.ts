import { readFileSync } from 'node:fs';
import { readNpy } from '../../../src/frontend/datasets/npy.ts';
import { decodeNumbers } from '../../../src/frontend/datasets/numbers.ts';
import { roundHalfEven } from '../../../src/ir/round.ts';

const FOLDER = 'test/fixtures/lava-oxford';
/** The last spike of the ground truth is in step 1887. */
export const OXFORD_STEPS = 1890;
export const OXFORD_NEURONS = 200;

export const oxfordModel = (): Uint8Array => readFileSync(`${FOLDER}/network.net`);

/** Rows of (neuron, 0, milliseconds) as spikes [step, neuron]; times are rounded to the nearest millisecond, halves to even. */
function rasterOf(name: string): Float32Array {
  const { data, element, shape } = readNpy(readFileSync(`${FOLDER}/${name}.npy`), { file: name, item: name });
  const rows = new Float64Array(shape[0] * 3);
  decodeNumbers(data, element, rows);
  const raster = new Float32Array(OXFORD_STEPS * OXFORD_NEURONS);
  for (let i = 0; i < rows.length; i += 3) raster[roundHalfEven(rows[i + 2]) * OXFORD_NEURONS + rows[i]] = 1;
  return raster;
}

export const oxfordInput = (): Float32Array => rasterOf('input');
export const oxfordTruth = (): Float32Array => rasterOf('ground_truth');
