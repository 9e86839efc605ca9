/** A block of keys: those that agree with `key` where `mask` is set. Unsigned 32-bit integers. */
export interface KeyBlock {
  readonly key: number;
  readonly mask: number;
}

/** Keys of a population: one block covers all of it, and each of its slices has one of its own in there. */
export interface PopulationKeys extends KeyBlock {
  /** Neuron i of a slice sends `key | i`. */
  readonly slices: readonly KeyBlock[];
}

/** Widths of the three fields of a key: population, slice, neuron. */
interface Fields {
  readonly sliceBits: number;
  readonly neuronBits: number;
}

const KEY_BITS = 32;

/**
 * Keys population | slice | neuron. All populations take the same fields where they fit in 32 bits, as wide as the largest needs (the idea
 * of PACMAN zoned_routing_info_allocator.py): equal fields are what lets compression merge across populations. Where they do not fit, each
 * population splits its own block, and the largest blocks come first, which leaves no gap.
 *
 * `sizes`: neurons of each slice of each population, at least one of each. Returns null where there are not enough keys.
 */
export function allocateKeys(sizes: readonly (readonly number[])[]): readonly PopulationKeys[] | null {
  const own = sizes.map((slices): Fields => ({ sliceBits: bitsFor(slices.length), neuronBits: bitsFor(Math.max(...slices)) }));
  const common: Fields = {
    sliceBits: Math.max(0, ...own.map(({ sliceBits }) => sliceBits)),
    neuronBits: Math.max(0, ...own.map(({ neuronBits }) => neuronBits)),
  };
  const fields = sizes.length * 2 ** width(common) <= 2 ** KEY_BITS ? own.map(() => common) : own;
  const order = fields.map((_, population) => population).sort((a, b) => width(fields[b]) - width(fields[a]) || a - b);
  const keys: PopulationKeys[] = new Array(sizes.length);
  let next = 0;
  for (const population of order) {
    const { neuronBits } = fields[population];
    const first = next;
    next += 2 ** width(fields[population]);
    if (next > 2 ** KEY_BITS) return null;
    keys[population] = {
      ...block(first, width(fields[population])),
      slices: sizes[population].map((_, slice) => block(first + slice * 2 ** neuronBits, neuronBits)),
    };
  }
  return keys;
}

/** Bits that number `count` things. */
export const bitsFor = (count: number): number => Math.ceil(Math.log2(count));

const width = ({ sliceBits, neuronBits }: Fields): number => sliceBits + neuronBits;

const block = (key: number, bits: number): KeyBlock => ({ key, mask: 2 ** KEY_BITS - 2 ** bits });
