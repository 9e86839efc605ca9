import { randomBelow, seededRandom } from '../../../src/targets/mapping/random.ts';

/** Neurons that read all layers, and send nothing. */
export const READOUT = 100;

/** A population and what it receives: from all of another, or from the neighbourhood of the same place. */
export interface Layer {
  readonly neurons: number;
  readonly inputs: readonly { readonly from: number; readonly radius: number | null }[];
}

/**
 * A layered network of so many neurons: each layer reads the one before, some through a window like a convolution, some of them recurrent
 * or with a shortcut over layers; the last is a small read-out that all layers send to.
 */
export function layeredNetwork(neurons: number, layers: number, seed: number): readonly Layer[] {
  const random = seededRandom(seed);
  const shares = Array.from({ length: layers }, () => 1 + randomBelow(random, 4));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const sizes = shares.map((share) => Math.floor(((neurons - READOUT) * share) / total));
  sizes[0] += neurons - READOUT - sizes.reduce((sum, size) => sum + size, 0);
  const hidden = sizes.map((size, layer): Layer => {
    const inputs: { from: number; radius: number | null }[] = [];
    if (layer > 0) inputs.push({ from: layer - 1, radius: randomBelow(random, 3) === 0 ? null : 0.02 + random() / 10 });
    if (randomBelow(random, 3) === 0) inputs.push({ from: layer, radius: 0.03 });
    if (layer > 2 && randomBelow(random, 3) === 0) inputs.push({ from: randomBelow(random, layer - 2), radius: 0.05 });
    return { neurons: size, inputs };
  });
  return [...hidden, { neurons: READOUT, inputs: sizes.map((_, from) => ({ from, radius: null })) }];
}
