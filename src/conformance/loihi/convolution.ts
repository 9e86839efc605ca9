import type { SynapseTable } from '../../simulator/loihi/emulator.ts';
import { MalformedVector } from '../json.ts';
import { SynapseBuilder } from './synapses.ts';
import { LIMITS } from './vector.ts';

export type Pair = readonly [number, number];
export type Shape = readonly [number, number, number];

/** A convolution in Lava's layout: flat indices run over (x, y, channel), weight(f, kx, ky, c) with c counted inside the group. */
export interface Convolution {
  readonly inputShape: Shape;
  readonly outputChannels: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  readonly weight: (f: number, kx: number, ky: number, c: number) => number;
}

/** [width, height, channels] of what a convolution gives. */
export function outputShape({ inputShape, outputChannels, kernel, stride, padding, dilation }: Convolution): Shape {
  const length = (axis: 0 | 1): number =>
    Math.floor((inputShape[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
  return [length(0), length(1), outputChannels];
}

/**
 * The synapses of a true convolution, the kernel flipped:
 *   a[x, y, f] = sum over i, j, c of weight[f][Kx-1-i][Ky-1-j][c] * padded[x * sx + i * dx, y * sy + j * dy, c]
 * (lava-nc/lava, conv/utils.py). Shared weights are written out; a weight of 0 is no synapse.
 */
export function unrollConvolution(convolution: Convolution): SynapseTable {
  const { inputShape, outputChannels, kernel, stride, padding, dilation, groups, weight } = convolution;
  const [width, height, channels] = outputShape(convolution);
  const [groupInputs, groupOutputs] = [inputShape[2] / groups, outputChannels / groups];
  if (!Number.isInteger(groupInputs) || !Number.isInteger(groupOutputs))
    throw new MalformedVector(`conv: ${groups} groups do not divide the channels`);
  if (width < 1 || height < 1) throw new MalformedVector('conv: the kernel is larger than the padded input');
  if (width * height * channels * kernel[0] * kernel[1] * groupInputs > LIMITS.synapses)
    throw new MalformedVector('conv: too many synapses');
  const builder = new SynapseBuilder(inputShape[0] * inputShape[1] * inputShape[2]);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      for (let i = 0; i < kernel[0]; i++) {
        for (let j = 0; j < kernel[1]; j++) {
          const [ix, iy] = [x * stride[0] + i * dilation[0] - padding[0], y * stride[1] + j * dilation[1] - padding[1]];
          if (ix < 0 || iy < 0 || ix >= inputShape[0] || iy >= inputShape[1]) continue;
          for (let f = 0; f < channels; f++) {
            const firstChannel = Math.floor(f / groupOutputs) * groupInputs;
            for (let c = 0; c < groupInputs; c++) {
              const w = weight(f, kernel[0] - 1 - i, kernel[1] - 1 - j, c);
              if (w === 0) continue;
              builder.add((ix * inputShape[1] + iy) * inputShape[2] + firstChannel + c, (x * height + y) * channels + f, w, 0);
            }
          }
        }
      }
    }
  }
  return builder.finish();
}
