import { describe, expect, it } from 'vitest';
import { findDependences, findWholeClipNodes } from '../../src/ir/dependence.ts';
import type { Network, NetworkNode } from '../../src/ir/network.ts';
import { findSegments } from '../../src/ir/segments.ts';
import { reassociateAttention } from '../../src/passes/reassociate-attention.ts';
import {
  centred,
  dense,
  input,
  networkOf,
  oneToOne,
  population,
  projection,
  readout,
  reorder,
  tinyDense,
  tinyEverySynapse,
  tinySpikeScr,
} from '../support/networks.ts';
import { replaceAt } from '../support/replace-at.ts';

const streams = (replayed: readonly { readonly stream: string; readonly values: number }[]): Readonly<Record<string, number>> =>
  Object.fromEntries(replayed.map(({ stream, values }) => [stream, values]));

/** features (4) -> a (4), reordered, -> logits (4), over 2 steps. */
function reordered(permutation: readonly number[]): Network {
  const a = population('a', 4);
  const nodes: NetworkNode[] = [input('features', 4), a, reorder('moved', a, Int32Array.from(permutation)), readout('logits', 4)];
  const projections = [projection('features', 'a', oneToOne(4)), projection('moved', 'logits', oneToOne(4))];
  return networkOf({ name: 'reordered', timesteps: 2, nodes, projections, output: 'logits' });
}

describe('segments', () => {
  it('is one where nothing needs the whole clip', () => {
    const [only, ...more] = findSegments(tinyDense());
    expect(more).toEqual([]);
    expect(only).toMatchObject({ index: 0, nodes: ['hidden', 'logits'], prepared: [], cutBy: [], buffered: [], lookahead: 0 });
    expect(streams(only.replayed)).toEqual({ features: 15 });
  });

  it('cuts SpikeSCR at the relay and at attention', () => {
    const [first, relay, rest, ...more] = findSegments(tinySpikeScr());
    expect(more).toEqual([]);
    expect(first).toMatchObject({ timeline: 'time', lookahead: 1, cutBy: [] });
    expect(first.nodes).toEqual(['embed', 'block0.q', 'block0.k', 'block0.v', 'block0.q.rotary', 'block0.k.rotary']);
    expect(streams(first.replayed)).toEqual({ features: 45 });
    expect(streams(first.buffered)).toEqual({ embed: 72, 'block0.v': 72, 'block0.q.rotary': 72, 'block0.k.rotary': 72 });

    expect(relay).toMatchObject({ timeline: 'walk', lookahead: 0 });
    expect(relay.nodes).toEqual(['block0.q.relay', 'block0.k.relay']);
    expect(relay.cutBy).toEqual(['block0.q.walk', 'block0.k.walk']);
    expect(streams(relay.replayed)).toEqual({ 'block0.q.walk': 72, 'block0.k.walk': 72 });

    expect(rest).toMatchObject({ timeline: 'time', lookahead: 2, buffered: [] });
    expect(rest.cutBy).toEqual(['block0.q.back', 'block0.k.back', 'block0.attention']);
    expect(streams(rest.replayed)).toEqual({ 'block0.attention': 72, embed: 72 });
    expect(rest.nodes).toContain('logits');
  });

  it('puts every population and read-out into one segment, whatever the depth and the form', () => {
    for (const shape of [{ depth: 2 }, { scrambled: false, depth: 2 }, { masked: false }]) {
      const network = tinySpikeScr(shape);
      const runs = findSegments(network).flatMap(({ nodes }) => nodes);
      expect(new Set(runs).size).toBe(runs.length);
      for (const node of network.nodes) if (node.kind === 'population' || node.kind === 'readout') expect(runs).toContain(node.id);
    }
  });

  it('does not cut at a relay that walks in time', () => {
    const segments = findSegments(tinySpikeScr({ scrambled: false }));
    expect(segments).toHaveLength(2);
    expect(segments[0].nodes).toContain('block0.q.relay');
    expect(segments[1].cutBy).toEqual(['block0.attention']);
  });

  it('needs two more segments for every further block', () => {
    expect(findSegments(tinySpikeScr({ depth: 3 }))).toHaveLength(7);
    expect(findSegments(tinySpikeScr({ depth: 3, scrambled: false }))).toHaveLength(4);
  });

  it('is the same with fast weights', () => {
    const network = tinySpikeScr();
    const fast = reassociateAttention.run(network, { report: () => {} });
    expect(fast).not.toBe(network);
    expect(findSegments(fast)).toEqual(findSegments(network));
  });

  it('cuts at a reorder that crosses time, not at one within a step', () => {
    const within = reordered([1, 0, 3, 2, 5, 4, 7, 6]);
    expect([...findWholeClipNodes(within)]).toEqual([]);
    expect(findSegments(within)).toHaveLength(1);
    const across = reordered([4, 1, 2, 3, 0, 5, 6, 7]);
    expect([...findWholeClipNodes(across)]).toEqual(['moved']);
    expect(findSegments(across).map(({ nodes }) => nodes)).toEqual([['a'], ['logits']]);
    // The same order in another timeline is another walk.
    const walk = replaceAt(within, 'nodes.2.timeline', 'walk');
    expect([...findWholeClipNodes(walk)]).toEqual(['moved']);
  });

  it('sums look-aheads along the longest path, less what projections delay', () => {
    const wide = (taps: number) => centred(2, 2, taps, 2, new Float32Array(2 * taps));
    const network = networkOf({
      name: 'look-aheads',
      timesteps: 8,
      nodes: [input('features', 2), population('a', 2), population('b', 2), readout('logits', 2)],
      projections: [
        projection('features', 'a', wide(7)),
        projection('a', 'b', wide(5), { delaySteps: 1 }),
        projection('a', 'logits', dense(2, 2, new Float32Array(4))),
        projection('b', 'logits', dense(2, 2, new Float32Array(4))),
      ],
      output: 'logits',
    });
    expect(findSegments(network)[0].lookahead).toBe(3 + 2 - 1);
    expect(findDependences(network)).toEqual(
      new Map([
        ['features', { lookahead: 0, lookaheadTotal: 0, dependsOn: 'past' }],
        ['a', { lookahead: 3, lookaheadTotal: 3, dependsOn: 'lookahead' }],
        ['b', { lookahead: 1, lookaheadTotal: 4, dependsOn: 'lookahead' }],
        ['logits', { lookahead: 0, lookaheadTotal: 4, dependsOn: 'lookahead' }],
      ]),
    );
  });
});

