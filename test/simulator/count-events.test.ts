import { describe, expect, it } from 'vitest';
import { countEvents } from '../../src/simulator/count-events.ts';
import { simulateNetwork } from '../../src/simulator/reference/index.ts';
import { randomClip, tinySpikeScr } from '../support/networks.ts';

/** The same counts by brute force: every synapse looked at in every step. */
function bruteForce(network: ReturnType<typeof tinySpikeScr>, seed: number) {
  const { streams } = simulateNetwork(network, randomClip(network, seed));
  const steps = network.timesteps;
  const node = (id: string) => network.nodes.find((candidate) => candidate.id === id) ?? network.nodes[0];
  const value = (id: string, t: number, channel: number): number =>
    t < 0 || t >= steps ? 0 : (streams.get(node(id).id)?.[t * node(id).size + channel] ?? 0);
  let events = 0;
  let acs = 0;
  let macs = 0;
  const count = (id: string, t: number, channel: number): void => {
    const inside = t >= 0 && t < steps;
    if (value(id, t, channel) !== 0) events++;
    if (node(id).payload.kind === 'binary') acs += value(id, t, channel);
    else if (inside) macs++;
  };
  for (const { source, synapses } of network.projections) {
    for (let t = 0; t < steps; t++) {
      if (synapses.kind === 'dense') {
        for (let i = 0; i < synapses.sources; i++) for (let j = 0; j < synapses.targets; j++) count(source, t, i);
      }
      if (synapses.kind !== 'time-convolution') continue;
      const group = synapses.targets / synapses.groups;
      for (let tap = 0; tap < synapses.taps; tap++) {
        for (let i = 0; i < synapses.sources; i++) for (let j = 0; j < group; j++) count(source, t + synapses.firstOffset + tap, i);
      }
    }
  }
  for (const attention of network.nodes) {
    if (attention.kind !== 'attention') continue;
    const width = attention.size / attention.heads;
    for (let h = 0; h < attention.heads; h++) {
      for (let t = 0; t < steps; t++) {
        for (let s = 0; s < steps; s++) {
          if (attention.mask !== null && value(attention.mask, s, 0) === 0) continue;
          const channels = Array.from({ length: width }, (_, d) => h * width + d);
          const score = channels.filter((c) => value(attention.query, t, c) !== 0 && value(attention.key, s, c) !== 0).length;
          events += score;
          if (score > 0) events += channels.filter((c) => value(attention.value, s, c) !== 0).length;
        }
      }
    }
  }
  return { events, acs, macs };
}

describe('count-events', () => {
  it.each([1, 2, 3])('counts every synaptic event once (seed %i)', (seed) => {
    const network = tinySpikeScr({ seed });
    const { streams } = simulateNetwork(network, randomClip(network, seed));
    const counted = countEvents(network, streams);
    expect({ events: counted.synapticEvents, acs: counted.acs, macs: counted.macs }).toEqual(bruteForce(network, seed));
    expect(counted.synapticEvents).toBeGreaterThan(100);
    expect([...counted.perTarget.values()].reduce((a, b) => a + b, 0)).toBe(counted.synapticEvents);
  });
});
