import type { SynapseTable } from '../../simulator/sana-fe/net.ts';
import type { JsonValue } from '../json.ts';
import { LIMITS, VALUE } from './limits.ts';

interface Kernel {
  readonly width: number;
  readonly height: number;
  readonly strideX: number;
  readonly strideY: number;
}

const KEYS = [
  'input_width',
  'input_height',
  'input_channels',
  'kernel_width',
  'kernel_height',
  'kernel_count',
  'stride_width',
  'stride_height',
  'weights',
];

/**
 * A convolution without padding; neurons lie [channel][y][x], weights [ky][kx][channel in][channel out]:
 *   out[f][y][x] receives weights[ky][kx][c][f] from in[c][y * stride + ky][x * stride + kx]
 * Every weight inside the input is a synapse, zeros too.
 */
export function readConvolution(json: JsonValue, common: readonly string[], sources: number, targets: number): SynapseTable {
  json.onlyKeys([...common, ...KEYS]);
  const read = (key: string): number => json.get(key).integer(1, LIMITS.neurons);
  const [width, height, channels] = [read('input_width'), read('input_height'), read('input_channels')];
  const kernel: Kernel = {
    width: read('kernel_width'),
    height: read('kernel_height'),
    strideX: read('stride_width'),
    strideY: read('stride_height'),
  };
  const filters = read('kernel_count');
  const outWidth = Math.floor((width - kernel.width) / kernel.strideX) + 1;
  const outHeight = Math.floor((height - kernel.height) / kernel.strideY) + 1;
  if (outWidth < 1 || outHeight < 1) json.fail('has a kernel that is larger than its input');
  if (width * height * channels !== sources) json.fail(`reads ${width} x ${height} x ${channels} neurons; pre has ${sources}`);
  if (outWidth * outHeight * filters !== targets) json.fail(`gives ${outWidth} x ${outHeight} x ${filters} neurons; post has ${targets}`);
  const taps = kernel.width * kernel.height * channels;
  if (taps * targets > LIMITS.synapses) json.fail(`has ${taps * targets} synapses; at most ${LIMITS.synapses} are run`);
  const weights = json.get('weights').numbers(taps * filters, ...VALUE);
  const rows: number[][] = [];
  const placed: number[][] = [];
  const first = new Int32Array(sources + 1);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [row, at]: [number[], number[]] = [[], []];
        for (const [ky, outY] of tapsOf(y, kernel.height, kernel.strideY, outHeight)) {
          for (const [kx, outX] of tapsOf(x, kernel.width, kernel.strideX, outWidth)) {
            for (let f = 0; f < filters; f++) {
              row.push((f * outHeight + outY) * outWidth + outX);
              at.push(((ky * kernel.width + kx) * channels + c) * filters + f);
            }
          }
        }
        first[rows.push(row)] = row.length;
        placed.push(at);
      }
    }
  }
  for (let i = 0; i < sources; i++) first[i + 1] += first[i];
  return { first, target: Int32Array.from(rows.flat()), weight: Float64Array.from(placed.flat(), (at) => weights[at]) };
}

/** Which taps of a kernel see position `at` along an axis, and from which output. */
function tapsOf(at: number, length: number, stride: number, outputs: number): [tap: number, output: number][] {
  const taps: [number, number][] = [];
  for (let tap = 0; tap < length; tap++) {
    const output = (at - tap) / stride;
    if (Number.isInteger(output) && output >= 0 && output < outputs) taps.push([tap, output]);
  }
  return taps;
}
