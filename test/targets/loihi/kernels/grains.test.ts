import { describe, expect, it } from 'vitest';
import type { Synapses } from '../../../../src/ir/synapses.ts';
import { LOIHI1 } from '../../../../src/targets/loihi/chips/loihi1.ts';
import { connect } from '../../../../src/targets/loihi/connectivity.ts';
import { grainsOf } from '../../../../src/targets/loihi/grains.ts';
import { seededRandom } from '../../../../src/targets/mapping/random.ts';
import { cutEvenly } from '../../../../src/targets/mapping/slices.ts';
import { dense, input, population, projection, readout, scheduled } from '../../networks.ts';
import { chainOf, type Kernel, kernel } from './pictures.ts';

/** Grains of the population that reads `synapses`, and of the last one of a chain. */
const ofSynapses = (synapses: Synapses): readonly number[] =>
  grainsIn(
    scheduled(
      [input('in', synapses.sources), population('a', synapses.sources), population('b', synapses.targets), readout('out', 1)],
      [
        projection('in', 'a', { kind: 'one-to-one', sources: synapses.sources, targets: synapses.sources, weights: null }),
        projection('a', 'b', synapses),
        projection('b', 'out', dense(synapses.targets, 1, new Int16Array(synapses.targets))),
      ],
      'out',
      2,
    ),
    'b',
  );

function grainsIn(network: Parameters<typeof connect>[0], name: string): readonly number[] {
  const owner = connect(network, LOIHI1).owners.find(({ node }) => node.name === name);
  if (owner === undefined) throw new Error(`no population ${name}`);
  return grainsOf(owner);
}

describe('grains of a population', () => {
  it.each<[string, Partial<Kernel>, readonly number[]]>([
    ['padded', {}, [4, 20]],
    ['not padded', { padding: 0 }, [4, 12]],
    ['in strides', { stride: 2 }, [4, 12]],
    ['dilated', { dilation: 2, padding: 2 }, [4, 20]],
    ['of two groups, which read different sources', { groups: 2 }, [2, 20]],
  ])('are the channels of a place, and a row of places, %s', (_, shape, expected) => {
    const grains = grainsIn(chainOf({ channels: 2, height: 6, width: 5 }, [kernel(shape)], 2, seededRandom(1)), 'k0');
    expect(grains).toEqual(expected);
  });

  it('are none where no place repeats', () => {
    expect(ofSynapses(dense(5, 12, new Int16Array(60)))).toEqual([]);
    expect(ofSynapses({ kind: 'one-to-one', sources: 12, targets: 12, weights: null })).toEqual([]);
    const targetIndex = Int32Array.from({ length: 13 }, (_, i) => i);
    const sourceIndex = Int32Array.of(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9);
    const weights = new Int16Array(13).fill(2);
    expect(ofSynapses({ kind: 'sparse', sources: 10, targets: 13, sourceIndex, targetIndex, weights, delays: null })).toEqual([]);
  });

  it('are what slices are multiples of', () => {
    expect(cutEvenly(2, 30, 4, 5)).toEqual([
      { owner: 2, first: 0, count: 10 },
      { owner: 2, first: 10, count: 10 },
      { owner: 2, first: 20, count: 5 },
      { owner: 2, first: 25, count: 5 },
    ]);
  });
});
