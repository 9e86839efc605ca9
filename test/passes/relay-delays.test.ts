import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeId } from '../../src/ir/ids.ts';
import type { Network } from '../../src/ir/network.ts';
import { verifyNetwork } from '../../src/ir/network-verify.ts';
import { isRelay, relayDelays } from '../../src/passes/relay-delays.ts';
import { createChipSimulator } from '../../src/simulator/loihi/index.ts';
import { simulateNetwork } from '../../src/simulator/reference/index.ts';
import { loihiTarget } from '../../src/targets/loihi/index.ts';
import { withLimits } from '../targets/chips.ts';
import { context, dense, input, miniature, population, projection, randomClip, readout, scheduled } from '../targets/networks.ts';

const shortened = (network: Network, synapticDelay: number): Network =>
  relayDelays.run(network, { chip: withLimits({ synapticDelay }), weightBits: 8, unitPowerMax: new Map(), report: () => {} });

/** Spikes of the model's own populations, as the chip with short delay lines fires them. */
function expectSameSpikes(network: Network, synapticDelay: number, seed: number): Network {
  const chip = withLimits({ synapticDelay });
  const relayed = shortened(network, synapticDelay);
  expect(verifyNetwork(relayed)).toEqual([]);
  const clip = randomClip(network, seed);
  const { streams } = simulateNetwork(network, clip);
  const { program } = loihiTarget(chip).map(relayed, context(relayed));
  const trace = createChipSimulator(program, chip).run(clip, { record: true });
  for (const node of network.nodes) {
    if (node.kind !== 'population') continue;
    const raster = Array.from(streams.get(node.id) ?? []).flatMap((v, i) => (v === 0 ? [] : [Math.floor(i / node.size), i % node.size]));
    expect(Array.from(trace.rasters.get(node.id) ?? []), node.id).toEqual(raster);
  }
  return relayed;
}

describe('relay-delays', () => {
  it('leaves a network whose delays fit as it is', () => {
    const network = miniature({ steps: 6, heads: 2, width: 2, seed: 1 });
    expect(shortened(network, 63)).toBe(network);
    const unscheduled = { ...network, schedule: null };
    expect(shortened(unscheduled, 0)).toBe(unscheduled);
  });

  it('keeps every spike, however short the delay lines', () => {
    let relays = 0;
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 2, max: 6 }), fc.nat(1000), (steps, longest, seed) => {
        const relayed = expectSameSpikes(miniature({ steps, heads: 2, width: 2, seed }), longest, seed);
        relays += relayed.nodes.filter(isRelay).length;
      }),
      { numRuns: 20, seed: 5 },
    );
    expect(relays).toBeGreaterThan(20);
  });

  it('chains relays, cuts sparse synapses by their delay, and delays gates', () => {
    const sparse = {
      kind: 'sparse' as const,
      sources: 3,
      targets: 2,
      sourceIndex: Int32Array.from([0, 0, 1, 2]),
      targetIndex: Int32Array.from([0, 1, 0, 1]),
      weights: Int16Array.from([110, 110, 110, 110]),
      delays: Int32Array.from([0, 9, 4, 2]),
    };
    const network = scheduled(
      [
        input('in', 2),
        population('hidden', 3),
        population('late', 2),
        population('later', 2),
        population('gated', 2, { gate: nodeId('first') }),
        readout('out', 2),
      ].flatMap((node) => (node.id === 'late' ? [population('first', 2), node] : [node])),
      [
        projection('in', 'hidden', dense(2, 3, [102, 60, 110, 0, 60, 102])),
        projection('hidden', 'first', dense(3, 2, [110, 0, 0, 110, 110, 110])),
        projection('hidden', 'late', sparse),
        projection('late', 'later', dense(2, 2, [110, 0, 0, 110])),
        projection('later', 'gated', dense(2, 2, [110, 110, 110, 110])),
        projection('gated', 'out', dense(2, 2, [2, 4, 6, 8])),
        projection('hidden', 'out', dense(3, 2, [2, 4, 6, 8, 10, 12])),
      ],
      'out',
      14,
    );
    for (const longest of [0, 1, 3]) {
      const relayed = expectSameSpikes(network, longest, 3);
      const relays = relayed.nodes.filter(isRelay);
      expect(relays.filter((relay) => relay.id.startsWith('hidden~')).length).toBe(Math.ceil((9 - longest) / (longest + 1)));
      expect(relays.some((relay) => relay.id.startsWith('first~'))).toBe(longest === 0);
    }
  });
});
