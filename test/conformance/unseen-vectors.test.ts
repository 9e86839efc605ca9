import { describe, expect, it } from 'vitest';
import { checkVector } from '../../src/conformance/loihi/index.ts';
import type { DialectName } from './equations.ts';
import { edgeVector, randomConvolution, randomVector } from './random-vectors.ts';
import { asBytes } from './vectors.ts';

const none = async (): Promise<null> => null;
const SEEDS = Array.from({ length: 25 }, (_, i) => i + 1);

describe('vectors that nobody recorded, from a second derivation of the equations', () => {
  it.each<[string, DialectName, boolean]>([
    ['lava', 'lava', false],
    ['lava, read out on a chip', 'lava', true],
    ['nengo-loihi', 'nengo', false],
    ['brian2-loihi', 'brian2_loihi', false],
    ['chip', 'chip', false],
  ])('%s', async (_, dialect, onChip) => {
    let [firing, beyond] = [0, 0];
    expect(await checkVector(asBytes(edgeVector(dialect, onChip)), none), 'edges').toBeNull();
    for (const seed of SEEDS) {
      const file = randomVector(dialect, seed, onChip);
      expect(await checkVector(asBytes(file), none), `seed ${seed}`).toBeNull();
      firing += Object.values(file.expected.spikes).filter((spikes) => spikes.length > 0).length;
      beyond += Object.values(file.expected.u).some(({ values }) => values.some((row) => row.some((u) => Math.abs(u) > 2 ** 22))) ? 1 : 0;
    }
    // Neither silent nor tame.
    expect(firing).toBeGreaterThan(SEEDS.length);
    expect(beyond).toBeGreaterThan(3);
  });

  it('convolutions', async () => {
    for (const seed of SEEDS) expect(await checkVector(asBytes(randomConvolution(seed)), none), `seed ${seed}`).toBeNull();
  });
});
