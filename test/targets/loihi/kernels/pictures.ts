import fc from 'fast-check';
import type { Network, NetworkNode, Projection } from '../../../../src/ir/network.ts';
import type { Synapses } from '../../../../src/ir/synapses.ts';
import { type Random, randomBelow, seededRandom } from '../../../../src/targets/mapping/random.ts';
import { dense, evenWeights, input, LIF, population, projection, readout, scheduled } from '../../networks.ts';

/** Small networks over space, their kernels written out by the loops of the definition; neurons place after place, all channels of a place together. */

interface Picture {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export interface Kernel {
  readonly channels: number;
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly groups: number;
  /** Of target channel, source channel within the group, row, column. */
  weight(to: number, from: number, row: number, column: number): number;
}

/** 3 x 3 from all channels to four, every place, borders included; but for `shape`. */
export const kernel = (shape: Partial<Kernel>): Kernel => ({
  channels: 4,
  size: 3,
  stride: 1,
  padding: 1,
  dilation: 1,
  groups: 1,
  weight: () => 2,
  ...shape,
});

const sizeOf = ({ channels, height, width }: Picture): number => channels * height * width;
const at = ({ channels, width }: Picture, channel: number, y: number, x: number): number => (y * width + x) * channels + channel;

const reach = (length: number, { size, stride, padding, dilation }: Kernel): number =>
  Math.floor((length + 2 * padding - dilation * (size - 1) - 1) / stride) + 1;

/** What a kernel makes of a picture; null where nothing is left of it. */
export function targetOf(source: Picture, kernel: Kernel): Picture | null {
  const target = { channels: kernel.channels, height: reach(source.height, kernel), width: reach(source.width, kernel) };
  return target.height > 0 && target.width > 0 ? target : null;
}

/** Every synapse by itself. */
export function writtenOut(source: Picture, target: Picture, kernel: Kernel): Synapses {
  const [fromEach, toEach] = [source.channels / kernel.groups, kernel.channels / kernel.groups];
  const [sourceIndex, targetIndex, weights]: [number[], number[], number[]] = [[], [], []];
  for (let to = 0; to < target.channels; to++) {
    for (let y = 0; y < target.height; y++) {
      for (let x = 0; x < target.width; x++) {
        for (let from = 0; from < fromEach; from++) {
          for (let row = 0; row < kernel.size; row++) {
            for (let column = 0; column < kernel.size; column++) {
              const sourceY = y * kernel.stride - kernel.padding + row * kernel.dilation;
              const sourceX = x * kernel.stride - kernel.padding + column * kernel.dilation;
              if (sourceY < 0 || sourceY >= source.height || sourceX < 0 || sourceX >= source.width) continue;
              sourceIndex.push(at(source, Math.floor(to / toEach) * fromEach + from, sourceY, sourceX));
              targetIndex.push(at(target, to, y, x));
              weights.push(kernel.weight(to, from, row, column));
            }
          }
        }
      }
    }
  }
  return {
    kind: 'sparse',
    sources: sizeOf(source),
    targets: sizeOf(target),
    sourceIndex: Int32Array.from(sourceIndex),
    targetIndex: Int32Array.from(targetIndex),
    weights: Int16Array.from(weights),
    delays: null,
  };
}

/** A picture of spikes, the kernels one behind the other, and a read-out of all that is left. */
export function chainOf(first: Picture, kernels: readonly Kernel[], steps: number, random: Random): Network {
  const nodes: NetworkNode[] = [input('in', sizeOf(first)), population('first', sizeOf(first), { neuron: LIF })];
  const projections: Projection[] = [
    projection('in', 'first', {
      kind: 'one-to-one',
      sources: sizeOf(first),
      targets: sizeOf(first),
      weights: evenWeights(random, sizeOf(first)),
    }),
  ];
  let [picture, name] = [first, 'first'];
  kernels.forEach((kernel, i) => {
    const target = targetOf(picture, kernel);
    if (target === null) return;
    const next = `k${i}`;
    nodes.push(population(next, sizeOf(target), { neuron: { ...LIF, thresholdMantissa: 1 + randomBelow(random, 60) } }));
    projections.push(projection(name, next, writtenOut(picture, target, kernel)));
    [picture, name] = [target, next];
  });
  projections.push(projection(name, 'out', dense(sizeOf(picture), 3, evenWeights(random, 3 * sizeOf(picture)))));
  nodes.push(readout('out', 3));
  return scheduled(nodes, projections, 'out', steps);
}

const drawnKernel = fc.record({
  kind: fc.constantFrom('full', 'depthwise', 'pooling'),
  channels: fc.integer({ min: 1, max: 4 }),
  size: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 2 }),
  padding: fc.nat(1),
  dilation: fc.integer({ min: 1, max: 2 }),
  odd: fc.boolean(),
});

/** Random convolutions: strides, padding, dilation, groups, pooling. */
export const randomPicture: fc.Arbitrary<Network> = fc
  .record({
    channels: fc.integer({ min: 1, max: 4 }),
    height: fc.integer({ min: 3, max: 7 }),
    width: fc.integer({ min: 3, max: 7 }),
    kernels: fc.array(drawnKernel, { minLength: 1, maxLength: 3 }),
    seed: fc.nat(1_000_000),
  })
  .map(({ channels, height, width, kernels, seed }) => {
    const random = seededRandom(seed);
    let from = channels;
    const made = kernels.map(({ kind, channels: wanted, odd, ...shape }): Kernel => {
      const groups = kind === 'full' ? 1 : from;
      const to = kind === 'full' ? wanted : from;
      const weights = kind === 'pooling' ? null : weightsOf(to * (from / groups) * shape.size ** 2, odd, random);
      const fromEach = from / groups;
      from = to;
      return {
        ...shape,
        channels: to,
        groups,
        weight: (c, s, row, column) => weights?.[((c * fromEach + s) * shape.size + row) * shape.size + column] ?? 40,
      };
    });
    return chainOf({ channels, height, width }, made, 6, random);
  });

/** Even ones of both signs, or any that are positive. */
const weightsOf = (length: number, odd: boolean, random: Random): Int16Array =>
  odd ? Int16Array.from({ length }, () => randomBelow(random, 120)) : evenWeights(random, length, 160);
