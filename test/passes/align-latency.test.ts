import { describe, expect, it } from 'vitest';
import { nodeId } from '../../src/ir/ids.ts';
import type { Network, NetworkNode, ScheduledSegment } from '../../src/ir/network.ts';
import { EXACT_PASSES, LOWERING_PASSES, type LoweringContext, runPasses } from '../../src/passes/index.ts';
import { createChipSimulator } from '../../src/simulator/loihi/index.ts';
import { simulateNetwork } from '../../src/simulator/reference/index.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../src/targets/loihi/index.ts';
import { FACTS, randomClip, tinySpikeScr } from '../support/networks.ts';

const context: LoweringContext = { chip: LOIHI2, weightBits: 8, unitPowerMax: new Map(), report: () => {} };
const lower = (network: Network): Network => runPasses(runPasses(network, EXACT_PASSES, context), LOWERING_PASSES, context);
const segmentsOf = (network: Network): readonly ScheduledSegment[] => network.schedule?.segments ?? [];

describe('align-latency', () => {
  const lowered = lower(tinySpikeScr({ steps: 9, taps: 5 }));

  it('leaves every projection of a segment a delay of at least 0, and none longer than it must be for some reader', () => {
    for (const { kind, starts, injected } of segmentsOf(lowered)) {
      if (kind === 'write') continue;
      for (const stream of injected) expect(starts.get(stream)).toBeGreaterThanOrEqual(0);
      for (const { source, target, synapses } of lowered.projections) {
        const [from, to] = [starts.get(source), starts.get(target)];
        if (from === undefined || to === undefined || injected.includes(target)) continue;
        const ahead = synapses.kind === 'time-convolution' ? synapses.firstOffset + synapses.taps - 1 : 0;
        expect(to - from - 1 - ahead).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('runs relays after queries and keys, writes before it reads, and each for as long as its windows need', () => {
    const segments = segmentsOf(lowered);
    expect(segments.map(({ kind }) => kind)).toEqual(['run', 'run', 'write', 'run']);
    expect(segments[2].steps).toBe(10);
  });

  it('delays the reading of fast weights, and the chip still computes the same', () => {
    const before = tinySpikeScr({ steps: 9, taps: 5 });
    const fast = before.nodes.find((node) => node.kind === 'attention');
    const reader = before.projections.find(({ source }) => source === fast?.id)?.target;
    const late: Network = {
      ...before,
      projections: before.projections.map((projection) => (projection.target === reader ? { ...projection, delaySteps: 3 } : projection)),
    };
    const after = lower(late);
    const program = loihiTarget(LOIHI2).map(after, { traffic: null, facts: FACTS, scaleRule: 'test', seed: 0 }).program;
    const clip = randomClip(before, 5);
    const { streams } = simulateNetwork(after, clip);
    const trace = createChipSimulator(program, LOIHI2).run(clip, { record: true });
    for (const node of after.nodes.filter((candidate: NetworkNode) => candidate.kind === 'population')) {
      const expected: number[] = [];
      streams.get(nodeId(node.id))?.forEach((value, i) => {
        if (value !== 0) expected.push(Math.floor(i / node.size), i % node.size);
      });
      expect([...(trace.rasters.get(node.id) ?? [])], node.name).toEqual(expected);
    }
  });
});