describe('dependences', () => {
  it('separates what looks ahead from what needs the whole clip', () => {
    const found = findDependences(tinySpikeScr({ taps: 7 }));
    const of = (id: string) => [...found].find(([key]) => key === id)?.[1];
    expect(of('embed')).toEqual({ lookahead: 1, lookaheadTotal: 1, dependsOn: 'lookahead' });
    expect(of('block0.q')).toEqual({ lookahead: 0, lookaheadTotal: 1, dependsOn: 'lookahead' });
    expect(of('block0.q.rotary')).toEqual({ lookahead: 0, lookaheadTotal: 1, dependsOn: 'lookahead' });
    for (const id of ['block0.q.walk', 'block0.q.relay', 'block0.attention', 'block0.attended']) {
      expect(of(id)).toEqual({ lookahead: null, lookaheadTotal: null, dependsOn: 'whole-clip' });
    }
    expect(of('block0.conv.w')).toEqual({ lookahead: 3, lookaheadTotal: null, dependsOn: 'whole-clip' });
    expect(of('logits')).toEqual({ lookahead: 0, lookaheadTotal: null, dependsOn: 'whole-clip' });
  });

  it('sees only the past in a recurrence', () => {
    const found = findDependences(tinyEverySynapse());
    expect([...found].map(([id, { lookaheadTotal }]) => [id, lookaheadTotal])).toEqual([
      ['features', 0],
      ['space', 0],
      ['pool', 0],
      ['time', 1],
      ['ring', 1],
      ['logits', 1],
    ]);
  });
});
